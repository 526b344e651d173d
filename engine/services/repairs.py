"""A person's repair of an instance that cannot go on: seen before, then done as one ordinary step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import catalog, handlers, messages
from engine.core.errors import StateUnreadable
from engine.core.machine import Machine
from engine.core.repairing import Change, Move, SetVariables, Skip, repair
from engine.core.surroundings import Held, Known, Seen
from engine.core.waits import MessageWait, ServiceWait, UserTaskWait, Wait
from engine.due import day_of
from engine.errors import InstanceEnded, StaleVersion
from engine.events import StepResult
from engine.locked import LIVE, LockedInstance, must_run
from engine.models import ProcessInstance, RepairMade, Task
from engine.models import Wait as WaitRow
from engine.reconcile import scalar
from engine.steps import Command, load, take

from .tasks import assign_task, hand_over_task

Changed = tuple[tuple[str, Any, Any], ...]
Given = tuple[tuple[Known, Any], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a repair would do, found without doing it: the handlers that it would call were not called.

    `variables` are [name, before, after], the name behind the path of the scope whose it is; `calls` are the
    automatic tasks that would be done in the step itself, so what follows them is not known yet.
    """

    closes: tuple[Wait, ...]
    opens: tuple[Wait, ...]
    calls: tuple[ServiceWait, ...]
    variables: Changed
    ends: bool

    @property
    def moves(self) -> bool:
        """Whether a token would move."""
        return bool(self.closes or self.opens or self.ends)


def preview_repair(instance: ProcessInstance, change: Change, *, now: datetime) -> Preview:
    """What the change would do to the instance as it stands; InstanceEnded, and what the core refuses."""
    machine = _loaded(instance)
    before, known, given = machine.waits(), machine.held(), _given(machine, change)
    machine.set_day(day_of(now))
    repair(machine, change)
    after = machine.waits()
    opens = _without(after, before)
    registered = handlers.topics()
    calls = tuple(
        wait
        for wait in opens
        if isinstance(wait, ServiceWait)
        and (handler := registered.get(wait.topic)) is not None
        and handler.runs == "in_step"
    )
    changed = _changed(known, machine.held(), given)
    return Preview(_without(before, after), opens, calls, changed, machine.ended)


def preview_cancel(instance: ProcessInstance) -> Preview:
    """What falls away when the instance is ended from outside, a damaged one too; InstanceEnded."""
    try:
        waits = _loaded(instance).waits()
    except StateUnreadable:
        waits = ()
    return Preview(waits, (), (), (), ends=True)


def seen_at(at: ProcessInstance | LockedInstance, wait_id: str = "") -> Seen:
    """What a wait sees and whose it is, without one what the process knows; WaitNotFound, StateUnreadable."""
    return Machine.load(catalog.definition(at.definition_id), bytes(at.state)).seen_at(wait_id)


def repair_instance(
    locked: LockedInstance,
    change: Change,
    *,
    actor: str,
    now: datetime,
    version: int | None = None,
    idempotency_key: str = "",
) -> StepResult:
    """Carry a change out in the caller's transaction; due timers do not go first, for they may be at fault.

    InstanceEnded, StaleVersion if the instance has left `version`, KeyReused, and what the core refuses.
    """
    must_run(locked)
    if version is not None and version != locked.version:
        raise StaleVersion(instance=locked.public_id)
    running = load(locked)
    before, known = running.waits, running.machine.held()
    given = _given(running.machine, change)
    element = _element(before, change)
    command = Command(
        kind="repair",
        act=lambda machine: repair(machine, change),
        actor=actor,
        now=now,
        element=element,
        idempotency_key=idempotency_key,
    )
    step = take(running, command)
    _follow_variables(before, running.waits, running.locked, actor=actor, now=now)
    RepairMade.objects.create(
        instance_id=locked.id,
        completion_id=step.completion_id,
        action=_action(change),
        element=element,
        target=change.target if isinstance(change, Move) else "",
        variables=[
            [name, list(scalar(name, was)[1:]), list(scalar(name, now_is)[1:])]
            for name, was, now_is in _changed(known, running.machine.held(), given)
        ],
        at=now,
    )
    return step


def _loaded(instance: ProcessInstance) -> Machine:
    if instance.status not in LIVE:
        raise InstanceEnded
    return Machine.load(catalog.definition(instance.definition_id), bytes(instance.state))


def _element(waits: Iterable[Wait], change: Change) -> str:
    return next((wait.element for wait in waits if wait.id == change.wait), "")


def _action(change: Change) -> str:
    match change:
        case SetVariables():
            return RepairMade.Action.SET
        case Skip():
            return RepairMade.Action.SKIP
    return RepairMade.Action.MOVE


def _without(waits: Iterable[Wait], others: Iterable[Wait]) -> tuple[Wait, ...]:
    known = {wait.id for wait in others}
    return tuple(wait for wait in waits if wait.id not in known)


def _given(machine: Machine, change: Change) -> Given:
    """The values that a person gives, each with whose it is and what it was."""
    if isinstance(change, Move):
        return ()
    known = {one.name: one for one in machine.seen_at(change.wait).variables}
    return tuple((known[name], value) for name, value in change.values.items() if name in known)


def _changed(before: Held, after: Held, given: Given) -> Changed:
    """What is another value in what stays open, and what was given to a scope that has ended in the step."""
    found: dict[str, tuple[Any, Any]] = {}
    for holder in before.keys() & after.keys():
        (path, was), (_, now_is) = before[holder], after[holder]
        found |= {f"{path}{name}": (was.get(name), now_is.get(name)) for name in was.keys() | now_is.keys()}
    for one, value in given:
        if one.holder not in after:
            found[f"{one.path}{one.name}"] = (one.value, value)
    return tuple((name, was, now_is) for name, (was, now_is) in sorted(found.items()) if was != now_is)


def _follow_variables(
    before: Iterable[Wait], after: Iterable[Wait], locked: LockedInstance, *, actor: str, now: datetime
) -> None:
    """Rows of waits that stay, as the variables now say: whose a task is, what a message is known by."""
    was = {wait.id: wait for wait in before}
    changed = [wait for wait in after if wait.id in was and was[wait.id] != wait]
    tasks = {wait.id: wait for wait in changed if isinstance(wait, UserTaskWait)}
    rows = Task.objects.filter(instance_id=locked.id, status=Task.Status.OPEN, wait_id__in=tasks)
    for row in rows:
        wait = tasks[row.wait_id]
        hand_over_task(row.pk, group=wait.group, actor=actor, now=now)
        if wait.assignee:
            assign_task(row.pk, assignee=wait.assignee, actor=actor, now=now)
    awaited = [wait for wait in changed if isinstance(wait, MessageWait)]
    for message in awaited:
        subscribed = WaitRow.objects.filter(instance_id=locked.id, wait_id=message.id, kind="subscription")
        subscribed.update(correlation_key=message.key)
    messages.exchange((), awaited, instance_id=locked.id, version=locked.version, now=now)
