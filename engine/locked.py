"""A process instance under its row lock: the only state from which a step may be taken."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import OperationalError
from psycopg.errors import LockNotAvailable

from engine import sql
from engine.errors import InstanceBusy, InstanceEnded, InstanceNotFound, InstanceSuspended
from engine.events import InstanceRow, TaskRow
from engine.models import ProcessInstance

LOCK_TIMEOUT: Final = "3s"
RUNNING: Final = ProcessInstance.Status.RUNNING
SUSPENDED: Final = ProcessInstance.Status.SUSPENDED
# Not ended yet.
LIVE: Final = (RUNNING, SUSPENDED)


@dataclass(frozen=True, slots=True)
class LockedInstance:
    """A process instance whose row this transaction has locked.

    `tasks` (open ones) and `due_timers` (wait ids) may come with it from the caller's own statement; if they
    are None, the engine reads them when it needs them.
    """

    id: int
    public_id: UUID
    definition_id: int
    business_key: str
    status: str
    state: bytes
    state_sha256: bytes
    version: int
    tasks: tuple[TaskRow, ...] | None = None
    due_timers: tuple[str, ...] | None = None


def lock_instance(instance_id: int, *, timeout: str = LOCK_TIMEOUT) -> LockedInstance:
    """Lock and read an instance in the caller's transaction; InstanceBusy, InstanceNotFound."""
    sql.row(sql.SET_LOCK_TIMEOUT, {"timeout": timeout})
    try:
        row = sql.row(sql.LOCK_INSTANCE, {"instance": instance_id})
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise InstanceBusy from error
        raise
    if row is None:
        raise InstanceNotFound
    return LockedInstance(**row)


def with_open_rows(locked: LockedInstance, now: datetime) -> LockedInstance:
    """The instance with its open tasks and due timers, read if they are not there yet."""
    if locked.tasks is not None and locked.due_timers is not None:
        return locked
    row = sql.row(sql.OPEN_ROWS, {"instance": locked.id, "now": now}) or {"tasks": [], "due_timers": []}
    return replace(locked, tasks=tasks_of(row["tasks"]), due_timers=tuple(row["due_timers"]))


def tasks_of(column: Any) -> tuple[TaskRow, ...]:
    """The tasks in a column that `sql.OPEN_TASKS` made, whether the driver has decoded it or not."""
    rows = json.loads(column) if isinstance(column, str) else column
    return tuple(_task(*row) for row in rows)


def _task(key: int, public_id: str, *rest: str | None) -> TaskRow:
    *names, due = rest
    wait_id, element, form_key, group, assignee = (name or "" for name in names)
    due_at = datetime.fromisoformat(due) if due else None
    return TaskRow(key, UUID(public_id), wait_id, element, form_key, group, assignee, due_at)


def instance_row(locked: LockedInstance) -> InstanceRow:
    """The instance as listeners see it."""
    return InstanceRow(
        id=locked.id,
        public_id=locked.public_id,
        business_key=locked.business_key,
        definition_id=locked.definition_id,
        status=locked.status,
        version=locked.version,
    )


def must_run(locked: LockedInstance) -> None:
    """InstanceEnded, InstanceSuspended unless steps may be taken."""
    if locked.status == SUSPENDED:
        raise InstanceSuspended(instance_id=locked.id)
    if locked.status != RUNNING:
        raise InstanceEnded
