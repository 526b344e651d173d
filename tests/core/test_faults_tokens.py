"""Faults of the library that moved tokens wrongly: each shown not to happen here."""

from __future__ import annotations

import itertools

import pytest
import time_machine

from engine.core.errors import (
    ErrorNotCaught,
    WaitNotFound,
)
from engine.core.machine import Machine
from engine.core.parser import parse
from engine.core.repairing import Move, repair
from engine.core.waits import Duration, TimerWait
from tests.core.diagrams import (
    APPROVAL_VALUES,
    approval,
    awaits,
    broken,
    chain,
    diagram,
    end,
    exclusive,
    failed,
    flow,
    late,
    node,
    parallel,
    process,
    service,
    start,
    timer,
    user,
)
from tests.core.test_machine import again, at, elements


def rounds_of_three():
    return process(
        start(), exclusive("m"), parallel("p"), user("a"), user("b"), user("c"), parallel("j"), user("look"),
        exclusive("g", "g_m"), end(), chain("start", "m", "p", "a", "j", "look", "g", "m"),
        chain("p", "b", "j"), chain("p", "c", "j"), flow("g", "end", "done"), variables={"done": "bool"},
    )  # fmt: skip


@pytest.mark.parametrize("stored", [True, False])
def test_faults_3_and_16_a_join_in_a_loop_fires_once_in_every_order(stored):
    definition = rounds_of_three()
    orders = [*itertools.permutations("abc")] * 9
    machine = Machine.start(definition, {})
    for order in [*orders, *reversed(orders)]:
        for key in order:
            assert "look" not in elements(machine)
            machine.complete(at(machine, key), {})
            machine = again(definition, machine) if stored else machine
        assert elements(machine) == ["look"]
        machine.complete(at(machine, "look"), {"done": False})
    assert sorted(elements(machine)) == ["a", "b", "c"]


def test_fault_4_lists_are_values_and_nobody_can_change_them_in_place():
    definition = process(start(), user("a"), end(), chain("start", "a", "end"), variables={"keys": "list"})
    keys = ["one"]
    machine = Machine.start(definition, {"keys": keys})
    keys.append("two")
    machine.variables["keys"].append("three")
    machine.variables_at(at(machine, "a"))["keys"].append("four")
    assert machine.variables == {"keys": ["one"]}


def test_fault_4_parallel_branches_cannot_reach_each_others_variables():
    definition = process(
        start(), parallel("p"), user("a", writes="n"), user("b", writes="k"), parallel("j"), end(),
        chain("start", "p", "a", "j", "end"), chain("p", "b", "j"), variables={"n": "int", "k": "int"},
    )  # fmt: skip
    assert broken(definition) == []
    both = diagram(
        start(), parallel("p"), user("a", writes="n"), user("b", writes="n"), parallel("j"), end(),
        chain("start", "p", "a", "j", "end"), chain("p", "b", "j"), variables={"n": "int"},
    )  # fmt: skip
    assert broken(parse({"p.bpmn": both})) == [("P6", "a"), ("P6", "b")]


def test_fault_7_a_service_task_is_a_wait_state_with_timers_and_errors_on_it():
    definition = process(
        start(), service("x"), late("l", "x"), failed("f", "x"), end(), end("e1"), end("e2"),
        chain("start", "x", "end"), chain("l", "e1"), chain("f", "e2"),
    )  # fmt: skip
    endings = {}
    for name, act in {
        "end": lambda m: m.complete(at(m, "x")),
        "e1": lambda m: m.fire(at(m, "l")),
        "e2": lambda m: m.throw(at(m, "x"), "ANY"),
    }.items():
        machine = again(definition, Machine.start(definition, {}))
        act(machine)
        endings[name] = (machine.ended, machine.passed()[-1].element)
    assert endings == {name: (True, name) for name in endings}


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_fault_12_a_join_undoes_nothing_that_a_branch_wrote(order):
    definition = process(
        start(), parallel("p"), user("a", writes="n keys"), user("b"), parallel("j"), user("look"), end(),
        chain("start", "p", "a", "j", "look", "end"), chain("p", "b", "j"),
        variables={"n": "int", "keys": "list"},
    )  # fmt: skip
    machine = Machine.start(definition, {"n": 1, "keys": ["x"]})
    for key in order:
        machine.complete(at(machine, key), {"n": 2, "keys": ["x", "x", "y"]} if key == "a" else {})
        machine = again(definition, machine)
    assert machine.variables == {"n": 2, "keys": ["x", "x", "y"]}


