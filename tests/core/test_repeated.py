"""Subprocesses for each of a list with variables of their own, and loops while a condition holds."""

from __future__ import annotations

import pytest

from engine.core.errors import TooManyInstances, WriteRefused
from engine.core.machine import Machine
from tests.core.diagrams import again as repeat
from tests.core.diagrams import (
    broken,
    chain,
    each,
    end,
    exclusive,
    fail,
    failed,
    flow,
    late,
    process,
    script,
    service,
    start,
    subprocess,
    user,
)
from tests.core.test_machine import again, at, elements

NAMES = {
    "schools": "list",
    "school": "str",
    "agreed": "bool",
    "said": "str",
    "n": "int",
    "more": "bool",
    "turns": "int",
}


def asking(*, sequential: bool = False, until: str = "", inside: str = "", more: str = ""):
    """Each school answers, and one that does not agree is asked once more."""
    asked = subprocess(
        "asked",
        start("s"),
        user("answer", group="head@${school}", writes="agreed, said"),
        exclusive("gate", "gate_again"),
        user("again", group="head@${school}", writes="agreed"),
        end("yes"),
        end("no"),
        chain("s", "answer", "gate"),
        flow("gate", "again"),
        flow("gate", "yes", "agreed"),
        flow("again", "no"),
        inside,
        yes="agreed",
    )
    asked = each(asked, of="schools", item="school", until=until, sequential=sequential)
    return process(
        start(),
        asked,
        user("after"),
        end(),
        chain("start", "asked", "after", "end"),
        more,
        variables=NAMES,
        errors=("E",),
    )


def groups(machine: Machine) -> list[str]:
    return [wait.group for wait in machine.waits()]


def of(machine: Machine, group: str) -> str:
    (wait,) = [wait for wait in machine.waits() if wait.group == group]
    return wait.id


def test_each_instance_of_a_subprocess_has_its_own_variables_and_its_own_path():
    definition = asking()
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"schools": ["1", "2", "3"]}))
    assert groups(machine) == ["head@1", "head@2", "head@3"]

    machine.complete(of(machine, "head@2"), {"agreed": False, "said": "no"})
    machine = again(definition, machine)
    machine.complete(of(machine, "head@1"), {"agreed": True, "said": "fine"})
    machine = again(definition, machine)

    assert {wait.element: machine.variables_at(wait.id).get("said") for wait in machine.waits()} == {
        "answer": None,
        "again": "no",
    }
    machine.complete(of(machine, "head@3"), {"agreed": True})
    machine = again(definition, machine)
    machine.complete(of(machine, "head@2"), {"agreed": False})
    machine = again(definition, machine)

    assert elements(machine) == ["after"]
    assert machine.variables == {"schools": ["1", "2", "3"], "asked_done": 3, "asked_yes": 2}


def test_in_turn_the_next_begins_afresh_and_enough_end_the_rest():
    definition = asking(sequential=True, until="asked_yes >= 2")
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"schools": ["1", "2", "3", "4"]}))
    for school in "12":
        assert groups(machine) == [f"head@{school}"]
        assert "said" not in machine.variables_at(machine.waits()[0].id)
        machine.complete(of(machine, f"head@{school}"), {"agreed": True, "said": "fine"})
        machine = again(definition, machine)
    assert elements(machine) == ["after"]


def test_a_timer_on_the_whole_takes_all_instances_away():
    more = late("late", "asked") + end("too_late") + flow("late", "too_late")
    definition = asking(more=more)
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"schools": ["1", "2"]}))
    machine.fire(at(machine, "late"))
    assert again(definition, machine).ended
    gone = [thing.element for thing in machine.passed() if thing.kind == "cancelled"]
    assert sorted(gone) == ["answer", "answer", "asked"]


def test_an_error_in_one_instance_is_caught_on_the_whole():
    inside = service("post", "later") + fail("bad") + failed("wrong", "post") + flow("wrong", "bad")
    inside += flow("post", "fine") + end("fine")
    asked = subprocess("asked", start("s"), inside, chain("s", "post"))
    caught = failed("caught", "asked", "E") + user("repair") + end("e2") + chain("caught", "repair", "e2")
    definition = process(
        start(),
        each(asked, number="3"),
        user("after"),
        end(),
        chain("start", "asked", "after", "end"),
        caught,
        variables=NAMES,
        errors=("E",),
    )
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {}))
    machine.throw(machine.waits()[1].id, "X")
    assert elements(again(definition, machine)) == ["repair"]


