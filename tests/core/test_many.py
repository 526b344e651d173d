"""One task for each of a list, or a number of them: beside one another or in turn, until enough are done."""

from __future__ import annotations

import pytest

from engine.core.definition import Definition
from engine.core.errors import ErrorNotCaught, TooManyInstances, WriteRefused
from engine.core.machine import Machine
from engine.core.waits import Passed
from tests.core.diagrams import (
    broken,
    chain,
    each,
    end,
    failed,
    late,
    process,
    service,
    start,
    user,
)
from tests.core.test_machine import again, at, elements

SIGNERS = {"signers": "list", "signer": "str", "agreed": "bool", "n": "int"}


def signing(*, sequential: bool = False, until: str = "", number: str = "", more: str = "") -> Definition:
    task = user("sign", group="", assignee="${signer}" if not number else "somebody", yes="agreed")
    of = {} if number else {"of": "signers", "item": "signer"}
    return process(
        start(), each(task, sequential=sequential, until=until, number=number, **of), user("after"), end(),
        chain("start", "sign", "after", "end"), more, variables=SIGNERS,
    )  # fmt: skip


def assignees(machine: Machine) -> list[str]:
    return [wait.assignee for wait in machine.waits()]


def test_a_task_opens_for_each_of_a_list_at_once_and_goes_on_when_all_are_done():
    definition = signing()
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"signers": ["anna", "juris", "zane"]}))
    assert assignees(machine) == ["anna", "juris", "zane"]
    juris = machine.waits()[1].id
    assert machine.variables_at(juris)["signer"] == "juris"

    machine.complete(juris, {"agreed": True})
    machine = again(definition, machine)
    assert assignees(machine) == ["anna", "zane"]
    machine.complete(machine.waits()[1].id, {"agreed": False})
    machine = again(definition, machine)
    machine.complete(machine.waits()[0].id, {"agreed": True})

    assert elements(machine) == ["after"]
    kept = machine.variables
    assert (kept["sign_done"], kept["sign_yes"], "agreed" in kept, "signer" in kept) == (3, 2, False, False)
    assert [thing.kind for thing in machine.passed() if thing.element == "sign"] == ["completed"]


def test_one_after_another_each_opens_when_the_one_before_is_done():
    definition = signing(sequential=True)
    machine = Machine.start(definition, {"signers": ["anna", "juris"]})
    assert assignees(machine) == ["anna"]

    machine.complete(at(machine, "sign"))
    machine = again(definition, machine)
    assert assignees(machine) == ["juris"]
    machine.complete(at(machine, "sign"))

    assert elements(again(definition, machine)) == ["after"]


@pytest.mark.parametrize("sequential", [False, True])
def test_enough_of_them_end_the_rest(sequential):
    definition = signing(sequential=sequential, until="sign_yes >= 2")
    assert broken(definition) == []
    machine = Machine.start(definition, {"signers": ["a", "b", "c", "d"]})

    for said in (True, False, True):
        machine = again(definition, machine)
        machine.complete(machine.waits()[0].id, {"agreed": said})

    assert elements(again(definition, machine)) == ["after"]
    assert (machine.variables["sign_done"], machine.variables["sign_yes"]) == (3, 2)


def test_a_number_of_instances_is_read_when_the_task_is_reached_and_none_is_passed():
    definition = signing(number="n")
    assert broken(definition) == []
    assert elements(Machine.start(definition, {"n": 2})) == ["sign", "sign"]
    nobody = Machine.start(definition, {"n": 0})
    assert elements(again(definition, nobody)) == ["after"]


def test_more_than_five_hundred_are_refused_before_one_is_made():
    with pytest.raises(TooManyInstances):
        Machine.start(signing(number="n"), {"n": 1_000_000})
    machine = Machine.start(signing(number="n"), {"n": 500})
    assert len(again(signing(number="n"), machine).waits()) == 500


def test_an_instance_writes_nothing_that_the_others_share():
    machine = Machine.start(signing(), {"signers": ["a", "b"]})
    with pytest.raises(WriteRefused):
        machine.complete(machine.waits()[0].id, {"n": 1})
    assert elements(machine) == ["sign", "sign"]


def test_a_timer_takes_all_of_them_away():
    definition = process(
        start(), each(user("sign", group="", assignee="${signer}"), of="signers", item="signer"),
        late("over", "sign"), user("chase"), end(), end("e2"), chain("start", "sign", "end"),
        chain("over", "chase", "e2"), variables=SIGNERS,
    )  # fmt: skip
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"signers": ["a", "b"]}))
    machine.complete(next(wait.id for wait in machine.waits() if wait.element == "sign"))
    machine = again(definition, machine)

    machine.fire(at(machine, "over"))

    assert elements(again(definition, machine)) == ["chase"]
    assert [thing for thing in machine.passed() if thing.element == "sign"] == [Passed("cancelled", "sign")]


def services(*caught: str) -> Definition:
    return process(
        start(), each(service("tell", "later"), of="signers", item="signer"), *caught, end(),
        chain("start", "tell", "end"), variables=SIGNERS, errors=("E",),
    )  # fmt: skip


def test_an_error_of_one_instance_is_caught_for_the_whole_task():
    definition = services(failed("f", "tell", "E"), user("repair"), end("e2"), chain("f", "repair", "e2"))
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"signers": ["a", "b", "c"]}))
    assert [machine.variables_at(wait.id)["signer"] for wait in machine.waits()] == ["a", "b", "c"]

    machine.throw(machine.waits()[1].id, "E")

    assert elements(again(definition, machine)) == ["repair"]


def test_an_error_of_one_instance_that_nobody_catches_is_told():
    machine = Machine.start(services(), {"signers": ["a", "b"]})
    with pytest.raises(ErrorNotCaught):
        machine.throw(machine.waits()[0].id, "E")


@pytest.mark.parametrize(
    "task",
    [
        each(user("sign"), of="signers", number="n"),
        each(user("sign")),
        each(user("sign"), of="n"),
        each(user("sign"), of="signers", item="n"),
        each(user("sign", yes="n"), of="signers"),
        each(service("sign"), of="signers"),
        each(user("sign"), number="signers"),
        each(user("sign"), number="n", until="sign_done"),
    ],
)
def test_p3_what_makes_no_instances_is_refused(task):
    definition = process(start(), task, end(), chain("start", "sign", "end"), variables=SIGNERS)
    assert broken(definition) == [("P3", "sign")]
