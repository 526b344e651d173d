"""Gateways that choose some or wait for the first, errors and escalations thrown: what each does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.core.definition import Definition
from engine.core.errors import WaitNotFound
from engine.core.machine import Machine
from engine.core.parser import parse
from engine.core.waits import Passed, Sent
from tests.core.diagrams import (
    awaits,
    broken,
    chain,
    end,
    escalate,
    escalate_at_end,
    escalated,
    exclusive,
    fail,
    failed,
    first_of,
    flow,
    inclusive,
    late,
    manual,
    mark,
    node,
    once,
    parallel,
    process,
    receive,
    send,
    start,
    subprocess,
    tell,
    timer,
    until,
    user,
)
from tests.core.test_machine import again, at, elements

STRAIGHT = chain("start", "x", "end")


def some(default: str = "some_c", *more: str) -> Definition:
    """Three tasks behind an inclusive gateway, each with its condition but the default's, met inclusively."""
    return process(
        start(), inclusive("some", default), user("a"), user("b"), user("c"), inclusive("all"), end(),
        chain("start", "some"), flow("some", "a", "n > 0"), flow("some", "b", "n > 1"), flow("some", "c"),
        chain("a", "all", "end"), chain("b", "all"), chain("c", "all"), *more, variables={"n": "int"},
    )  # fmt: skip


@pytest.mark.parametrize(("number", "opened"), [(0, ["c"]), (1, ["a"]), (2, ["a", "b"])])
def test_an_inclusive_gateway_takes_every_flow_that_holds_and_the_default_when_none_does(number, opened):
    machine = Machine.start(some(), {"n": number})
    assert elements(machine) == opened


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_an_inclusive_join_waits_for_all_that_may_come_and_for_nothing_else(order: Sequence[str]):
    definition = some()
    machine = Machine.start(definition, {"n": 2})

    machine.complete(at(machine, order[0]))
    machine = again(definition, machine)

    assert elements(machine) == [order[1]]
    machine.complete(at(machine, order[1]))
    assert machine.ended
    assert [thing for thing in machine.passed() if thing.element == "all"] == [
        Passed("entered", "all"),
        Passed("completed", "all"),
    ]


def test_an_inclusive_join_goes_on_when_the_path_it_waits_for_ends_elsewhere():
    definition = process(
        start(), inclusive("some", "some_c"), user("a"), user("b"), late("over", "b"), end("gone"), user("c"),
        inclusive("all"), user("last"), end(),
        chain("start", "some"), flow("some", "a", "n > 0"), flow("some", "b", "n > 0"), flow("some", "c"),
        chain("a", "all", "last", "end"), chain("b", "all"), chain("c", "all"), chain("over", "gone"),
        variables={"n": "int"},
    )  # fmt: skip
    assert broken(definition) == []
    machine = Machine.start(definition, {"n": 1})
    machine.complete(at(machine, "a"))
    machine = again(definition, machine)
    assert elements(machine) == ["b", "over"]

    machine.fire(at(machine, "over"))

    assert elements(again(definition, machine)) == ["last"]


def test_what_an_inclusive_split_opens_a_parallel_join_may_not_meet():
    parts = some()
    assert broken(parts) == []
    met = process(
        start(), inclusive("some", "some_b"), user("a"), user("b"), parallel("all"), end(),
        chain("start", "some"), flow("some", "a", "n > 0"), flow("some", "b"),
        chain("a", "all", "end"), chain("b", "all"), variables={"n": "int"},
    )  # fmt: skip
    assert broken(met) == [("P12", "all")]


def race() -> Definition:
    return process(
        start(), first_of("race"), timer("soon", "P1D"), timer("later", "P5D"), user("a"), user("b"), end(),
        exclusive("merge"), chain("start", "race", "soon", "a", "merge", "end"),
        chain("race", "later", "b", "merge"),
    )  # fmt: skip


@pytest.mark.parametrize(("first", "after", "beaten"), [("soon", "a", "later"), ("later", "b", "soon")])
def test_the_first_event_behind_an_event_based_gateway_takes_the_others_away(first, after, beaten):
    definition = race()
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {}))
    assert elements(machine) == ["soon", "later"]

    machine.fire(at(machine, first))

    assert elements(machine) == [after]
    assert Passed("cancelled", beaten) in machine.passed()


def test_an_event_based_gateway_awaits_at_least_two_events_that_only_it_reaches():
    to_task = process(
        start(), first_of("x"), timer("t"), user("u"), end(), end("e2"), chain("start", "x", "t", "end"),
        chain("x", "u", "e2"),
    )  # fmt: skip
    alone = process(start(), first_of("x"), timer("t"), end(), chain("start", "x", "t", "end"))
    assert ("P1", "x") in broken(to_task)
    assert ("P1", "x") in broken(alone)