def test_nothing_but_what_is_listed_is_written_inside():
    definition = asking()
    machine = Machine.start(definition, {"schools": ["1"]})
    with pytest.raises(WriteRefused):
        machine.complete(at(machine, "answer"), {"n": 1})


def test_five_hundred_subprocesses_are_opened_in_one_step_and_more_are_refused():
    definition = asking()
    machine = again(
        definition, Machine.start(definition, {"schools": [str(number) for number in range(500)]})
    )
    assert len(machine.waits()) == 500
    nested = subprocess(
        "outer",
        start("o"),
        each(subprocess("inner", start("i"), user("u"), end("ie"), chain("i", "u", "ie")), number="n"),
        end("oe"),
        chain("o", "inner", "oe"),
    )
    definition = process(
        start(), each(nested, number="n"), end(), chain("start", "outer", "end"), variables=NAMES
    )
    assert broken(definition) == []
    with pytest.raises(TooManyInstances):
        Machine.start(definition, {"n": 50})


@pytest.mark.parametrize(("before", "answers"), [(False, [True, True, False]), (True, [True, True, False])])
def test_a_task_is_done_again_while_its_condition_holds(before, answers):
    task = repeat(user("u", writes="more"), "more", before=before)
    definition = process(
        start(), task, user("after"), end(), chain("start", "u", "after", "end"), variables=NAMES
    )
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"more": True}))
    for more in answers:
        assert elements(machine) == ["u"]
        machine.complete(at(machine, "u"), {"more": more})
        machine = again(definition, machine)
    assert elements(machine) == ["after"]


def test_a_loop_that_asks_before_may_do_nothing_and_one_that_asks_after_does_not():
    for before, expected in ((True, ["after"]), (False, ["u"])):
        task = repeat(user("u"), "more", before=before)
        definition = process(
            start(), task, user("after"), end(), chain("start", "u", "after", "end"), variables=NAMES
        )
        assert elements(Machine.start(definition, {"more": False})) == expected


def test_a_loop_ends_at_its_maximum_and_what_a_round_wrote_stays():
    inside = subprocess(
        "round_of",
        start("s"),
        script("count", "turns = turns + 1"),
        user("u"),
        end("e"),
        chain("s", "count", "u", "e"),
    )
    definition = process(
        start(),
        repeat(inside, "turns < 9", most=3),
        user("after"),
        end(),
        chain("start", "round_of", "after", "end"),
        variables=NAMES,
    )
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"turns": 0}))
    for _ in range(3):
        machine.complete(at(machine, "u"))
        machine = again(definition, machine)
    assert (elements(machine), machine.variables["turns"]) == (["after"], 3)


@pytest.mark.parametrize(
    ("element", "rule"),
    [
        (repeat(user("x"), ""), "P5"),
        (repeat(user("x"), "n"), "P3"),
        (repeat(user("x"), "more", most=501), "P5"),
        (repeat(service("x", "later"), "more"), "P5"),
        (repeat(service("x"), "more", most=3), "P3"),
        (repeat(subprocess("x", start("s"), end("e"), chain("s", "e")), "more"), "P5"),
        (
            each(
                subprocess("x", start("s"), service("y"), user("u"), end("e"), chain("s", "y", "u", "e")),
                number="3",
            ),
            "P13",
        ),
        (each(subprocess("x", start("s"), user("u"), end("e"), chain("s", "u", "e")), number="more"), "P3"),
    ],
)
def test_repetitions_that_are_refused(element, rule):
    definition = process(start(), element, end(), chain("start", "x", "end"), variables=NAMES)
    assert (rule, "x") in broken(definition)


@pytest.mark.parametrize(
    "outside",
    [script("y", "said = 'x'"), script("y", "n = len(said)"), user("y", group="officer@${school}")],
)
def test_what_belongs_to_an_instance_is_unknown_outside(outside):
    more = outside + user("z") + end("e9") + late("late", "after") + chain("late", "y", "z", "e9")
    assert ("P6", "y") in broken(asking(more=more))


def test_the_completion_condition_knows_only_the_counters():
    assert ("P6", "asked") in broken(asking(until="agreed"))
