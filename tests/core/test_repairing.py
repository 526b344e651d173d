"""A person's repairs: variables set, waits skipped, tokens moved; what cannot be sound is refused."""

from __future__ import annotations

from random import Random

import pytest

from engine.core.errors import (
    ExpressionFailed,
    JoinWouldStarve,
    NotOnTheWay,
    NumberInUse,
    RepairRefused,
    TargetIsJoin,
    TargetNotEnterable,
    TokensWouldMeet,
    UndeclaredVariable,
    WaitNotFound,
    WrongType,
)
from engine.core.machine import Machine
from engine.core.repairing import Move, SetVariables, Skip, repair, repeated_around, targets
from engine.core.waits import MessageWait, ServiceWait, TimerWait
from tests.core.diagrams import (
    awaits,
    chain,
    each,
    end,
    exclusive,
    first_of,
    late,
    parallel,
    process,
    script,
    service,
    start,
    subprocess,
    timer,
    until,
    user,
)
from tests.core.random_processes import Blocks, begun
from tests.core.test_machine import again, at, elements
from tests.core.ways_out import led_out, tried

COMMANDS = 40
# After so many steps only a repair leads on: the diagram itself would go on for ever.
ENDLESS = 1000


def moved(definition, machine, source, target):
    machine = again(definition, machine)
    repair(machine, Move(at(machine, source), target))
    return again(definition, machine)


def in_turn():
    return process(
        start(), user("first"), service("second"), user("third"), end(),
        chain("start", "first", "second", "third", "end"),
        variables={"count": "int", "names": "list"},
    )  # fmt: skip


def test_a_token_goes_back_and_forth():
    definition = in_turn()
    machine = moved(definition, Machine.start(definition, {}), "first", "third")
    assert elements(machine) == ["third"]
    machine = moved(definition, machine, "third", "second")
    assert elements(machine) == ["second"]
    machine.complete(at(machine, "second"))
    machine.complete(at(machine, "third"))
    assert machine.ended


def test_moving_to_an_end_ends_the_instance():
    definition = in_turn()
    assert moved(definition, Machine.start(definition, {}), "first", "end").ended


def test_a_task_begun_anew_is_another_wait():
    definition = in_turn()
    machine = Machine.start(definition, {})
    before = at(machine, "first")
    machine = moved(definition, machine, "first", "first")
    assert at(machine, "first") != before


def test_skipping_goes_on_with_what_should_have_been_written():
    definition = in_turn()
    machine = Machine.start(definition, {"count": 1})
    repair(machine, Skip(at(machine, "first"), {"count": 7}))
    machine = again(definition, machine)
    repair(machine, Skip(at(machine, "second"), {}))
    assert elements(machine) == ["third"]
    assert machine.variables["count"] == 7


def test_skipping_a_timer_and_a_message_lets_them_happen():
    definition = process(
        start(), timer("rest"), awaits("word"), end(), chain("start", "rest", "word", "end"),
        variables={"pick": "int"},
    )  # fmt: skip
    machine = Machine.start(definition, {})
    repair(machine, Skip(at(machine, "rest"), {}))
    assert elements(machine) == ["word"]
    repair(machine, Skip(at(machine, "word"), {}))
    assert machine.ended


def test_variables_are_typed_and_declared():
    definition = in_turn()
    machine = Machine.start(definition, {"count": 1})
    repair(machine, SetVariables({"count": 3, "names": ["a", "b"]}))
    machine = again(definition, machine)
    assert machine.variables == {"count": 3, "names": ["a", "b"]}
    repair(machine, SetVariables({"count": None}))
    assert again(definition, machine).variables == {"names": ["a", "b"]}
    with pytest.raises(WrongType):
        repair(again(definition, machine), SetVariables({"count": "4"}))
    with pytest.raises(UndeclaredVariable):
        repair(again(definition, machine), SetVariables({"other": 4}))


