"""Boundary events that do not interrupt: each time their trigger comes their path begins once more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.core import rows, soundness
from engine.core.errors import BudgetExceeded, WaitNotFound
from engine.core.machine import CODEC, Machine
from engine.core.migrating import Migration, Verdict
from engine.core.repairing import Move, repair
from engine.core.waits import MessageWait, Passed
from tests.core.diagrams import (
    aside,
    awaits,
    broken,
    chain,
    each,
    end,
    escalate,
    escalated,
    exclusive,
    first_of,
    flow,
    inclusive,
    late,
    node,
    once,
    parallel,
    process,
    recalled,
    script,
    start,
    subprocess,
    tell,
    timer,
    triggered,
    until,
    user,
)
from tests.core.test_machine import again, at, elements

NAMES = {"pick": "int", "seen": "int"}


def watched(event: str, *more: str, path: tuple[str, ...] = ("handle",)):
    """A task with an event on it, whose path is a task or what is given, and a task after it."""
    handled = [user("handle")] if path == ("handle",) else []
    return process(
        start(), user("work"), user("after"), end(), event, *handled, end("handled"), *more,
        chain("start", "work", "after", "end"), chain("event", *path, "handled"), variables=NAMES,
    )  # fmt: skip


def begun(definition, **values):
    assert broken(definition) == []
    return again(definition, Machine.start(definition, {"pick": 1, **values}))


def received(definition, machine, element="event"):
    machine.receive(at(machine, element))
    return again(definition, machine)


def noted(machine, kind, element):
    return machine.passed().count(Passed(kind, element))


@pytest.mark.parametrize("signal", [False, True])
def test_each_message_or_signal_begins_the_path_once_more(signal):
    definition = watched(recalled("event", "work", interrupting=False, signal=signal))
    machine = begun(definition)
    first = at(machine, "event")

    known = [first]
    for _ in range(3):
        machine = received(definition, machine)
        known.append(at(machine, "event"))

    assert sorted(elements(machine)) == ["event", "handle", "handle", "handle", "work"]
    assert len(set(known)) == 4
    armed = [wait for wait in machine.waits() if isinstance(wait, MessageWait)]
    assert [(wait.first, wait.host, wait.interrupting) for wait in armed] == [
        (first, at(machine, "work"), False)
    ]
    for gone in known[:-1]:
        with pytest.raises(WaitNotFound):
            machine.receive(gone)


def test_each_happening_is_in_the_history():
    definition = watched(recalled("event", "work", interrupting=False))
    machine = begun(definition)
    for _ in range(2):
        machine.receive(at(machine, "event"))

    assert [noted(machine, kind, "event") for kind in ("entered", "completed", "cancelled")] == [2, 2, 0]
    assert noted(machine, "entered", "handle") == noted(machine, "flow", "event_handle") == 2


@pytest.mark.parametrize("times", [1, 2])
def test_it_is_disarmed_with_its_activity_and_what_it_began_goes_on(times):
    definition = watched(recalled("event", "work", interrupting=False))
    machine = begun(definition)
    for _ in range(times):
        machine = received(definition, machine)
    armed = at(machine, "event")

    machine.complete(at(machine, "work"))
    machine = again(definition, machine)

    assert sorted(elements(machine)) == ["after", *["handle"] * times]
    with pytest.raises(WaitNotFound):
        machine.receive(armed)
    while not machine.ended:
        machine.complete(machine.waits()[0].id)
        machine = again(definition, machine)


def test_a_sibling_that_interrupts_takes_what_is_armed_away_but_not_what_was_begun():
    definition = watched(
        recalled("event", "work", interrupting=False),
        late("stop", "work"), user("stopped"), end("over"), chain("stop", "stopped", "over"),
    )  # fmt: skip
    machine = begun(definition)
    machine = received(definition, received(definition, machine))

    machine.fire(at(machine, "stop"))

    assert sorted(elements(again(definition, machine))) == ["handle", "handle", "stopped"]


def test_what_it_began_may_end_all_that_is_open():
    path = node("endEvent", "handled", "<bpmn:terminateEventDefinition/>")
    definition = process(
        start(), user("work"), end(), recalled("event", "work", interrupting=False), user("handle"), path,
        chain("start", "work", "end"), chain("event", "handle", "handled"), variables=NAMES,
    )  # fmt: skip
    machine = begun(definition)
    machine = received(definition, received(definition, machine))

    machine.complete(next(wait.id for wait in machine.waits() if wait.element == "handle"))

    assert machine.ended
    assert again(definition, machine).waits() == ()


def test_a_timer_happens_once():
    definition = watched(late("event", "work", interrupting=False))
    machine = begun(definition)

    machine.fire(at(machine, "event"))

    assert sorted(elements(again(definition, machine))) == ["handle", "work"]


def conditional(*inside: str, condition: str = "pick > 5"):
    """A subprocess of four tasks with a conditional event on it."""
    tasks = ("a", "b", "c", "d")
    work = subprocess("work", start("s"), *map(user, tasks), end("e"), chain("s", *tasks, "e"))
    return process(
        start(), work, end(), once("event", "work", condition, interrupting=False), user("handle"),
        end("handled"), *inside, chain("start", "work", "end"), chain("event", "handle", "handled"),
        variables=NAMES,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "handled"),
    [
        ((6, 7, 8), [1, 1, 1]),
        ((6, 1, 6), [1, 1, 2]),
        ((1, 6, None), [0, 1, 1]),
        ((6, None, 9), [1, 1, 2]),
    ],
)
def test_a_condition_happens_again_when_it_comes_true_again(values, handled):
    definition = conditional()
    machine = begun(definition)

    found = []
    for task, value in zip("abc", values, strict=True):
        machine.complete(at(machine, task), {"pick": value})
        machine = again(definition, machine)
        found.append(elements(machine).count("handle"))

    assert found == handled


def test_a_condition_that_holds_when_the_activity_opens_happens_at_once_and_once():
    definition = conditional()
    machine = begun(definition, pick=9)
    for task in "abcd":
        assert elements(machine).count("handle") == 1
        machine.complete(at(machine, task))
        machine = again(definition, machine)
    machine.complete(at(machine, "handle"))
    assert again(definition, machine).ended


def test_a_path_that_turns_its_own_condition_is_stopped_by_the_budget_of_a_step():
    definition = process(
        start(), user("work"), end(), once("event", "work", "pick > 5", interrupting=False),
        script("low", "pick = 0"), until("lower", "pick < 5"), script("high", "pick = 9"), end("handled"),
        chain("start", "work", "end"), chain("event", "low", "lower", "high", "handled"), variables=NAMES,
    )  # fmt: skip

    with pytest.raises(BudgetExceeded):
        Machine.start(definition, {"pick": 9})


def escalating(*throws: str, many: bool = False):
    inside = [start("s"), user("u"), *map(escalate, throws), end("e"), chain("s", "u", *throws, "e")]
    work = subprocess("work", *inside)
    return process(
        start(), each(work, number="2") if many else work, user("after"), end(),
        escalated("event", "work", interrupting=False), user("handle"), end("handled"),
        chain("start", "work", "after", "end"), chain("event", "handle", "handled"),
        variables=NAMES, escalations=("S",),
    )  # fmt: skip


@pytest.mark.parametrize(("throws", "many", "handled"), [("x", False, 1), ("xyz", False, 3), ("xy", True, 4)])
def test_every_escalation_thrown_inside_is_caught(throws, many, handled):
    definition = escalating(*throws, many=many)
    machine = begun(definition)
    while "u" in elements(machine):
        machine.complete(next(wait.id for wait in machine.waits() if wait.element == "u"))
        machine = again(definition, machine)

    assert sorted(elements(machine)) == ["after", *["handle"] * handled]


def test_an_event_on_what_an_event_began_happens_for_each_of_them():
    definition = watched(
        recalled("event", "work", interrupting=False),
        recalled("inner", "handle", interrupting=False, signal=True), user("more"), end("e3"),
        chain("inner", "more", "e3"),
    )  # fmt: skip
    machine = begun(definition)
    machine = received(definition, received(definition, machine))
    for _ in range(3):
        machine.receive(next(wait.id for wait in machine.waits() if wait.element == "inner"))
        machine = again(definition, machine)

    assert sorted(elements(machine)) == sorted(
        ["event", "work", "handle", "handle", "inner", "inner", "more", "more", "more"]
    )
    assert soundness.problem(machine._instance) is None


def test_the_path_may_be_under_way_several_times_wherever_it_waits():
    work = subprocess(
        "inside", start("s"), parallel("fork"), user("left"), user("right"), parallel("join"), end("e"),
        chain("s", "fork", "left", "join", "e"), chain("fork", "right", "join"),
    )  # fmt: skip
    definition = watched(
        recalled("event", "work", interrupting=False), work, first_of("race"), timer("t"),
        awaits("m", signal=True), exclusive("met"), chain("race", "m", "met"),
        path=("race", "t", "met", "inside"),
    )  # fmt: skip
    machine = begun(definition)
    machine = received(definition, received(definition, machine))
    machine.fire(next(wait.id for wait in machine.waits() if wait.element == "t"))
    machine = again(definition, machine)

    machine.complete(at(machine, "left"))
    machine.fire(at(machine, "t"))
    machine = again(definition, machine)

    assert sorted(elements(machine)) == ["event", "left", "right", "right", "work"]
    assert soundness.problem(machine._instance) is None


@pytest.mark.parametrize("gateway", [parallel, inclusive])
def test_p4_a_path_that_meets_the_main_one_or_itself_at_a_join_is_refused(gateway):
    event = recalled("event", "work", interrupting=False)
    with_main = process(
        start(), user("work"), gateway("join"), end(), event, user("handle"),
        chain("start", "work", "join", "end"), chain("event", "handle", "join"), variables=NAMES,
    )  # fmt: skip
    branch = user("left") + user("right") + gateway("join") + chain("right", "join")
    with_itself = watched(event, parallel("fork"), branch, chain("fork", "right"),
                          path=("fork", "left", "join"))  # fmt: skip

    assert ("P4", "join") in broken(with_main)
    assert broken(with_itself) == [("P4", "fork"), ("P4", "join")]


def test_p4_a_path_that_happens_once_may_split_and_one_that_meets_the_main_one_elsewhere_may_not():
    branch = user("left") + user("right") + parallel("join")
    split = (parallel("fork"), branch, chain("fork", "right", "join"))
    timed = watched(late("event", "work", interrupting=False), *split, path=("fork", "left", "join"))
    merged = process(
        start(), user("work"), exclusive("met"), user("after"), end(),
        recalled("event", "work", interrupting=False), user("handle"),
        chain("start", "work", "met", "after", "end"), chain("event", "handle", "met"), variables=NAMES,
    )  # fmt: skip

    assert broken(timed) == []
    assert [rule for rule, _ in broken(merged)] == ["P12"]


def test_p5_what_lets_itself_happen_again_without_a_rest_is_refused():
    event, sent = recalled("event", "work", interrupting=False, signal=True), tell("sent", signal=True)
    assert broken(watched(event, sent, path=("sent",))) == [("P5", "event")]
    assert broken(watched(event, sent, user("rest"), path=("rest", "sent"))) == []
    assert broken(watched(event, tell("sent"), path=("sent",))) == []
    inside = subprocess("inside", start("s"), sent, user("u"), end("e"), chain("s", "sent", "u", "e"))
    assert broken(watched(event, inside, path=("inside",))) == [("P5", "event")]
    other = (recalled("other", "work", interrupting=False), end("e2"), chain("other", "sent", "e2"), sent)
    both = watched(event, tell("told"), *other, path=("told",))
    assert broken(both) == [("P5", "event"), ("P5", "other")]


def test_p5_an_event_subprocess_that_begins_itself_again_without_a_rest_is_refused():
    def beside(*path: str, by: str = "signal", interrupting: bool = False):
        begins = triggered("b", by=by, interrupting=interrupting)
        inside = (begins, tell("sent", signal=True), end("ae"), *map(user, set(path) - {"sent"}))
        return process(
            start(), user("work"), end(), aside("meanwhile", *inside, chain("b", *path, "ae")),
            chain("start", "work", "end"), variables=NAMES,
        )  # fmt: skip

    assert broken(beside("sent")) == [("P5", "b")]
    assert broken(beside("rest", "sent")) == []
    assert broken(beside("sent", "rest")) == []
    assert broken(beside("sent", by="message")) == []
    assert broken(beside("sent", interrupting=True)) == []


def test_p5_a_loop_that_throws_what_it_waits_for_is_refused():
    def circle(*path: str, more: str = ""):
        return process(
            start(), exclusive("m"), awaits("c", signal=True), tell("sent", signal=True), more,
            exclusive("x", "x_end"), end(), chain("start", "m", *path, "x", "end"),
            flow("x", "m", "pick > 1"), variables=NAMES,
        )  # fmt: skip

    assert broken(circle("c", "sent")) == [("P5", "c")]
    assert broken(circle("sent", "c")) == [("P5", "c")]
    assert broken(circle("c", "sent", "rest", more=user("rest"))) == []
    both = awaits("d") + tell("told")
    assert broken(circle("c", "told", "d", "sent", more=both)) == [("P5", "c"), ("P5", "d")]
    straight = process(start(), awaits("c", signal=True), tell("sent", signal=True), awaits("d", signal=True),
                       end(), chain("start", "c", "sent", "d", "end"))  # fmt: skip
    assert broken(straight) == []


def test_a_path_under_way_several_times_bars_neither_a_repair_nor_a_migration():
    def version(*more: str):
        return watched(recalled("event", "work", interrupting=False), *more)

    source = version()
    target = version(late("late", "work"), end("e2"), chain("late", "e2"))
    machine = begun(source)
    machine = received(source, received(source, machine))

    judged = Migration(source, target).judge(machine.dump())
    assert (judged.verdict, [one.kind for one in judged.findings]) == (Verdict.REARMED, ["timer_added"])
    after = Machine.load(target, Migration(source, target).migrated(machine.dump()))
    assert [wait for wait in after.waits() if wait.element == "event"] == [
        wait for wait in machine.waits() if wait.element == "event"
    ]
    after = received(target, after)
    assert elements(after).count("handle") == 3

    repair(after, Move(next(wait.id for wait in after.waits() if wait.element == "handle"), "handled"))
    assert sorted(elements(again(target, after))) == ["event", "handle", "handle", "late", "work"]


def test_a_condition_that_holds_stays_so_in_another_version():
    source, target = conditional(), conditional(user("unused"), flow("unused", "handled"))
    machine = again(source, Machine.start(source, {"pick": 9}))

    after = Machine.load(target, Migration(source, target).migrated(machine.dump()))
    after.look_again()

    assert elements(after).count("handle") == 1
    for task, pick in (("a", 1), ("b", 9)):
        after.complete(at(after, task), {"pick": pick})
        after = again(target, after)
    assert elements(after).count("handle") == 2


@pytest.mark.parametrize(("definition", "values"), [
    (watched(recalled("event", "work", interrupting=False)), {"pick": 1}),
    (conditional(), {"pick": 9}),
])  # fmt: skip
def test_what_happened_under_a_release_that_armed_it_once_stays_so_until_it_is_migrated(definition, values):
    machine = Machine.start(definition, values)
    if "event" in elements(machine):
        machine.receive(at(machine, "event"))
    state = rows.decode(machine.dump(), CODEC.plain)
    scope = state.scopes[0]
    armed = {token for token in scope.tokens if machine._net.nodes[token.node].name == "event"}
    assert len(armed) == 1
    left = tuple(token for token in scope.tokens if token not in armed)
    old = rows.encode(replace(state, scopes=(replace(scope, tokens=left), *state.scopes[1:])), CODEC.plain)

    machine = Machine.load(definition, old)
    assert "event" not in elements(machine)
    after = Machine.load(definition, Migration(definition, definition).migrated(old))
    after.look_again()
    assert elements(after).count("handle") == 1
    assert [one.kind for one in Migration(definition, definition).judge(old).findings] == ["event_added"]
    for one in (machine, after):
        while not one.ended:
            user_task = next(wait for wait in one.waits() if not isinstance(wait, MessageWait))
            one.complete(user_task.id)
