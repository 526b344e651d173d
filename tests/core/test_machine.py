"""A process instance moves from wait states to wait states, element by element."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.core.definition import Definition
from engine.core.errors import (
    ErrorNotCaught,
    MachineBroken,
    NoFlowChosen,
    UndeclaredVariable,
    WaitNotFound,
    WriteRefused,
    WrongType,
)
from engine.core.machine import Machine
from engine.core.waits import Duration, Passed, ServiceWait, TimerWait, UserTaskWait, WorkingDays
from tests.core.diagrams import (
    APPROVAL_VALUES,
    approval,
    broken,
    chain,
    end,
    exclusive,
    failed,
    flow,
    late,
    parallel,
    process,
    script,
    service,
    start,
    subprocess,
    terminate,
    timer,
    user,
)


def at(machine: Machine, element: str) -> str:
    """The id of the one wait state at an element."""
    (wait,) = [wait for wait in machine.waits() if wait.element == element]
    return wait.id


def elements(machine: Machine) -> list[str]:
    return [wait.element for wait in machine.waits()]


def again(definition: Definition, machine: Machine) -> Machine:
    return Machine.load(definition, machine.dump())


def test_the_approval_case_runs_in_four_stored_steps_to_its_end():
    definition = approval()
    machine = Machine.start(definition, APPROVAL_VALUES)
    assert machine.waits() == (
        UserTaskWait(machine.waits()[0].id, "submit", "form", "head@41", "", Duration(days=5)),
    )

    machine = again(definition, machine)
    machine.complete(at(machine, "submit"), {"answer_00": "new"})
    assert elements(machine) == ["approve", "approve_late"]
    machine = again(definition, machine)
    machine.complete(at(machine, "approve"))
    assert elements(machine) == ["decide"]
    assert machine.variables["first_done"] is machine.variables["second_done"] is True
    machine = again(definition, machine)
    machine.complete(at(machine, "decide"))

    assert machine.ended
    assert machine.waits() == ()
    assert machine.variables["answer_00"] == "new"
    assert again(definition, machine).ended


def test_the_approval_case_passes_the_gate():
    assert broken(approval()) == []
    assert broken(approval(inside_subprocess=True)) == []


def test_a_step_tells_what_it_passed_in_order():
    machine = Machine.start(approval(), APPROVAL_VALUES | {"small": True})
    machine = again(approval(), machine)
    machine.complete(at(machine, "submit"))
    assert machine.passed() == (
        Passed("completed", "submit"),
        Passed("flow", "submit_choose"),
        Passed("entered", "choose"),
        Passed("completed", "choose"),
        Passed("flow", "choose_decide"),
        Passed("entered", "decide"),
    )


def test_an_interrupting_timer_takes_the_task_away():
    machine = Machine.start(approval(), APPROVAL_VALUES)
    machine.complete(at(machine, "submit"))
    timers = [wait for wait in machine.waits() if isinstance(wait, TimerWait)]
    assert timers == [
        TimerWait(
            at(machine, "approve_late"), "approve_late", Duration(days=10), at(machine, "approve"), True
        )
    ]
    machine.fire(timers[0].id)
    assert machine.ended
    assert Passed("cancelled", "approve") in machine.passed()
    assert machine.passed()[-1] == Passed("completed", "end_late")


def beside() -> Definition:
    return process(
        start(), user("work"), late("remind", "work", "workdays(3)", interrupting=False), service("tell"),
        end(), end("told"), chain("start", "work", "end"), chain("remind", "tell", "told"),
    )  # fmt: skip


def test_a_timer_that_does_not_interrupt_opens_a_path_beside_the_task_once():
    definition = beside()
    machine = Machine.start(definition, {})
    assert machine.waits()[1] == TimerWait(
        at(machine, "remind"), "remind", WorkingDays(3), at(machine, "work"), False
    )
    machine.fire(at(machine, "remind"))
    machine = again(definition, machine)
    assert machine.waits() == (
        UserTaskWait(at(machine, "work"), "work", "form", "officer@1", "", Duration(days=5)),
        ServiceWait(at(machine, "tell"), "tell", "topic"),
    )
    machine.complete(at(machine, "work"))
    assert not machine.ended
    machine.complete(at(machine, "tell"))
    assert machine.ended


def test_a_task_that_is_completed_disarms_its_timers():
    machine = Machine.start(beside(), {})
    machine.complete(at(machine, "work"))
    assert machine.ended


def test_an_intermediate_timer_waits_until_it_is_fired():
    definition = process(start(), timer("pause", "PT2H"), end(), chain("start", "pause", "end"))
    machine = again(definition, Machine.start(definition, {}))
    assert machine.waits() == (TimerWait(at(machine, "pause"), "pause", Duration(minutes=120)),)
    machine.fire(at(machine, "pause"))
    assert machine.ended


def guarded() -> Definition:
    return process(
        start(), service("ask"), failed("refused", "ask", "NO"), failed("anything", "ask"),
        end(), end("no"), end("other"),
        chain("start", "ask", "end"), chain("refused", "no"), chain("anything", "other"),
        errors=("NO",),
    )  # fmt: skip


@pytest.mark.parametrize(("code", "ending"), [("NO", "no"), ("MAYBE", "other")])
def test_an_error_is_caught_by_its_code_before_anything_else(code, ending):
    machine = Machine.start(guarded(), {})
    machine.throw(at(machine, "ask"), code)
    assert machine.ended
    assert machine.passed()[-1] == Passed("completed", ending)


def test_an_error_that_nothing_catches_breaks_the_machine_and_not_the_state():
    definition = process(start(), service("ask"), end(), chain("start", "ask", "end"))
    machine = Machine.start(definition, {})
    state = machine.dump()
    with pytest.raises(ErrorNotCaught):
        machine.throw(at(machine, "ask"), "NO")
    with pytest.raises(MachineBroken):
        machine.dump()
    assert elements(Machine.load(definition, state)) == ["ask"]


def nested() -> Definition:
    return process(
        start(),
        subprocess(
            "outer",
            start("s1"), service("early"),
            subprocess("inner", start("s2"), service("deep"), user("wide"), parallel("p"),
                       parallel("q"), end("e2"), chain("s2", "p", "deep", "q", "e2"),
                       flow("p", "wide"), flow("wide", "q")),
            end("e1"), chain("s1", "early", "inner", "e1"),
        ),
        failed("refused", "outer", "NO"), late("too_late", "outer"),
        end(), end("no"), end("expired"),
        chain("start", "outer", "end"), chain("refused", "no"), chain("too_late", "expired"),
        errors=("NO",),
    )  # fmt: skip


def test_a_subprocess_ends_when_all_its_tokens_have_ended():
    definition = nested()
    machine = Machine.start(definition, {})
    machine.complete(at(machine, "early"))
    machine = again(definition, machine)
    assert sorted(elements(machine)) == ["deep", "too_late", "wide"]
    machine.complete(at(machine, "deep"))
    machine = again(definition, machine)
    machine.complete(at(machine, "wide"))
    assert machine.ended
    assert machine.passed()[-3:] == (
        Passed("flow", "outer_end"),
        Passed("entered", "end"),
        Passed("completed", "end"),
    )


def test_an_error_goes_outwards_through_subprocesses_and_takes_them_away():
    definition = nested()
    machine = Machine.start(definition, {})
    machine.complete(at(machine, "early"))
    machine = again(definition, machine)
    machine.throw(at(machine, "deep"), "NO")
    assert machine.ended
    cancelled = [passed.element for passed in machine.passed() if passed.kind == "cancelled"]
    assert cancelled == ["deep", "wide", "inner", "outer"]


def test_a_timer_on_a_subprocess_takes_everything_inside_away():
    definition = nested()
    machine = again(definition, Machine.start(definition, {}))
    timer_wait = machine.waits()[0]
    assert (timer_wait.element, timer_wait.host) == ("too_late", "")
    machine.fire(timer_wait.id)
    assert machine.ended
    assert machine.passed()[-1] == Passed("completed", "expired")


def test_a_terminate_end_takes_only_its_own_scope_with_it():
    definition = process(
        start(),
        subprocess("inner", start("s"), parallel("p"), user("a"), user("b"), terminate("stop"), end("e"),
                   chain("s", "p", "a", "stop"), flow("p", "b"), flow("b", "e")),
        user("after"), end(), chain("start", "inner", "after", "end"),
    )  # fmt: skip
    machine = Machine.start(definition, {})
    machine.complete(at(machine, "a"))
    assert elements(machine) == ["after"]
    assert Passed("cancelled", "b") in machine.passed()


def test_variables_must_be_declared_and_of_their_type():
    definition = process(
        start(), user("work"), end(), chain("start", "work", "end"),
        variables={"amount": "decimal", "day": "date", "keys": "list", "ok": "bool", "count": "int"},
    )  # fmt: skip
    machine = Machine.start(definition, {"amount": 5, "keys": ["a", "a"]})
    assert machine.variables == {"amount": Decimal(5), "keys": ["a", "a"]}
    for name, value in (("amount", "5"), ("day", "2025-01-01"), ("ok", 1), ("count", True), ("keys", [1])):
        with pytest.raises(WrongType):
            machine.complete(at(machine, "work"), {name: value})
    with pytest.raises(UndeclaredVariable):
        machine.complete(at(machine, "work"), {"unknown": 1})
    machine.complete(at(machine, "work"), {"day": date(2025, 9, 1), "amount": Decimal("1.50"), "ok": None})
    assert again(definition, machine).variables["day"] == date(2025, 9, 1)


def test_a_task_may_write_only_what_it_says_it_writes():
    definition = process(
        start(), user("work", writes="ok"), end(), chain("start", "work", "end"),
        variables={"ok": "bool", "other": "bool"},
    )  # fmt: skip
    machine = Machine.start(definition, {})
    with pytest.raises(WriteRefused):
        machine.complete(at(machine, "work"), {"other": True})
    assert machine.variables == {}
    machine.complete(at(machine, "work"), {"ok": True})
    assert machine.ended


def test_a_gateway_without_a_way_says_so():
    definition = process(
        start(), exclusive("g"), end(), end("b"), flow("start", "g"), flow("g", "end", "ok"),
        flow("g", "b", "not ok and ok"),
        variables={"ok": "bool"},
    )  # fmt: skip
    with pytest.raises(NoFlowChosen):
        Machine.start(definition, {"ok": False})


def test_a_wait_state_is_left_once():
    machine = Machine.start(beside(), {})
    wait = at(machine, "work")
    machine.complete(wait)
    for act in (machine.complete, machine.fire, machine.variables_at):
        with pytest.raises(WaitNotFound):
            act(wait)


def test_ids_of_wait_states_stay_through_storing_and_are_never_used_again():
    definition = process(
        start(), user("a"), exclusive("g", default="g_a"), end(),
        chain("start", "a", "g"), flow("g", "end", "done"), flow("g", "a"),
        variables={"done": "bool"},
    )  # fmt: skip
    machine = Machine.start(definition, {})
    seen = [at(machine, "a")]
    for _ in range(20):
        machine = again(definition, machine)
        assert at(machine, "a") == seen[-1]
        machine.complete(seen[-1])
        seen.append(at(machine, "a"))
    assert len(set(seen)) == len(seen)


def test_scripts_see_what_was_written_before_them():
    definition = process(
        start(), script("sum", "count = 2\namount = count * 1.5\nword = 'n' + str(count)"), user("a"), end(),
        chain("start", "sum", "a", "end"),
        variables={"count": "int", "amount": "decimal", "word": "str"},
    )  # fmt: skip
    machine = Machine.start(definition, {})
    assert machine.variables == {"count": 2, "amount": Decimal("3.0"), "word": "n2"}