def test_a_condition_that_holds_now_happens():
    definition = process(
        start(), until("enough", "count > 2"), end(), chain("start", "enough", "end"),
        variables={"count": "int"},
    )  # fmt: skip
    machine = Machine.start(definition, {"count": 1})
    repair(machine, SetVariables({"count": 3}))
    assert machine.ended


def test_the_number_of_open_instances_cannot_be_changed():
    definition = process(
        start(), each(user("ask"), number="count"), end(), chain("start", "ask", "end"),
        variables={"count": "int"},
    )  # fmt: skip
    machine = Machine.start(definition, {"count": 2})
    with pytest.raises(NumberInUse):
        repair(again(definition, machine), SetVariables({"count": 5}))
    with pytest.raises(NumberInUse):
        repair(again(definition, machine), SetVariables({"ask_done": 2}))


def beside():
    return process(
        start(), user("before"), parallel("fork"), user("left"), user("right"), parallel("join"),
        user("after"), end(),
        chain("start", "before", "fork", "left", "join", "after", "end"), chain("fork", "right", "join"),
    )  # fmt: skip


def test_into_a_branch_beside_which_nobody_is_on_the_way_is_refused():
    definition = beside()
    with pytest.raises(JoinWouldStarve) as refused:
        moved(definition, Machine.start(definition, {}), "before", "left")
    assert refused.value.details == {"element": "join"}


@pytest.mark.parametrize("target", ["after", "end", "before", "fork"])
def test_past_or_out_of_the_paths_that_wait_for_one_another_is_refused(target):
    definition = beside()
    machine = Machine.start(definition, {})
    machine.complete(at(machine, "before"))
    with pytest.raises((JoinWouldStarve, TokensWouldMeet)):
        moved(definition, machine, "left", target)


def test_past_a_join_at_which_the_other_path_waits_already_is_refused():
    definition = beside()
    machine = Machine.start(definition, {})
    machine.complete(at(machine, "before"))
    machine.complete(at(machine, "right"))
    with pytest.raises(JoinWouldStarve):
        moved(definition, machine, "left", "after")


def test_onto_an_element_that_is_under_way_is_refused():
    definition = beside()
    machine = Machine.start(definition, {})
    machine.complete(at(machine, "before"))
    with pytest.raises(TokensWouldMeet):
        moved(definition, machine, "left", "right")


def test_to_the_split_or_behind_the_join_from_one_path_alone_is_sound():
    definition = beside()
    machine = moved(definition, Machine.start(definition, {}), "before", "fork")
    assert elements(machine) == ["left", "right"]
    machine = moved(definition, Machine.start(definition, {}), "before", "after")
    assert elements(machine) == ["after"]


def test_a_refused_move_changes_nothing_that_is_stored():
    definition = beside()
    state = Machine.start(definition, {}).dump()
    machine = Machine.load(definition, state)
    with pytest.raises(RepairRefused):
        repair(machine, Move(at(machine, "before"), "left"))
    assert Machine.load(definition, state).dump() == state


def scopes():
    return process(
        start(), user("before"),
        subprocess(
            "outer", start("s1"), user("inside"),
            subprocess("inner", start("s2"), user("deep"), user("deeper"), end("e2"),
                       chain("s2", "deep", "deeper", "e2")),
            end("e1"), chain("s1", "inside", "inner", "e1"),
        ),
        late("late", "outer"), user("after"), end(), end("other"),
        chain("start", "before", "outer", "after", "end"), chain("late", "other"),
    )  # fmt: skip


def test_into_a_subprocess_arms_its_events_and_goes_on_to_its_end():
    definition = scopes()
    machine = moved(definition, Machine.start(definition, {}), "before", "deeper")
    assert sorted(elements(machine)) == ["deeper", "late"]
    machine.complete(at(machine, "deeper"))
    assert elements(machine) == ["after"]


def test_a_timer_armed_by_a_move_takes_the_subprocess_away():
    definition = scopes()
    machine = moved(definition, Machine.start(definition, {}), "before", "deeper")
    machine.fire(at(machine, "late"))
    assert machine.ended


