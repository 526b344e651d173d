"""The one way an instance moves: a command, in-step service tasks, rows, history, those who listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from django.db import transaction

from engine import catalog, events, handlers, messages, wake
from engine.core.machine import DecisionMade, Machine
from engine.core.waits import MessageWait, ServiceWait, Wait
from engine.due import day_of
from engine.errors import InstanceSuspended, StateDamaged, StepTooLong
from engine.events import StepKind, StepResult
from engine.handlers import BpmnError, HandlerContext
from engine.locked import LIVE, SUSPENDED, LockedInstance, instance_row
from engine.models import ProcessInstance
from engine.reconcile import Move, Projection, reconcile

MOST_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True)
class Command:
    """What moves the instance: `act` does it, `done` is the wait that it finishes."""

    kind: StepKind
    act: Callable[[Machine], None]
    actor: str
    now: datetime
    element: str = ""
    done: str = ""
    task_id: int | None = None
    idempotency_key: str = ""
    body_sha256: str = ""


def nothing_more(_: Machine) -> None:
    """What a start does to a new machine, and a cancellation to one that is not run."""


@dataclass(slots=True)
class Running:
    """A locked instance with its machine and the wait states that its rows show; thrown away on any error."""

    locked: LockedInstance
    machine: Machine
    waits: tuple[Wait, ...]


def load(locked: LockedInstance) -> Running:
    """The machine of a locked instance that may move; StateDamaged, InstanceSuspended."""
    if locked.status == SUSPENDED:
        raise InstanceSuspended(instance_id=locked.id)
    return read(locked)


def read(locked: LockedInstance) -> Running:
    """The machine of a locked instance, one that rests too; StateDamaged."""
    if sha256(locked.state).digest() != bytes(locked.state_sha256):
        raise StateDamaged(instance=locked.public_id)
    machine = Machine.load(catalog.definition(locked.definition_id), bytes(locked.state))
    return Running(locked, machine, machine.waits())


@dataclass(frozen=True, slots=True)
class Taken:
    """A step taken in memory, still to be written; `fresh` is the machine that the next step begins with."""

    move: Move
    after: tuple[Wait, ...]
    machine: Machine
    fresh: Machine


def take(running: Running, command: Command) -> StepResult:
    """Take one step, leaving `running` ready for the next; what is raised undoes the caller's transaction."""
    definition = catalog.definition(running.locked.definition_id)
    taken = run(running, command)
    return finish(running, command, taken, reconcile(taken.move, definition, running.waits, taken.after))


def run(running: Running, command: Command) -> Taken:
    """Take the step in memory, with its in-step service tasks."""
    machine = running.machine
    machine.set_day(day_of(command.now))
    command.act(machine)
    _run_in_step(machine, running.locked.id, command)
    after = machine.waits()
    state = machine.dump()
    fresh = _loaded_back(machine, running.locked, state, after)
    status = ProcessInstance.Status.COMPLETED if machine.ended else running.locked.status
    passed = tuple((thing.kind, thing.element) for thing in machine.passed())
    move = moved(command, running.locked, state, status, passed, machine.decisions())
    return Taken(move, after, machine, fresh)


def finish(running: Running, command: Command, taken: Taken, projection: Projection) -> StepResult:
    """Let the rows that were written take effect: messages, workers, those who listen."""
    machine, after, move = taken.machine, taken.after, taken.move
    definition = catalog.definition(running.locked.definition_id)
    known = {wait.id for wait in running.waits}
    messages.exchange(
        machine.sent(),
        (wait for wait in after if isinstance(wait, MessageWait) and wait.id not in known),
        instance_id=running.locked.id,
        version=running.locked.version,
        now=command.now,
        freed=messages.freed(definition, running.locked.id) if machine.ended else (),
    )
    if projection.woke:
        transaction.on_commit(wake.workers, robust=True)
    running.locked = replace(
        running.locked,
        status=move.status,
        state=move.state,
        state_sha256=sha256(move.state).digest(),
        version=running.locked.version + 1,
    )
    running.machine, running.waits = taken.fresh, after
    step = result(running.locked, command, projection, move.passed, move.decisions, machine.variables)
    events.publish(step)
    return step


def result(
    locked: LockedInstance,
    command: Command,
    projection: Projection,
    passed: tuple[tuple[str, str], ...],
    decisions: tuple[DecisionMade, ...],
    variables: Mapping[str, Any],
) -> StepResult:
    """What listeners and the caller learn of a step."""
    return StepResult(
        instance=instance_row(locked),
        kind=command.kind,
        element=command.element,
        actor=command.actor,
        now=command.now,
        opened=projection.opened,
        closed=projection.closed,
        ended=locked.status not in LIVE,
        passed=passed,
        decisions=decisions,
        variables=variables,
        completion_id=projection.completion,
        incidents=projection.incidents,
    )


def _run_in_step(machine: Machine, instance_id: int, command: Command) -> None:
    for _ in range(MOST_ROUNDS + 1):
        wait = in_step_wait(machine)
        if wait is None:
            return
        context = HandlerContext(
            instance_id=instance_id,
            element=wait.element,
            topic=wait.topic,
            variables=machine.variables_at(wait.id),
            now=command.now,
            actor=command.actor,
            task_id=command.task_id,
        )
        try:
            found = handlers.handler_of(wait.topic).call(context)
        except BpmnError as error:
            machine.throw(wait.id, error.code)
        else:
            machine.complete(wait.id, found or {})
    raise StepTooLong(rounds=MOST_ROUNDS)


def in_step_wait(machine: Machine) -> ServiceWait | None:
    """The first service task that is done within the step itself."""
    registered = handlers.topics()
    for wait in machine.waits():
        if isinstance(wait, ServiceWait):
            handler = registered.get(wait.topic)
            if handler is not None and handler.runs == "in_step":
                return wait
    return None


def _loaded_back(machine: Machine, locked: LockedInstance, state: bytes, waits: tuple[Wait, ...]) -> Machine:
    """A machine made from the state about to be stored, which proves that it can be."""
    fresh = Machine.load(catalog.definition(locked.definition_id), state)
    if fresh.waits() != waits or fresh.ended != machine.ended:
        raise StateDamaged(instance=locked.public_id)
    return fresh


def moved(
    command: Command,
    locked: LockedInstance,
    state: bytes,
    status: str,
    passed: tuple[tuple[str, str], ...] = (),
    decisions: tuple[DecisionMade, ...] = (),
) -> Move:
    """What the command made of the instance, to be written."""
    return Move(
        locked=locked,
        state=state,
        status=str(status),
        actor=command.actor,
        now=command.now,
        kind=command.kind,
        element=command.element,
        task_id=command.task_id,
        done=command.done,
        passed=passed,
        decisions=decisions,
        idempotency_key=command.idempotency_key,
        body_sha256=command.body_sha256,
    )
