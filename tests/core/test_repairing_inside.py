"""Repairs inside one of several and in a called process: its token, its variables, what it should write."""

from __future__ import annotations

import pytest

from engine.core.errors import (
    JoinWouldStarve,
    KeyOfEach,
    NumberInUse,
    TargetInMany,
    UndeclaredVariable,
    WaitNotFound,
    WriteRefused,
    WrongType,
)
from engine.core.machine import Machine
from engine.core.repairing import Move, SetVariables, Skip, repair, targets
from engine.core.soundness import markings
from engine.core.surroundings import Around
from tests.core.diagrams import again as repeat
from tests.core.diagrams import (
    awaits,
    call,
    chain,
    each,
    end,
    files,
    late,
    parallel,
    process,
    start,
    subprocess,
    user,
)
from tests.core.test_machine import again, at, elements

NAMES = {"schools": "list", "school": "str", "said": "str", "agreed": "bool", "n": "int", "more": "bool"}
THEIRS = {"said": "int", "answer": "bool", "n": "int"}


def asked(*, sequential=False):
    """Each school answers, is looked at, and one that is not clear answers once more."""
    inside = subprocess(
        "asked",
        start("s"),
        user("answer", group="head@${school}", writes="agreed, said"),
        user("look", writes="agreed"),
        end("e"),
        chain("s", "answer", "look", "e"),
        yes="agreed",
    )
    return process(
        start(),
        user("before"),
        each(inside, of="schools", item="school", sequential=sequential),
        late("late", "asked"),
        user("after"),
        end(),
        end("over"),
        chain("start", "before", "asked", "after", "end"),
        chain("late", "over"),
        variables=NAMES,
    )


def calling(element=None, **give):
    called = files(
        start("s"),
        user("ask"),
        user("look"),
        parallel("fork"),
        user("left", writes=""),
        user("right"),
        parallel("join"),
        awaits("word"),
        end("e"),
        chain("s", "ask", "look", "fork", "left", "join", "word", "e"),
        chain("fork", "right", "join"),
        variables=THEIRS | {"pick": "int"},
        key="asking",
    )
    element = element or call("x", "asking", give=give or {"n": "n + 1"}, take={"answer": "agreed"})
    return process(
        start(),
        user("before"),
        element,
        user("after"),
        end(),
        chain("start", "before", "x", "after", "end"),
        variables=NAMES,
        calls={"asking": called},
    )


def begun(definition, **variables):
    machine = Machine.start(definition, variables)
    machine.complete(at(machine, "before"))
    return again(definition, machine)


def of(machine, group):
    return next(wait.id for wait in machine.waits() if getattr(wait, "group", "") == group)


def done(definition, machine, change):
    """Carried out, then stored and loaded again."""
    repair(machine, change)
    return again(definition, machine)


def three(**more):
    definition = asked(**more)
    return definition, begun(definition, schools=["a", "b", "c"], n=1)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_token_goes_back_and_forth_within_its_own_instance(place):
    definition, machine = three()
    answers = [wait.id for wait in machine.waits() if wait.element == "answer"]
    machine = done(definition, machine, Move(answers[place], "look"))

    assert sorted(elements(machine)) == ["answer", "answer", "late", "look"]
    look = at(machine, "look")
    assert machine.seen_at(look).around == (Around("asked", place + 1, "abc"[place]),)
    assert machine.variables_at(look)["school"] == "abc"[place]

    machine = done(definition, machine, Move(look, "answer"))
    assert sorted(elements(machine)) == ["answer", "answer", "answer", "late"]
    for element in ("answer", "look"):
        for wait in [wait.id for wait in machine.waits() if wait.element == element]:
            machine.complete(wait, {"agreed": True})
            machine = again(definition, machine)
    assert elements(machine) == ["after"]
    assert (machine.variables["asked_done"], machine.variables["asked_yes"]) == (3, 3)


def test_moving_to_its_end_ends_one_instance_and_the_next_in_turn_begins():
    definition, machine = three(sequential=True)
    machine = done(definition, machine, Move(at(machine, "answer"), "e"))
    assert sorted(elements(machine)) == ["answer", "late"]
    assert machine.variables_at(at(machine, "answer"))["school"] == "b"
    assert machine.variables["asked_done"] == 1


def test_into_an_instance_from_outside_is_refused():
    definition = asked()
    machine = Machine.start(definition, {"schools": ["a", "b"]})
    with pytest.raises(TargetInMany):
        repair(again(definition, machine), Move(at(machine, "before"), "look"))
    assert "look" not in [element.id for element in targets(definition, "before")]
    assert "look" in [element.id for element in targets(definition, "answer")]


def test_out_of_one_instance_takes_all_of_them_along():
    definition, machine = three()
    machine = done(definition, machine, Move(of(machine, "head@b"), "after"))
    assert elements(machine) == ["after"]
    assert set(machine.held()) == {0}