def test_out_of_a_subprocess_takes_its_inside_and_its_events_away():
    definition = scopes()
    machine = moved(definition, Machine.start(definition, {}), "before", "deep")
    machine = moved(definition, machine, "deep", "after")
    assert elements(machine) == ["after"]


def test_from_within_to_the_subprocess_around_keeps_that_one():
    definition = scopes()
    machine = moved(definition, Machine.start(definition, {}), "before", "deep")
    timer_before = at(machine, "late")
    machine = moved(definition, machine, "deep", "inside")
    assert sorted(elements(machine)) == ["inside", "late"]
    assert at(machine, "late") == timer_before


def test_to_the_subprocess_itself_begins_it_anew():
    definition = scopes()
    machine = moved(definition, Machine.start(definition, {}), "before", "deep")
    machine = moved(definition, machine, "deep", "outer")
    assert sorted(elements(machine)) == ["inside", "late"]


def test_the_events_behind_a_gateway_go_together():
    definition = process(
        start(), first_of("which"), timer("late"), awaits("word"), user("after"), end(), exclusive("merge"),
        chain("start", "which", "late", "merge", "after", "end"), chain("which", "word", "merge"),
        variables={"pick": "int"},
    )  # fmt: skip
    machine = moved(definition, Machine.start(definition, {}), "word", "after")
    assert elements(machine) == ["after"]
    machine = moved(definition, machine, "after", "which")
    assert sorted(elements(machine)) == ["late", "word"]
    with pytest.raises(TargetNotEnterable):
        moved(definition, machine, "late", "word")


def test_one_of_several_instances_takes_all_of_them_along():
    definition = process(
        start(), each(user("ask"), number="3"), user("after"), end(), chain("start", "ask", "after", "end")
    )
    machine = Machine.start(definition, {})
    machine = again(definition, machine)
    repair(machine, Move(machine.waits()[1].id, "after"))
    assert elements(again(definition, machine)) == ["after"]


def test_what_stands_beside_or_joins_cannot_be_chosen():
    definition = process(
        start(), user("work"), late("late", "work"), exclusive("merge"), parallel("fork"), user("left"),
        user("right"), parallel("join"), end(),
        chain("start", "work", "merge", "fork", "left", "join", "end"), chain("fork", "right", "join"),
        chain("late", "merge"),
    )  # fmt: skip
    machine = Machine.start(definition, {})
    for target, refusal in (
        ("late", TargetNotEnterable), ("start", TargetNotEnterable), ("nowhere", TargetNotEnterable),
        ("join", TargetIsJoin),
    ):  # fmt: skip
        with pytest.raises(refusal):
            moved(definition, machine, "work", target)
    with pytest.raises(NotOnTheWay):
        moved(definition, machine, "late", "end")
    with pytest.raises(NotOnTheWay):
        repair(again(definition, machine), Skip(at(machine, "late"), {}))
    with pytest.raises(WaitNotFound):
        repair(again(definition, machine), Move("999", "end"))
    assert [element.id for element in targets(definition)] == [
        "work", "merge", "fork", "left", "right", "end",
    ]  # fmt: skip


def test_what_an_element_behind_cannot_do_is_refused_and_nothing_changes():
    definition = process(
        start(), user("ask"), script("divide", "share = 1 / count"), end(),
        chain("start", "ask", "divide", "end"), variables={"count": "int", "share": "decimal"},
    )  # fmt: skip
    machine = Machine.start(definition, {"count": 0})
    with pytest.raises(ExpressionFailed):
        repair(again(definition, machine), Skip(at(machine, "ask"), {}))
    machine = again(definition, machine)
    repair(machine, SetVariables({"count": 2}))
    repair(machine, Skip(at(machine, "ask"), {}))
    assert machine.ended


