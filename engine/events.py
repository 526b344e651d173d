"""What the engine tells others, inside the step's transaction, after the rows are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from engine.core.machine import DecisionMade

StepKind = Literal["start", "task", "job", "timer", "event", "error", "cancel", "repair", "migrate"]


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """A process instance after the step."""

    id: int
    public_id: UUID
    business_key: str
    definition_id: int
    status: str
    version: int


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A user task, without its state."""

    id: int
    public_id: UUID
    wait_id: str
    element: str
    form_key: str
    group: str
    assignee: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClosedTask:
    """A task that the step closed."""

    task: TaskRow
    how: Literal["completed", "cancelled"]


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step. `passed` are [kind, element] pairs in order; `incidents` are the ids of those it resolved."""

    instance: InstanceRow
    kind: StepKind
    element: str
    actor: str
    now: datetime
    opened: tuple[TaskRow, ...]
    closed: tuple[ClosedTask, ...]
    ended: bool
    passed: tuple[tuple[str, str], ...]
    decisions: tuple[DecisionMade, ...]
    variables: Mapping[str, Any]
    completion_id: int
    incidents: tuple[int, ...] = ()


Listener = Callable[[StepResult], None]
TaskListener = Callable[[TaskRow, InstanceRow, datetime], None]
IncidentListener = Callable[[int, datetime], None]

L = TypeVar("L")

_listeners: list[Listener] = []
_reminders: list[TaskListener] = []
_escalations: list[TaskListener] = []
_incidents: list[IncidentListener] = []


def subscribe(listener: Listener) -> Listener:
    """Call `listener` after every step, in its transaction; what it raises undoes the step."""
    return _add(_listeners, listener)


def on_reminder(listener: TaskListener) -> TaskListener:
    """Call `listener` when an open task is to be reminded of."""
    return _add(_reminders, listener)


def on_escalation(listener: TaskListener) -> TaskListener:
    """Call `listener` when an open task that escalates is past its due date."""
    return _add(_escalations, listener)


def on_incident(listener: IncidentListener) -> IncidentListener:
    """Call `listener` with the id of an incident that opens, in the transaction that opens it."""
    return _add(_incidents, listener)


def _add(listeners: list[L], listener: L) -> L:
    if listener not in listeners:
        listeners.append(listener)
    return listener


def publish(step: StepResult) -> None:
    """Tell of a step."""
    for listener in _listeners:
        listener(step)


def remind(task: TaskRow, instance: InstanceRow, now: datetime) -> None:
    """Tell of a reminder."""
    for listener in _reminders:
        listener(task, instance, now)


def escalate(task: TaskRow, instance: InstanceRow, now: datetime) -> None:
    """Tell of an escalation."""
    for listener in _escalations:
        listener(task, instance, now)


def incident(incident_id: int, now: datetime) -> None:
    """Tell of an incident that opens."""
    for listener in _incidents:
        listener(incident_id, now)
