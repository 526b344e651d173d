"""Locks what a step changes: the process instance, then its case; then reads all that decides about it."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from accounts.actors import Actor
from accounts.scope import Scope, scope_of
from cases import people, preconditions, sql
from cases.errors import DraftConflict, NotAllowed, NotFound, Reason, TaskNotOpen
from cases.models import Case
from cases.permissions import TaskFacts
from cases.querysets import case_condition, names_of, task_condition
from engine import catalog
from engine.core.definition import Definition
from engine.locked import LockedInstance, tasks_of
from engine.models import Task

from .acting import begin

_PATIENCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Before:
    """What the same person did with the same idempotency key earlier."""

    task_id: int | None
    kind: str
    body_sha256: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """The draft that stands."""

    version: int
    author: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class LockedCase:
    """A case under the lock of its process instance."""

    locked: LockedInstance
    case: Case
    applicant_person: int | None
    definition: Definition
    scope: Scope
    now: datetime


@dataclass(frozen=True, slots=True)
class LockedTask:
    """A task under the lock of its process instance, with all that decides about it."""

    locked: LockedInstance
    case: Case
    task: Task
    facts: TaskFacts
    definition: Definition
    scope: Scope
    now: datetime
    draft: DraftFacts | None
    before: Before | None
    commented: frozenset[str]

    def refuse_not_open(self) -> None:
        """TaskNotOpen, with who did it and when; PreconditionFailed if it is not as the caller saw it."""
        preconditions.refuse_changed(self.case)
        if self.task.status != Task.Status.OPEN:
            done_by = self.task.completed_by
            raise TaskNotOpen(people.name_of(done_by) if done_by else "", self.task.closed_at)

    def refuse(self, reason: Reason | None) -> None:
        """NotAllowed if there is a reason, with the colleague who has the task."""
        if reason is None:
            return
        if reason != Reason.ASSIGNED_TO_OTHER or not self.task.assignee:
            raise NotAllowed(reason)
        raise NotAllowed(reason, people.name_of(self.task.assignee), self.task.claimed_at)

    def draft_conflict(self) -> DraftConflict:
        """The error that tells of the draft that stands."""
        stands = self.draft
        if stands is None:
            return DraftConflict()
        own = stands.author in names_of(self.scope.actor)
        return DraftConflict(people.name_of(stands.author), stands.saved_at, stands.version, own=own)


def uuid_of(public_id: UUID | str) -> UUID:
    """The public id; NotFound if it cannot be one."""
    try:
        return public_id if isinstance(public_id, UUID) else UUID(str(public_id))
    except ValueError:
        raise NotFound from None


def lock_task(task_public_id: UUID | str, user: Actor, *, idempotency_key: str = "") -> LockedTask:
    """Lock the instance of a task within the actor's scope and read it; else NotFound, without a lock."""
    public_id = uuid_of(task_public_id)
    begun = begin(user)
    condition, parameters = task_condition(begun.scope)
    found, scope = _locked(sql.LOCK_BY_TASK, condition, [public_id, *parameters], begun.scope, begun.now)
    task_id, element_id = found.pop("task_id"), found.pop("element")
    definition = catalog.definition(found["definition_id"])
    element = catalog.element_of(definition, element_id)
    row = _read(
        sql.READ_TASK,
        {
            "task": task_id,
            "actor": user.name,
            "key": idempotency_key,
            "differs": json.dumps(element.differs_from),
            "now": begun.now,
        },
    )
    case, rest = _case(row)
    task = Task.from_db("default", list(sql.TASK_COLUMNS), rest[1 : 1 + len(sql.TASK_COLUMNS)])
    draft, before, deciders, commented, tasks, timers = rest[1 + len(sql.TASK_COLUMNS) :]
    locked = LockedInstance(**found, tasks=tasks_of(tasks), due_timers=tuple(timers))
    persons = frozenset(person for person in _json(deciders) or [] if person is not None)
    return LockedTask(
        locked=locked,
        case=case,
        task=task,
        facts=TaskFacts(task, element, rest[0], case.subject_id, persons),
        definition=definition,
        scope=scope,
        now=begun.now,
        draft=_draft(_json(draft)),
        before=_before(_json(before)),
        commented=frozenset(_json(commented) or ()),
    )


def lock_case(case_public_id: UUID | str, user: Actor) -> LockedCase:
    """Lock the instance of a case within the actor's scope, then the case; else NotFound, without a lock."""
    public_id = uuid_of(case_public_id)
    begun = begin(user)
    condition, parameters = case_condition(begun.scope)
    found, scope = _locked(sql.LOCK_BY_CASE, condition, [public_id, *parameters], begun.scope, begun.now)
    found.pop("task_id"), found.pop("element")
    case, rest = _case(_read(sql.READ_CASE_OF_INSTANCE, {"instance": found["id"]}))
    preconditions.refuse_changed(case)
    definition = catalog.definition(found["definition_id"])
    return LockedCase(LockedInstance(**found), case, rest[0], definition, scope, begun.now)


def case_of_instance(instance_id: int) -> Case | None:
    """The case of an instance that this transaction has locked, locked as well; none if it has no case."""
    with connection.cursor() as cursor:
        cursor.execute(sql.READ_CASE_OF_INSTANCE, {"instance": instance_id})
        row = cursor.fetchone()
    return _case(row)[0] if row else None


def locked_case(case_id: int) -> Case:
    """The case, locked by itself for a change that moves nothing."""
    return _case(_read(sql.READ_CASE, {"case": case_id}))[0]


def _locked(
    statement: str, condition: str, parameters: list[Any], scope: Scope, now: datetime
) -> tuple[dict[str, Any], Scope]:
    begun = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(statement.format(condition=condition), parameters)
        row = cursor.fetchone()
        names = [column.name for column in cursor.description]
    if row is None:
        raise NotFound
    if time.monotonic() - begun > _PATIENCE:
        # While somebody else held the lock, a role may have been revoked.
        scope = scope_of(scope.actor, at=now)
    found = dict(zip(names, row, strict=True))
    return found | {"state": bytes(found["state"]), "state_sha256": bytes(found["state_sha256"])}, scope


def _read(statement: str, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return tuple(row)


def _case(row: tuple[Any, ...]) -> tuple[Case, tuple[Any, ...]]:
    width = len(sql.CASE_COLUMNS)
    return Case.from_db("default", list(sql.CASE_COLUMNS), row[:width]), row[width:]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _draft(row: list[Any] | None) -> DraftFacts | None:
    return DraftFacts(row[0], row[1], datetime.fromisoformat(row[2])) if row else None


def _before(row: list[Any] | None) -> Before | None:
    return Before(row[0], row[1], row[2], row[3] or {}) if row else None