def test_within_the_same_round_of_a_loop_and_into_one_is_refused():
    inside = subprocess(
        "rounds", start("s"), user("one"), user("two"), end("e"), chain("s", "one", "two", "e")
    )
    definition = process(
        start(),
        user("before"),
        repeat(inside, "more", most=3),
        user("after"),
        end(),
        chain("start", "before", "rounds", "after", "end"),
        variables=NAMES,
    )
    machine = begun(definition, more=True)
    machine = done(definition, machine, Move(at(machine, "one"), "two"))
    assert machine.seen_at(at(machine, "two")).around == (Around("rounds", 1),)
    machine.complete(at(machine, "two"))
    machine = again(definition, machine)
    assert machine.seen_at(at(machine, "one")).around == (Around("rounds", 2),)
    fresh = Machine.start(definition, {})
    with pytest.raises(TargetInMany):
        repair(fresh, Move(at(fresh, "before"), "two"))


def test_a_token_of_a_called_process_goes_back_and_forth_in_it_out_of_it_and_into_it():
    definition = calling()
    machine = begun(definition, n=1)
    machine = done(definition, machine, Move(at(machine, "x/ask"), "x/look"))
    machine = done(definition, machine, Move(at(machine, "x/look"), "x/ask"))
    assert machine.variables_at(at(machine, "x/ask")) == {"n": 2}
    machine = done(definition, machine, Move(at(machine, "x/ask"), "after"))
    assert elements(machine) == ["after"]
    machine = done(definition, machine, Move(at(machine, "after"), "x/look"))
    assert machine.variables_at(at(machine, "x/look")) == {"n": 2}


def test_a_path_beside_which_nobody_is_on_the_way_is_refused_in_a_called_process_too():
    definition = calling()
    machine = begun(definition, n=1)
    with pytest.raises(JoinWouldStarve) as refused:
        repair(machine, Move(at(machine, "x/ask"), "x/left"))
    assert refused.value.details == {"element": "x/join"}


def test_in_one_of_several_calls_a_token_stays_in_that_one():
    element = each(call("x", "asking", give={"n": "n"}, yes="answer"), of="schools", item="school")
    definition = calling(element)
    machine = begun(definition, schools=["a", "b"], n=4)
    second = machine.waits()[1].id
    machine = done(definition, machine, Move(second, "x/look"))
    look = at(machine, "x/look")
    assert machine.seen_at(look).around == (Around("x", 2, "b"),)
    machine = done(definition, machine, SetVariables({"n": 9, "answer": True}, look))
    assert machine.variables_at(look) == {"n": 9, "answer": True}
    assert machine.variables_at(at(machine, "x/ask")) == {"n": 4}
    assert {path: dict(own) for path, own in machine.held().values()} == {
        "": {"schools": ["a", "b"], "n": 4, "x_done": 0, "x_yes": 0},
        "x#1/": {"n": 4},
        "x#2/": {"n": 9, "answer": True},
    }
    fresh = Machine.start(definition, {"schools": ["a"]})
    with pytest.raises(TargetInMany):
        repair(fresh, Move(at(fresh, "before"), "x/look"))


def test_each_instance_has_its_own_values_set_and_the_process_its_own():
    definition, machine = three()
    wait = of(machine, "head@b")
    machine = done(definition, machine, SetVariables({"said": "yes", "n": 7, "agreed": True}, wait))

    assert machine.variables_at(wait)["said"] == "yes"
    assert "said" not in machine.variables_at(of(machine, "head@a"))
    assert machine.variables["n"] == 7
    assert "said" not in machine.variables
    known = {one.name: (one.value, one.path) for one in machine.seen_at(wait).variables}
    assert (known["said"], known["n"], known["school"]) == (
        ("yes", "asked#2/"),
        (7, ""),
        ("b", "asked#2/"),
    )
    machine = done(definition, machine, SetVariables({"said": None}, wait))
    assert "said" not in machine.variables_at(wait)


def test_an_open_task_follows_the_key_of_its_own_instance():
    definition, machine = three()
    machine = done(definition, machine, SetVariables({"school": "d"}, of(machine, "head@b")))
    assert [wait.group for wait in machine.waits() if wait.element == "answer"] == [
        "head@a",
        "head@d",
        "head@c",
    ]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"said": 3}, WrongType),
        ({"answer": True}, UndeclaredVariable),
        ({"schools": ["a"]}, NumberInUse),
        ({"asked_done": 2}, NumberInUse),
    ],
)
def test_what_an_instance_is_given_is_what_its_process_declares(values, refusal):
    definition, machine = three()
    state = machine.dump()
    with pytest.raises(refusal):
        repair(machine, SetVariables(values, of(machine, "head@a")))
    assert Machine.load(definition, state).dump() == state


