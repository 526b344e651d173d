"""Event subprocesses: armed with their scope, begun beside it or instead of it, disarmed when it ends."""

from __future__ import annotations

import pytest

from engine.core import soundness
from engine.core.errors import ErrorNotCaught, WaitNotFound
from engine.core.machine import Machine
from engine.core.waits import MessageWait, TimerWait
from tests.core.diagrams import (
    aside,
    broken,
    chain,
    end,
    escalate,
    exclusive,
    fail,
    failed,
    flow,
    parallel,
    process,
    script,
    service,
    start,
    subprocess,
    terminate,
    triggered,
    user,
)
from tests.core.test_machine import again, at, elements

NAMES = {"pick": "int", "seen": "int", "more": "bool"}


def handled(*begin: str, inside: str = "", name: str = "meanwhile") -> str:
    return aside(name, *begin, user("handle"), end("handled"), inside, chain("begun", "handle", "handled"))


def working(*parts: str, inside: bool = False):
    """Two tasks one after the other, in the process or in a subprocess, and what else is there."""
    work = [start("s"), user("one"), user("two"), end("e"), chain("s", "one", "two", "e"), *parts]
    outer = [start(), user("after"), end()]
    if not inside:
        return process(*work, variables=NAMES, errors=("E",), escalations=("S",))
    return process(
        *outer,
        subprocess("work", *work),
        chain("start", "work", "after", "end"),
        variables=NAMES,
        errors=("E",),
        escalations=("S",),
    )


def after(definition, machine, element, how="complete", **values):
    getattr(machine, how)(at(machine, element), *([values] if values else []))
    return again(definition, machine)


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(("by", "how"), [("timer", "fire"), ("message", "receive"), ("signal", "receive")])
def test_one_that_interrupts_takes_all_else_in_its_scope_away(inside, by, how):
    definition = working(handled(triggered("begun", by=by)), inside=inside)
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"pick": 1}))
    assert elements(machine) == ["begun", "one"]

    machine = after(definition, machine, "begun", how)
    assert elements(machine) == ["handle"]
    machine = after(definition, machine, "handle")
    assert elements(machine) == (["after"] if inside else [])
    assert machine.ended is not inside


@pytest.mark.parametrize("inside", [False, True])
def test_one_that_does_not_interrupt_runs_beside_and_keeps_the_scope_open(inside):
    definition = working(handled(triggered("begun", by="timer", interrupting=False)), inside=inside)
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"pick": 1}))
    machine = after(definition, machine, "begun", "fire")
    assert sorted(elements(machine)) == ["handle", "one"]
    machine = after(definition, machine, "one")
    machine = after(definition, machine, "two")
    assert elements(machine) == ["handle"]
    machine = after(definition, machine, "handle")
    assert elements(machine) == (["after"] if inside else [])


@pytest.mark.parametrize("inside", [False, True])
def test_it_is_disarmed_when_its_scope_ends(inside):
    definition = working(handled(triggered("begun")), inside=inside)
    machine = Machine.start(definition, {"pick": 1})
    wait = at(machine, "begun")
    machine = after(definition, machine, "one")
    machine = after(definition, machine, "two")
    assert elements(machine) == (["after"] if inside else [])
    with pytest.raises(WaitNotFound):
        machine.fire(wait)


def test_a_message_may_begin_it_again_once_it_has_ended_and_a_timer_may_not():
    for by, how, armed in (("message", "receive", ["begun", "one"]), ("timer", "fire", ["one"])):
        definition = working(handled(triggered("begun", by=by, interrupting=False)))
        machine = Machine.start(definition, {"pick": 1})
        for _ in range(3 if by == "message" else 1):
            machine = after(definition, machine, "begun", how)
            assert sorted(elements(machine)) == ["handle", "one"]
            machine = after(definition, machine, "handle")
            assert sorted(elements(machine)) == armed