def test_fault_14_only_an_open_wait_state_can_be_completed():
    definition = approval()
    machine = Machine.start(definition, APPROVAL_VALUES)
    submit = at(machine, "submit")
    machine.complete(submit)
    open_ids = {wait.id for wait in machine.waits()}
    # Before the state is stored, the finished token is still there.
    assert machine._instance.token(int(submit)) is not None
    for key in (*map(str, range(30)), "", "x", "-1", "1.0", "²", "9" * 50):
        for act in (machine.complete, lambda key: machine.throw(key, "E"), machine.fire):
            if key not in open_ids:
                with pytest.raises(WaitNotFound):
                    act(key)
    with pytest.raises(WaitNotFound):
        machine.complete(at(machine, "approve_late"))
    with pytest.raises(WaitNotFound):
        machine.fire(at(machine, "approve"))
    fresh = Machine.start(definition, APPROVAL_VALUES)
    fresh.complete(at(fresh, "submit"))
    assert machine.dump() == fresh.dump()


def test_faults_17_and_26_no_clock_moves_the_machine():
    definition = process(start(), timer("t", "PT1M"), end(), chain("start", "t", "end"))
    with time_machine.travel("2025-03-30T02:59:59+03:00") as traveller:
        machine = Machine.start(definition, {})
        traveller.shift(10 * 365 * 86400)
        machine = again(definition, machine)
        assert machine.waits() == (TimerWait(at(machine, "t"), "t", Duration(minutes=1)),)
        machine.fire(at(machine, "t"))
    assert machine.ended
    assert broken(process(start(), timer("t", "P1M"), end(), chain("start", "t", "end"))) == [("P7", "t")]


def test_fault_11_a_message_is_for_one_key_and_without_a_name_or_key_it_is_refused():
    nameless = node("intermediateCatchEvent", "x", "<bpmn:messageEventDefinition/>")
    assert ("P1", "x") in broken(process(start(), nameless, end(), chain("start", "x", "end")))
    keyed = process(start(), awaits("x"), end(), chain("start", "x", "end"), variables={"pick": "int"})
    keys = [Machine.start(keyed, {"pick": number}).waits()[0].key for number in (998, 999)]
    assert keys == ["key-998", "key-999"]


def test_fault_24_an_event_subprocess_is_refused():
    event = node("subProcess", "x", start("s") + end("e") + chain("s", "e"),
                 attributes='triggeredByEvent="true"')  # fmt: skip
    assert ("P1", "x") in broken(process(start(), event, end(), chain("start", "x", "end")))


def test_fault_25_an_error_fires_the_boundary_of_its_own_task_and_no_other():
    definition = process(
        start(), parallel("p"), service("a"), service("b"), parallel("j"), end(), failed("fa", "a", "NO"),
        failed("fb", "b", "NO"), user("ua"), user("ub"), exclusive("ma"), exclusive("mb"),
        chain("start", "p", "a", "ma", "j", "end"), chain("p", "b", "mb", "j"), chain("fa", "ua", "ma"),
        chain("fb", "ub", "mb"), errors=("NO",),
    )  # fmt: skip
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {}))
    machine.throw(at(machine, "b"), "NO")
    assert sorted(elements(machine)) == ["a", "ub"]
    with pytest.raises(ErrorNotCaught):
        machine.throw(at(machine, "ub"), "NO")


def test_fault_27_a_token_moves_back_to_where_nothing_is_left_of_it():
    definition = process(
        start(), user("a"), user("b"), user("c"), end(), chain("start", "a", "b", "c", "end")
    )
    machine = Machine.start(definition, {})
    for element in ("a", "b"):
        machine.complete(at(machine, element))
        machine = again(definition, machine)
    assert len(machine._instance.tasks) == 2

    repair(machine, Move(at(machine, "c"), "a"))

    machine = again(definition, machine)
    for element in ("a", "b", "c"):
        machine.complete(at(machine, element))
    assert machine.ended