def test_what_only_instances_have_is_not_set_for_the_process():
    definition, machine = three()
    assert {"said", "agreed", "school"}.isdisjoint(one.name for one in machine.seen_at().variables)
    for wait in ("", at(machine, "late")):
        with pytest.raises(UndeclaredVariable):
            repair(again(definition, machine), SetVariables({"said": "x"}, wait))
    with pytest.raises(WaitNotFound):
        repair(machine, SetVariables({"n": 1}, "999"))


def test_the_number_in_use_is_that_of_the_process_in_which_it_is_counted():
    called = files(
        start("s"),
        each(user("ask"), number="n"),
        end("e"),
        chain("s", "ask", "e"),
        variables={"n": "int"},
        key="asking",
    )
    definition = process(
        start(),
        user("before"),
        call("x", "asking", give={"n": "n"}),
        end(),
        chain("start", "before", "x", "end"),
        variables={"n": "int"},
        calls={"asking": called},
    )
    machine = begun(definition, n=2)
    machine = done(definition, machine, SetVariables({"n": 5}))
    assert machine.variables == {"n": 5}
    with pytest.raises(NumberInUse):
        repair(machine, SetVariables({"n": 5}, machine.waits()[0].id))


def test_the_key_of_each_comes_from_the_list():
    definition = process(
        start(),
        user("before"),
        each(user("ask", group="head@${school}"), of="schools", item="school"),
        end(),
        chain("start", "before", "ask", "end"),
        variables=NAMES,
    )
    machine = begun(definition, schools=["a", "b"])
    assert machine.seen_at(machine.waits()[1].id).around == (Around("ask", 2, "b"),)
    with pytest.raises(KeyOfEach):
        repair(machine, SetVariables({"school": "c"}, machine.waits()[1].id))


def test_skipping_in_a_called_process_writes_what_it_declares():
    definition = calling()
    machine = begun(definition, n=1)
    machine = done(definition, machine, Skip(at(machine, "x/ask"), {"answer": True, "said": 5}))
    assert machine.variables_at(at(machine, "x/look")) == {"n": 2, "answer": True, "said": 5}
    for values, refusal in (({"agreed": True}, UndeclaredVariable), ({"said": "no"}, WrongType)):
        with pytest.raises(refusal):
            repair(again(definition, machine), Skip(at(machine, "x/look"), values))
    machine.complete(at(machine, "x/look"))
    with pytest.raises(WriteRefused):
        repair(again(definition, machine), Skip(at(machine, "x/right"), {"said": 6}))
    for element in ("x/left", "x/right"):
        machine = done(definition, machine, Skip(at(machine, element), {}))
    machine = done(definition, machine, Skip(at(machine, "x/word"), {"answer": False}))
    assert elements(machine) == ["after"]
    assert machine.variables == {"n": 1, "agreed": False}


def test_skipping_in_one_instance_writes_its_own_and_what_it_says():
    definition, machine = three()
    machine = done(definition, machine, Skip(of(machine, "head@c"), {"said": "fine", "agreed": False}))
    look = at(machine, "look")
    assert (machine.variables_at(look)["said"], machine.variables_at(look)["agreed"]) == ("fine", False)
    machine = done(definition, machine, Skip(look, {"agreed": True}))
    assert (machine.variables["asked_done"], machine.variables["asked_yes"]) == (1, 1)


def nested():
    inner = each(
        subprocess(
            "inner",
            start("s2"),
            user("deep"),
            parallel("fork"),
            user("left"),
            user("right"),
            parallel("join"),
            end("e2"),
            chain("s2", "deep", "fork", "left", "join", "e2"),
            chain("fork", "right", "join"),
        ),
        number="2",
    )
    outer = each(subprocess("outer", start("s1"), inner, end("e1"), chain("s1", "inner", "e1")), number="2")
    return process(start(), user("before"), outer, end(), chain("start", "before", "outer", "end"))


@pytest.mark.parametrize("place", range(4))
def test_every_instance_inside_another_is_looked_at_for_itself(place):
    definition = nested()
    machine = begun(definition)
    wait = machine.waits()[place].id
    with pytest.raises(JoinWouldStarve):
        repair(machine, Move(wait, "left"))


def test_instances_that_stand_alike_are_looked_at_once():
    definition = process(
        start(),
        user("before"),
        each(
            subprocess("many", start("s"), user("one"), user("two"), end("e"), chain("s", "one", "two", "e")),
            number="200",
        ),
        end(),
        chain("start", "before", "many", "end"),
    )
    machine = begun(definition)
    machine = done(definition, machine, Move(machine.waits()[7].id, "two"))
    assert sorted(one.active for one in markings(machine._instance)) == [("many", "one"), ("many", "two")]
