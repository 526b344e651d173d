"""Writes a step: the instance's next state, and rows equal to its wait states, always in one way.

Completed, interrupted by a timer, swept away by a terminate end event: a wait that is gone closes its row,
a wait that is new opens one. What was there and still is costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final, TypedDict

from django.db import IntegrityError

from engine import instants, sql
from engine.core.definition import Definition
from engine.core.machine import DecisionMade
from engine.core.waits import MessageWait, ServiceWait, TimerWait, UserTaskWait, Wait
from engine.errors import KeyReused, StaleVersion
from engine.events import ClosedTask, StepKind, TaskRow
from engine.instants import TASK_TOPICS
from engine.locked import LockedInstance
from engine.models import Wait as WaitRow

_DUE: Final = str(WaitRow.Status.DUE)
_STOPPED: Final = str(WaitRow.Status.STOPPED)
_WAITING: Final = str(WaitRow.Status.WAITING)


_BESIDE_TASKS: Final = ("status", "completion", "resolved")


class _Known(TypedDict):
    """What the instants of a task follow from, besides its element."""

    instance_id: int
    start: datetime
    group: str


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
    decisions: tuple[DecisionMade, ...] = ()
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
class Armed:
    """A job, timer or subscription row to open; `stopped`: its clock stands."""

    kind: str
    element: str
    due_at: datetime
    wait_id: str
    topic: str = ""
    key: str = ""
    status: str = _DUE
    arguments: Mapping[str, str] = field(default_factory=dict)


def reconcile(
    move: Move, definition: Definition, before: Sequence[Wait], after: Sequence[Wait]
) -> Projection:
    """Write the step, and the difference between the waits before and after it. StaleVersion, KeyReused."""
    was, still = {wait.id for wait in before}, {wait.id for wait in after}
    gone = [wait for wait in before if wait.id not in still]
    new = [wait for wait in after if wait.id not in was]
    finished = next((wait.element for wait in users(gone) if wait.id == move.done), "")
    waiting = [wait.id for wait in after if isinstance(wait, UserTaskWait)]
    written = _write(move, [new_task(definition, wait, finished, move) for wait in users(new)], waiting)
    write_decisions(move, written.completion)
    groups = {wait.element: wait.group for wait in users(after)}
    rows = list(armed(move, definition, new, groups))
    waiting = [wait.id for wait in after if not isinstance(wait, UserTaskWait)]
    resolved = written.incidents
    if rows or any(not isinstance(wait, UserTaskWait) for wait in gone):
        resolved = (*resolved, *_write_waits(move, rows, waiting))
    woke = any(row.kind == "job" and row.due_at <= move.now for row in rows)
    return replace(written, incidents=resolved, woke=woke)


def close_all(move: Move) -> Projection:
    """Write the end of an instance from outside; all that is open is cancelled. StaleVersion."""
    written = _write(move, [], [])
    return replace(written, incidents=(*written.incidents, *_write_waits(move, [], [])))


def users(waits: Iterable[Wait]) -> list[UserTaskWait]:
    """Those of the waits that are user tasks."""
    return [wait for wait in waits if isinstance(wait, UserTaskWait)]


def new_task(definition: Definition, wait: UserTaskWait, finished: str, move: Move) -> dict[str, Any]:
    """The row of a task that opens, with its reminders and its escalation."""
    element = definition.elements[wait.element]
    same = element.returns_to_same
    # The task that this very step completed is not yet visible to the statement.
    again = same and not wait.assignee and wait.element == finished
    known: _Known = {"instance_id": move.locked.id, "start": move.now, "group": wait.group}
    due_at = instants.of_rule(wait.due, **known)
    return {
        "wait_id": wait.id,
        "element": wait.element,
        "form_key": wait.form_key,
        "grp": wait.group,
        "assignee": move.actor if again else wait.assignee,
        "same": same,
        "due_at": due_at,
        "watched": [
            {
                "topic": one.topic,
                "arguments": {"rule": one.rule} if one.rule else {},
                "status": _STOPPED if one.at is None else _DUE,
                "due_at": one.at or move.now,
            }
            for one in instants.watched(element, due_at=due_at, **known)
        ],
    }


def _write(move: Move, new: Iterable[Mapping[str, Any]], waiting: Sequence[str]) -> Projection:
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
        "decisions": json.dumps([brief(made) for made in move.decisions]),
        "key": move.idempotency_key,
        "body_sha256": move.body_sha256,
        "done": move.done,
        "waiting": waiting,
        "task_topics": TASK_TOPICS,
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
    tasks = [(_task_row(row), row["status"]) for row in found if row["id"] is not None]
    return Projection(
        completion=int(found[0]["completion"]),
        opened=tuple(task for task, status in tasks if status == "open"),
        closed=tuple(ClosedTask(task, status) for task, status in tasks if status != "open"),
        incidents=tuple(found[0]["resolved"]),
    )


def brief(made: DecisionMade) -> dict[str, Any]:
    """What the history entry says of a decision; the rest has a row of its own."""
    return {"element": made.element, "decision": made.decision, "rule_ids": made.rule_ids}


def write_decisions(move: Move, completion: int) -> None:
    """Write the decision tables that the step asked, beside its history entry."""
    if not move.decisions:
        return
    made = [
        {
            "position": position,
            "element": one.element,
            "decision": one.decision,
            "digest": one.digest,
            "rules": list(zip(one.rule_numbers, one.rule_ids, strict=True)),
            "inputs": [scalar(name, value) for name, value in one.inputs],
            "outputs": [scalar(name, value) for name, value in one.outputs],
        }
        for position, one in enumerate(move.decisions)
    ]
    known = {"instance": move.locked.id, "completion": completion, "now": move.now}
    sql.rows(sql.INSERT_DECISIONS, {**known, "made": sql.many(made)})


def scalar(name: str, value: Any) -> tuple[str, str, Any]:
    """A typed value as JSON keeps it: its name, its type, and text where JSON has no such type."""
    match value:
        case None:
            return name, "none", None
        case bool():
            return name, "bool", value
        case date():
            return name, "date", value.isoformat()
        case Decimal():
            return name, "decimal", str(value)
        case list():
            return name, "list", value
    return name, type(value).__name__, value


def _task_row(row: dict[str, Any]) -> TaskRow:
    return TaskRow(**{name: value for name, value in row.items() if name not in _BESIDE_TASKS})


def armed(
    move: Move, definition: Definition, new: Iterable[Wait], groups: Mapping[str, str]
) -> Iterator[Armed]:
    """The rows of services, timers and subscriptions; a timer counts by the calendar of who has the task."""
    for wait in new:
        match wait:
            case ServiceWait():
                yield Armed("job", wait.element, move.now, wait.id, wait.topic)
            case TimerWait():
                group = groups.get(definition.elements[wait.element].attached_to, "")
                at = instants.of_rule(wait.rule, instance_id=move.locked.id, start=move.now, group=group)
                status = _STOPPED if at is None else _DUE
                yield Armed("timer", wait.element, at or move.now, wait.id, status=status)
            case MessageWait():
                topic, first = f"{wait.kind}:{wait.name}", {"first": wait.first} if wait.first else {}
                at, status = move.now, _WAITING
                yield Armed("subscription", wait.element, at, wait.id, topic, wait.key, status, first)


def _write_waits(move: Move, armed: Sequence[Armed], waiting: Sequence[str]) -> list[int]:
    found = sql.row(
        sql.PROJECT_WAITS,
        {
            "instance": move.locked.id,
            "done": move.done,
            "actor": move.actor,
            "now": move.now,
            "waiting": waiting,
            "new": sql.many(asdict(row) for row in armed),
        },
    )
    return list(found["resolved"]) if found else []
