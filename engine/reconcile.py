"""Makes the rows of an instance equal to its wait states, after every step and in one way.

Completed, interrupted by a timer, swept away by a terminate end event: a wait that is gone closes its row,
a wait that is new opens one. What was there and still is costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from engine import due, sql
from engine.core.definition import Definition
from engine.core.waits import ServiceWait, TimerWait, UserTaskWait, Wait
from engine.events import ClosedTask, TaskRow

REMIND: Final = "engine.remind"
ESCALATE: Final = "engine.escalate"
TASK_TOPICS: Final = [REMIND, ESCALATE]


@dataclass(frozen=True, slots=True)
class Projection:
    """What reconciling opened, closed and resolved."""

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
    instance_id: int,
    definition: Definition,
    before: Sequence[Wait],
    after: Sequence[Wait],
    *,
    done: str,
    actor: str,
    now: datetime,
) -> Projection:
    """Write the difference between the waits before and after a step; `done` is the wait it finished."""
    was, still = {wait.id for wait in before}, {wait.id for wait in after}
    gone = [wait for wait in before if wait.id not in still]
    new = [wait for wait in after if wait.id not in was]
    common = {"instance": instance_id, "done": done, "actor": actor, "now": now}
    waiting = [wait.id for wait in after if isinstance(wait, UserTaskWait)]
    opened, closed = _tasks(definition, _users(gone), _users(new), {**common, "waiting": waiting})
    armed = [*_armed(instance_id, new, now), *_of_tasks(instance_id, definition, opened, now)]
    watched = [task.task.id for task in closed if _is_watched(definition, task.task.element)]
    waiting = [wait.id for wait in after if not isinstance(wait, UserTaskWait)]
    resolved: list[int] = []
    if armed or watched or any(not isinstance(wait, UserTaskWait) for wait in gone):
        resolved = _write_waits(armed, {**common, "waiting": waiting, "closed_tasks": watched})
    woke = any(row.kind == "job" and row.due_at <= now for row in armed)
    return Projection(tuple(opened), tuple(closed), tuple(resolved), woke)


def close_all(instance_id: int, *, actor: str, now: datetime) -> Projection:
    """Cancel everything that is open at an instance which is ended from outside."""
    common = {"instance": instance_id, "done": "", "actor": actor, "now": now, "waiting": []}
    closed = [ClosedTask(_task_row(row), "cancelled") for row in _write_tasks([], common)]
    resolved = _write_waits([], {**common, "closed_tasks": [task.task.id for task in closed]})
    return Projection(closed=tuple(closed), incidents=tuple(resolved))


def _users(waits: Iterable[Wait]) -> list[UserTaskWait]:
    return [wait for wait in waits if isinstance(wait, UserTaskWait)]


def _tasks(
    definition: Definition, gone: Sequence[UserTaskWait], new: Sequence[UserTaskWait], common: dict[str, Any]
) -> tuple[list[TaskRow], list[ClosedTask]]:
    if not gone and not new:
        return [], []
    finished = next((wait.element for wait in gone if wait.id == common["done"]), "")
    found = _write_tasks([_new_task(definition, wait, finished, common) for wait in new], common)
    opened = [_task_row(row) for row in found if row["status"] == "open"]
    closed = [ClosedTask(_task_row(row), row["status"]) for row in found if row["status"] != "open"]
    return opened, closed


def _new_task(
    definition: Definition, wait: UserTaskWait, finished: str, common: Mapping[str, Any]
) -> dict[str, Any]:
    same = definition.elements[wait.element].returns_to_same
    # The task that this very step completed is not yet visible to the statement.
    again = same and not wait.assignee and wait.element == finished
    return {
        "wait_id": wait.id,
        "element": wait.element,
        "form_key": wait.form_key,
        "grp": wait.group,
        "assignee": common["actor"] if again else wait.assignee,
        "same": same,
        "due_at": due.resolve(wait.due, instance_id=common["instance"], start=common["now"])
        if wait.due
        else None,
    }


def _write_tasks(new: Iterable[Mapping[str, Any]], common: Mapping[str, Any]) -> list[dict[str, Any]]:
    return sql.rows(sql.PROJECT_TASKS, {**common, "new": sql.many(new)})


def _task_row(row: dict[str, Any]) -> TaskRow:
    return TaskRow(**{name: value for name, value in row.items() if name != "status"})


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


def _write_waits(armed: Sequence[_Armed], common: dict[str, Any]) -> list[int]:
    found = sql.row(
        sql.PROJECT_WAITS,
        {
            **common,
            "task_topics": TASK_TOPICS,
            "new": sql.many(asdict(row) for row in armed),
        },
    )
    return list(found["resolved"]) if found else []