def throwing(thrown: str, *caught: str, inner: str = "") -> Definition:
    """A subprocess in which a task leads to a throw, in a subprocess of its own if one is named."""
    within = (start("s"), user("u"), thrown, chain("s", "u", "t"))
    if inner:
        nested = subprocess(inner, *within)
        within = (start("s2"), nested, end("e2"), chain("s2", inner, "e2"))
    return process(
        start(), subprocess("whole", *within), user("after"), end(), *caught,
        chain("start", "whole", "after", "end"), errors=("E", "F"), escalations=("S",),
    )  # fmt: skip


def test_an_error_end_goes_to_the_nearest_subprocess_that_catches_its_code():
    definition = throwing(
        fail("t"), failed("any", "whole"), failed("own", "whole", "E"), failed("other", "whole", "F"),
        user("repair"), end("e3"), end("e4"), end("e5"), chain("own", "repair", "e3"), chain("any", "e4"),
        chain("other", "e5"), inner="inner",
    )  # fmt: skip
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {}))

    machine.complete(at(machine, "u"))

    assert elements(again(definition, machine)) == ["repair"]
    assert Passed("cancelled", "whole") in machine.passed()
    assert Passed("cancelled", "inner") in machine.passed()


def test_what_nobody_catches_is_refused():
    assert broken(throwing(fail("t"), failed("f", "whole", "F"), end("e3"), chain("f", "e3"))) == [
        ("P1", "t")
    ]
    assert broken(throwing(escalate_at_end("t"))) == [("P1", "t")]
    assert ("P1", "t") in broken(throwing(fail("t", "undefined"), failed("f", "whole"), end("e3"),
                                          chain("f", "e3")))  # fmt: skip


def escalating(interrupting: bool) -> Definition:
    return process(
        start(), subprocess("whole", start("s"), user("u"), escalate("t"), user("on"), end("e"),
                            chain("s", "u", "t", "on", "e")),
        escalated("told", "whole", "S", interrupting=interrupting), user("boss"), user("after"), end(),
        end("e2"), chain("start", "whole", "after", "end"), chain("told", "boss", "e2"), escalations=("S",),
    )  # fmt: skip


@pytest.mark.parametrize(("interrupting", "left"), [(True, ["boss"]), (False, ["boss", "on"])])
def test_an_escalation_opens_a_path_beside_what_threw_it_or_instead_of_it(interrupting, left):
    definition = escalating(interrupting)
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {}))

    machine.complete(at(machine, "u"))

    assert sorted(elements(again(definition, machine))) == left


def test_manual_tasks_and_plain_throw_events_are_passed():
    definition = process(
        start(), manual("m"), mark("x"), user("u"), end(), chain("start", "m", "x", "u", "end"),
        '<bpmn:dataObject id="d"/><bpmn:dataObjectReference id="r" dataObjectRef="d"/>',
    )  # fmt: skip
    assert broken(definition) == []
    machine = Machine.start(definition, {})
    assert elements(machine) == ["u"]
    assert Passed("completed", "m") in machine.passed()