def test_it_is_seen_as_a_wait_of_its_own_with_what_the_message_brings():
    definition = working(handled(triggered("begun", by="message", writes="seen")))
    machine = Machine.start(definition, {"pick": 7})
    (wait,) = [wait for wait in machine.waits() if isinstance(wait, MessageWait)]
    assert (wait.kind, wait.name, wait.key, wait.host, wait.interrupting) == (
        "message",
        "M",
        "key-7",
        "",
        True,
    )
    machine.receive(wait.id, {"seen": 3, "pick": 9})
    assert machine.variables == {"pick": 7, "seen": 3}
    definition = working(handled(triggered("begun", interrupting=False)))
    (wait,) = [w for w in Machine.start(definition, {"pick": 7}).waits() if isinstance(w, TimerWait)]
    assert (wait.host, wait.interrupting) == ("", False)


@pytest.mark.parametrize("inside", [False, True])
def test_an_error_thrown_anywhere_in_the_scope_begins_it(inside):
    deep = subprocess(
        "deep",
        start("s2"),
        service("post", "later"),
        user("rest"),
        end("e2"),
        chain("s2", "post", "rest", "e2"),
    )
    work = (start("s"), deep, end("e"), chain("s", "deep", "e"), handled(triggered("begun", error="E")))
    if inside:
        definition = process(
            start(),
            subprocess("work", *work),
            user("after"),
            end(),
            chain("start", "work", "after", "end"),
            variables=NAMES,
            errors=("E",),
        )
    else:
        definition = process(*work, variables=NAMES, errors=("E",))
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {}))
    assert elements(machine) == ["post"]
    machine.throw(at(machine, "post"), "E")
    machine = again(definition, machine)
    assert elements(machine) == ["handle"]
    machine = after(definition, machine, "handle")
    assert elements(machine) == (["after"] if inside else [])


def test_the_same_code_goes_before_any_and_another_code_is_not_caught():
    definition = process(
        start("s"),
        service("post", "later"),
        user("rest"),
        end("e"),
        chain("s", "post", "rest", "e"),
        aside("any", triggered("a", by="error"), user("of_any"), end("ae"), chain("a", "of_any", "ae")),
        aside("same", triggered("b", error="E"), user("of_same"), end("be"), chain("b", "of_same", "be")),
        variables=NAMES,
        errors=("E",),
    )
    assert broken(definition) == []
    for code, expected in (("E", "of_same"), ("X", "of_any")):
        machine = Machine.start(definition, {})
        machine.throw(at(machine, "post"), code)
        assert elements(again(definition, machine)) == [expected]
    definition = process(
        start("s"),
        service("post", "later"),
        user("rest"),
        end("e"),
        chain("s", "post", "rest", "e"),
        handled(triggered("begun", error="E")),
        variables=NAMES,
        errors=("E",),
    )
    machine = Machine.start(definition, {})
    with pytest.raises(ErrorNotCaught):
        machine.throw(at(machine, "post"), "X")


def test_an_error_thrown_inside_it_goes_outwards():
    again_wrong = exclusive("gate", "gate_handled") + fail("worse") + flow("gate", "worse", "more")
    inner = aside(
        "meanwhile",
        triggered("begun", error="E"),
        user("handle"),
        end("handled"),
        again_wrong,
        chain("begun", "handle", "gate", "handled"),
    )
    work = subprocess(
        "work",
        start("s"),
        service("post", "later"),
        user("rest"),
        end("e"),
        chain("s", "post", "rest", "e"),
        inner,
    )
    outer = aside(
        "outside", triggered("caught", error="E"), user("outer"), end("oe"), chain("caught", "outer", "oe")
    )
    definition = process(
        start(),
        work,
        user("after"),
        end(),
        chain("start", "work", "after", "end"),
        outer,
        variables=NAMES,
        errors=("E",),
    )
    assert broken(definition) == []
    machine = Machine.start(definition, {})
    machine.throw(at(machine, "post"), "E")
    machine = again(definition, machine)
    assert elements(machine) == ["handle"]
    machine.complete(at(machine, "handle"), {"more": True})
    assert elements(again(definition, machine)) == ["outer"]


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        (
            [
                exclusive("x", "x_j"),
                user("h"),
                parallel("j"),
                chain("b", "x", "j", "ae") + chain("h", "j") + flow("x", "h", "more"),
            ],
            [("P12", "j")],
        ),
        (
            [
                parallel("p"),
                user("h"),
                user("k"),
                exclusive("x"),
                service("pay", "later"),
                chain("b", "p", "h", "x", "pay", "ae"),
                chain("p", "k", "x"),
            ],
            [("P12", "x")],
        ),
    ],
)
@pytest.mark.parametrize("code", ["E", ""])
def test_p12_what_the_error_of_a_handler_begins_comes_to_its_end(path, refused, code):
    def failing(*more: str):
        handling = aside("meanwhile", triggered("b", by="error", error=code), *path, end("ae"))
        return process(
            start(), service("post", "later"), end(), chain("start", "post", "end"), handling, *more,
            variables=NAMES, errors=("E",),
        )  # fmt: skip

    assert broken(failing()) == refused
    caught = (failed("f", "post"), end("e2"), chain("f", "e2"))
    assert broken(failing(*caught)) == []