@pytest.mark.parametrize("batch", range(4))
def test_after_random_repairs_every_instance_still_comes_to_its_end(batch):
    tally = {"done": 0, "refused": 0, "inside": 0}
    for seed in range(batch * 25, (batch + 1) * 25):
        to_the_end(Blocks(seed).definition(), Random(f"{seed}/0"), tally, f"{seed}/0")
    assert tally["done"] > 5, tally
    assert tally["refused"] > 0, tally
    assert tally["inside"] > 0, tally


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(20))
def test_after_many_more_random_repairs(batch):
    tally = {"done": 0, "refused": 0, "inside": 0}
    for seed in range(3000 + batch * 50, 3000 + (batch + 1) * 50):
        definition = Blocks(seed).definition()
        for path in range(3):
            to_the_end(definition, Random(f"{seed}/{path}"), tally, f"{seed}/{path}")
    assert tally["refused"] > 50, tally


def to_the_end(definition, random, tally, seed):
    """Up to five repairs in the first forty steps; then only ordinary ones, until nothing is open."""
    machine = begun(definition, random)
    repairs = 0
    for step in range(1500):
        if machine.ended:
            return
        assert machine.waits(), f"{seed}: stands still after {repairs} repairs"
        state = machine.dump()
        machine = Machine.load(definition, state)
        if step < COMMANDS and repairs < 5 and random.random() < 0.3:
            waits, variables = machine.waits(), machine.variables
            try:
                wanted = change(definition, machine, random)
                repair(machine, wanted)
                repairs += 1
                tally["done"] += 1
                tally["inside"] += is_inside(definition, waits, wanted)
                machine = stored(definition, machine)
            except RepairRefused:
                tally["refused"] += 1
                machine = Machine.load(definition, state)
                assert (machine.waits(), machine.variables) == (waits, variables)
            continue
        forward(definition, machine, random)
        if step > COMMANDS and random.random() < 0.3 and not machine.ended:
            # Some loops have nobody inside who may say that it is enough.
            machine = with_another_number(definition, machine, random)
        if step > ENDLESS and random.random() < 0.1 and not machine.ended:
            machine = led_out(definition, machine, random)
    pytest.fail(f"{seed}: goes on for ever")


def with_another_number(definition, machine, random):
    """Another number, of the process or as a wait sees it, in what is called too."""
    wait = random.choice(machine.waits())
    return tried(
        definition, machine, SetVariables({"pick": random.randint(0, 9)}, random.choice((wait.id, "")))
    )


def stored(definition, machine):
    """The machine as it is after it was stored: every wait sees the same, and the same is whose it was."""
    loaded = again(definition, machine)
    assert (loaded.waits(), loaded.held()) == (machine.waits(), machine.held())
    for wait in machine.waits():
        assert loaded.seen_at(wait.id) == machine.seen_at(wait.id)
    return loaded


def is_inside(definition, waits, wanted):
    """Whether something was done within one of several."""
    element = next((wait.element for wait in waits if wait.id == wanted.wait), "")
    around = repeated_around(definition, element)
    return bool(around & repeated_around(definition, wanted.target) if isinstance(wanted, Move) else around)


def change(definition, machine, random):
    wait = random.choice(machine.waits())
    target = random.choice(targets(definition, wait.element)).id
    return random.choice(
        (
            Move(wait.id, target),
            Move(wait.id, random.choice(targets(definition, *definition.elements)).id),
            Skip(wait.id, {}),
            SetVariables({"pick": random.randint(0, 9)}, random.choice((wait.id, ""))),
        )
    )


def forward(definition, machine, random):
    wait = random.choice(machine.waits())
    match wait:
        case TimerWait():
            machine.fire(wait.id)
        case MessageWait():
            machine.receive(wait.id)
        case _:
            free = (
                wait.element not in machine._net.writable and definition.elements[wait.element].many is None
            )
            errors = any(event.catches == "error" for event in definition.boundaries(wait.element))
            if isinstance(wait, ServiceWait) and errors and random.random() < 0.3:
                machine.throw(wait.id, "E")
            else:
                machine.complete(wait.id, {"pick": random.randint(0, 9)} if free else {})