@pytest.mark.parametrize(("yes", "no"), [("true", "false"), ("1", "0")])
def test_of_several_pools_the_one_that_runs_is_run(yes, no):
    pools = f"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">
      <bpmn:collaboration id="c"><bpmn:participant id="p1" processRef="ours"/><bpmn:participant id="p2"/>
        <bpmn:messageFlow id="m" sourceRef="p2" targetRef="p1"/></bpmn:collaboration>
      <bpmn:process id="ours" isExecutable="{yes}"><bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>
        <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e"/></bpmn:process>
      <bpmn:process id="theirs" isExecutable="{no}"><bpmn:startEvent id="s2"/></bpmn:process>
    </bpmn:definitions>"""
    definition = parse({"process.bpmn": pools.encode()})
    assert definition.key == "ours"
    assert Machine.start(definition, {}).ended


def test_a_message_is_awaited_by_name_and_by_the_key_that_the_variables_give():
    definition = process(
        start(), receive("x", writes="pick"), user("u"), end(), chain("start", "x", "u", "end"),
        variables={"pick": "int", "other": "int"},
    )  # fmt: skip
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"pick": 7}))
    (wait,) = machine.waits()
    assert (wait.kind, wait.name, wait.key) == ("message", "M", "key-7")

    machine.receive(wait.id, {"pick": 8, "other": 9})

    assert elements(machine) == ["u"]
    assert (machine.variables["pick"], machine.variables.get("other")) == (8, None)


@pytest.mark.parametrize(("happens", "after"), [("t", "a"), ("m", "b"), ("s", "c")])
def test_an_event_based_gateway_races_time_messages_and_signals(happens, after):
    definition = process(
        start(), first_of("race"), timer("t"), awaits("m"), awaits("s", signal=True), user("a"), user("b"),
        user("c"), end("e1"), end("e2"), end("e3"), chain("start", "race", "t", "a", "e1"),
        chain("race", "m", "b", "e2"), chain("race", "s", "c", "e3"), variables={"pick": "int"},
    )  # fmt: skip
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"pick": 1}))

    act = machine.fire if happens == "t" else machine.receive
    act(at(machine, happens))

    assert elements(machine) == [after]


def test_a_timer_is_not_received_and_a_message_does_not_go_off_by_time():
    definition = process(
        start(), first_of("race"), timer("t"), awaits("m"), end("e1"), end("e2"),
        chain("start", "race", "t", "e1"), chain("race", "m", "e2"), variables={"pick": "int"},
    )  # fmt: skip
    machine = Machine.start(definition, {"pick": 1})
    with pytest.raises(WaitNotFound):
        machine.receive(at(machine, "t"))
    with pytest.raises(WaitNotFound):
        machine.fire(at(machine, "m"))
    assert elements(machine) == ["t", "m"]


def test_what_is_thrown_to_others_carries_the_variables_that_it_lists():
    definition = process(
        start(), send("x", carries="pick"), tell("y", signal=True), user("u"), end(),
        chain("start", "x", "y", "u", "end"), variables={"pick": "int", "other": "int"},
    )  # fmt: skip
    assert broken(definition) == []
    machine = Machine.start(definition, {"pick": 3, "other": 4})
    assert machine.sent() == (
        Sent("x", "message", "M", "key-3", {"pick": 3}),
        Sent("y", "signal", "B", "", {}),
    )


def test_p9_a_message_has_a_correlation_key_with_a_variable_and_nothing_else_has():
    def refused(element: str) -> list[tuple[str, str]]:
        return broken(process(start(), element, end(), STRAIGHT, variables={"pick": "int"}))

    message = '<bpmn:messageEventDefinition messageRef="M"/>'
    assert refused(node("intermediateCatchEvent", "x", message)) == [("P9", "x")]
    assert refused(node("intermediateCatchEvent", "x", message, correlation_key="fixed")) == [("P9", "x")]
    assert refused(awaits("x", signal=True, correlation_key="${pick}")) == [("P9", "x")]
    assert refused(node("intermediateThrowEvent", "x", carries="pick")) == [("P9", "x")]
    assert refused(awaits("x")) == []


def watched(*, interrupting: bool = True) -> Definition:
    """A subprocess of two tasks, with an event that happens once they have made `n` larger than 5."""
    return process(
        start(), subprocess("whole", start("s"), user("a"), user("b"), end("e"), chain("s", "a", "b", "e")),
        once("enough", "whole", "n > 5", interrupting=interrupting), user("boss"), user("after"), end(),
        end("e2"), chain("start", "whole", "after", "end"), chain("enough", "boss", "e2"),
        variables={"n": "int"},
    )  # fmt: skip


@pytest.mark.parametrize(("interrupting", "left"), [(True, ["boss"]), (False, ["b", "boss"])])
def test_a_conditional_event_happens_in_the_step_that_makes_its_condition_true(interrupting, left):
    definition = watched(interrupting=interrupting)
    machine = again(definition, Machine.start(definition, {}))
    assert elements(machine) == ["a"]

    machine.complete(at(machine, "a"), {"n": 6})

    assert sorted(elements(again(definition, machine))) == left


def test_without_a_value_a_condition_does_not_hold_yet():
    definition = watched()
    assert broken(definition) == []
    machine = Machine.start(definition, {})
    machine.complete(at(machine, "a"), {})
    assert elements(machine) == ["b"]


def test_a_conditional_catch_event_waits_until_its_condition_holds_and_passes_when_it_does():
    definition = process(
        start(), until("x", "n > 5"), user("u"), end(), chain("start", "x", "u", "end"),
        variables={"n": "int"},
    )  # fmt: skip
    assert elements(Machine.start(definition, {"n": 6})) == ["u"]
    waiting = again(definition, Machine.start(definition, {"n": 5}))
    assert (waiting.waits(), waiting.ended) == ((), False)