def test_an_escalation_that_does_not_interrupt_lets_the_thrower_go_on():
    tell = escalate("told") + flow("one", "told") + flow("told", "two")
    work = [start("s"), user("one"), user("two"), end("e"), flow("s", "one"), tell, flow("two", "e")]
    definition = process(
        *work,
        handled(triggered("begun", escalation="S", interrupting=False)),
        variables=NAMES,
        escalations=("S",),
    )
    assert broken(definition) == []
    machine = after(definition, Machine.start(definition, {}), "one")
    assert sorted(elements(machine)) == ["handle", "two"]


def test_an_escalation_begins_it_once_more_while_it_is_open():
    handling = aside(
        "meanwhile", triggered("b", escalation="S", interrupting=False), parallel("p"), user("h"), user("k"),
        parallel("j"), end("ae"), chain("b", "p", "h", "j", "ae"), chain("p", "k", "j"),
    )  # fmt: skip
    definition = process(
        start(), exclusive("m"), user("work"), exclusive("x", "x_end"), escalate("up"), end(), handling,
        chain("start", "m", "work", "x", "end"), flow("x", "up", "more"), flow("up", "m"), variables=NAMES,
        escalations=("S",),
    )  # fmt: skip
    assert broken(definition) == []
    machine = Machine.start(definition, {})
    for _ in range(2):
        machine = after(definition, machine, "work", more=True)
    assert sorted(elements(machine)) == ["h", "h", "k", "k", "work"]
    assert soundness.problem(machine._instance) is None

    machine = after(definition, machine, "work", more=False)
    while not machine.ended:
        machine.complete(machine.waits()[0].id)
        machine = again(definition, machine)


def test_a_condition_begins_it_when_it_comes_true():
    definition = working(handled(triggered("begun", condition="pick == 3")))
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"pick": 1}))
    assert elements(machine) == ["one"]
    machine.complete(at(machine, "one"), {"pick": 3})
    assert elements(again(definition, machine)) == ["handle"]


def test_a_terminate_end_inside_ends_only_the_event_subprocess():
    ends = aside(
        "meanwhile",
        triggered("begun", by="signal", interrupting=False),
        user("handle"),
        terminate("stop"),
        chain("begun", "handle", "stop"),
    )
    definition = working(ends)
    assert broken(definition) == []
    machine = after(definition, Machine.start(definition, {}), "begun", "receive")
    assert sorted(elements(after(definition, machine, "handle"))) == ["begun", "one"]


def test_what_it_writes_beside_others_is_its_own():
    wrote = aside(
        "meanwhile",
        triggered("begun", by="signal", interrupting=False),
        script("count", "seen = 1"),
        end("done"),
        chain("begun", "count", "done"),
    )
    assert broken(working(wrote)) == []
    work = [
        start("s"),
        user("one"),
        script("also", "seen = 2"),
        end("e"),
        chain("s", "one", "also", "e"),
        wrote,
    ]
    assert ("P6", "count") in broken(process(*work, variables=NAMES))


def test_a_process_with_a_rework_loop_may_have_one_beside_it():
    loop = (
        exclusive("again", "again_e")
        + flow("two", "again")
        + flow("again", "one", "more")
        + flow("again", "e")
    )
    work = [
        start("s"),
        exclusive("into"),
        user("one"),
        user("two"),
        end("e"),
        chain("s", "into", "one", "two"),
    ]
    loop = exclusive("again", "again_e") + chain("two", "again", "e") + flow("again", "into", "more")
    definition = process(
        *work, loop, handled(triggered("begun", by="message", interrupting=False)), variables=NAMES
    )
    assert broken(definition) == []
