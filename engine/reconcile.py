"""Writes a step: the instance's next state, and rows equal to its wait states, always in one way.

Completed, interrupted by a timer, swept away by a terminate end event: a wait that is gone closes its row,
a wait that is new opens one. What was there and still is costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from django.db import IntegrityError

from engine import due, sql
from engine.core.definition import Definition
from engine.core.waits import ServiceWait, TimerWait, UserTaskWait, Wait
from engine.errors import KeyReused, StaleVersion
from engine.events import ClosedTask, StepKind, TaskRow
from engine.locked import LockedInstance

REMIND: Final = "engine.remind"
ESCALATE: Final = "engine.escalate"
TASK_TOPICS: Final = [REMIND, ESCALATE]


@dataclass(frozen=True, slots=True)
class Move:
    """What a step makes of an instance, and what its history says of it."""

    locked: LockedInstance
    state: bytes
    status: str
    actor: str
    now: datetime
    kind: StepKind
    element: str
    task_id: int | None = None
    done: str = ""
    passed: tuple[tuple[str, str], ...] = ()
    decisions: tuple[Mapping[str, Any], ...] = ()
    idempotency_key: str = ""
    body_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Projection:
    """The history entry of a step, and what it opened, closed and resolved."""

    completion: int
    opened: tuple[TaskRow, ...] = ()
    closed: tuple[ClosedTask, ...] = ()
    incidents: tuple[int, ...] = ()
    woke: bool = False


@dataclass(frozen=True, slots=True)
class _Armed:
    """A job or timer row to open."""

    kind: str
    element: str
    due_at: datetime
    wait_id: str = ""
    topic: str = ""
    task_id: int | None = None


def reconcile(
    move: Move, definition: Definition, before: Sequence[Wait], after: Sequence[Wait]
) -> Projection:
    """Write the step, and the difference between the waits before and after it. StaleVersion, KeyReused."""
    was, still = {wait.id for wait in before}, {wait.id for wait in after}
    gone = [wait for wait in before if wait.id not in still]
    new = [wait for wait in after if wait.id not in was]
    finished = next((wait.element for wait in _users(gone) if wait.id == move.done), "")
    waiting = [wait.id for wait in after if isinstance(wait, UserTaskWait)]
    completion, opened, closed = _write(
        move, [_new_task(definition, wait, finished, move) for wait in _users(new)], waiting
    )
    instance_id, now = move.locked.id, move.now
    armed = [*_armed(instance_id, new, now), *_of_tasks(instance_id, definition, opened, now)]
    watched = [task.task.id for task in closed if _is_watched(definition, task.task.element)]
    waiting = [wait.id for wait in after if not isinstance(wait, UserTaskWait)]
    resolved: list[int] = []
    if armed or watched or any(not isinstance(wait, UserTaskWait) for wait in gone):
        resolved = _write_waits(move, armed, waiting, watched)
    woke = any(row.kind == "job" and row.due_at <= now for row in armed)
    return Projection(completion, tuple(opened), tuple(closed), tuple(resolved), woke)


def close_all(move: Move) -> Projection:
    """Write the end of an instance from outside; all that is open is cancelled. StaleVersion."""
    completion, _opened, closed = _write(move, [], [])
    resolved = _write_waits(move, [], [], [task.task.id for task in closed])
    return Projection(completion, closed=tuple(closed), incidents=tuple(resolved))


def _users(waits: Iterable[Wait]) -> list[UserTaskWait]:
    return [wait for wait in waits if isinstance(wait, UserTaskWait)]


def _new_task(definition: Definition, wait: UserTaskWait, finished: str, move: Move) -> dict[str, Any]:
    same = definition.elements[wait.element].returns_to_same
    # The task that this very step completed is not yet visible to the statement.
    again = same and not wait.assignee and wait.element == finished
    return {
        "wait_id": wait.id,
        "element": wait.element,
        "form_key": wait.form_key,
        "grp": wait.group,
        "assignee": move.actor if again else wait.assignee,
        "same": same,
        "due_at": due.resolve(wait.due, instance_id=move.locked.id, start=move.now) if wait.due else None,
    }


def _write(
    move: Move, new: Iterable[Mapping[str, Any]], waiting: Sequence[str]
) -> tuple[int, list[TaskRow], list[ClosedTask]]:
    parameters = {
        "instance": move.locked.id,
        "version": move.locked.version,
        "state": move.state,
        "sha256": sha256(move.state).digest(),
        "status": move.status,
        "now": move.now,
        "kind": move.kind,
        "element": move.element,
        "task": move.task_id,
        "actor": move.actor,
        "passed": json.dumps(move.passed),
        "decisions": json.dumps(move.decisions, default=str),
        "key": move.idempotency_key,
        "body_sha256": move.body_sha256,
        "done": move.done,
        "waiting": waiting,
        "new": sql.many(new),
    }
    try:
        found = sql.rows(sql.MOVE_INSTANCE, parameters)
    except IntegrityError as error:
        if "completion_key_once" in str(error):
            raise KeyReused from error
        raise
    if not found:
        raise StaleVersion(instance=move.locked.public_id)
    completion = int(found[0]["completion"])
    tasks = [(_task_row(row), row["status"]) for row in found if row["id"] is not None]
    opened = [task for task, status in tasks if status == "open"]
    return completion, opened, [ClosedTask(task, status) for task, status in tasks if status != "open"]


def _task_row(row: dict[str, Any]) -> TaskRow:
    return TaskRow(**{name: value for name, value in row.items() if name not in ("status", "completion")})


def _armed(instance_id: int, new: Iterable[Wait], now: datetime) -> list[_Armed]:
    armed = []
    for wait in new:
        match wait:
            case ServiceWait():
                armed.append(_Armed("job", wait.element, now, wait.id, wait.topic))
            case TimerWait():
                at = due.resolve(wait.rule, instance_id=instance_id, start=now)
                armed.append(_Armed("timer", wait.element, at, wait.id))
    return armed


def _of_tasks(
    instance_id: int, definition: Definition, opened: Iterable[TaskRow], now: datetime
) -> list[_Armed]:
    armed = []
    for task in opened:
        element = definition.elements[task.element]
        for rule in element.reminders:
            at = due.resolve(rule, instance_id=instance_id, start=now)
            armed.append(_Armed("job", task.element, at, topic=REMIND, task_id=task.id))
        if element.escalate and task.due_at is not None:
            armed.append(_Armed("job", task.element, task.due_at, topic=ESCALATE, task_id=task.id))
    return armed


def _is_watched(definition: Definition, element: str) -> bool:
    return bool(definition.elements[element].reminders or definition.elements[element].escalate)


def _write_waits(
    move: Move, armed: Sequence[_Armed], waiting: Sequence[str], closed_tasks: Sequence[int]
) -> list[int]:
    found = sql.row(
        sql.PROJECT_WAITS,
        {
            "instance": move.locked.id,
            "done": move.done,
            "actor": move.actor,
            "now": move.now,
            "waiting": waiting,
            "closed_tasks": closed_tasks,
            "task_topics": TASK_TOPICS,
            "new": sql.many(asdict(row) for row in armed),
        },
    )
    return list(found["resolved"]) if found else []
