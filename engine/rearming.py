"""Counts the due dates of an instance anew after a deadline or the calendar has changed.

What fired stays fired, what was sent is not sent again, what is closed stays closed, and a second time
nothing moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from engine import catalog, instants, sql, wake
from engine.core.definition import Element
from engine.events import InstanceRow
from engine.instants import REMIND, TASK_TOPICS, Watched
from engine.locked import RUNNING, LockedInstance
from engine.models import Task, Wait


@dataclass(slots=True)
class _Changes:
    """What is to be written."""

    tasks: list[dict[str, Any]] = field(default_factory=list)
    waits: list[dict[str, Any]] = field(default_factory=list)
    new: list[dict[str, Any]] = field(default_factory=list)

    def move(self, row: Wait, at: datetime | None, now: datetime) -> None:
        """Let a row be due at this instant; none: it stops."""
        is_due = row.status == Wait.Status.DUE
        if at is None and not is_due:
            return
        # What is being tried, and was due all the same, keeps its next attempt.
        if at is not None and is_due and (row.due_at == at or (row.attempts and at <= now)):
            return
        status = Wait.Status.STOPPED if at is None else Wait.Status.DUE
        self.waits.append({"id": row.pk, "due_at": at or row.due_at, "status": status})

    def cancel(self, row: Wait) -> None:
        """Let a row be due no more."""
        self.waits.append({"id": row.pk, "due_at": row.due_at, "status": Wait.Status.CANCELLED})


def rearm(locked: LockedInstance | InstanceRow, *, now: datetime) -> int:
    """Let every open task, timer, reminder and escalation of a locked instance be due when its rule says now.

    How many rows moved; nothing of an instance that has ended.
    """
    if locked.status != RUNNING:
        return 0
    elements = catalog.definition(locked.definition_id).elements
    tasks = list(Task.objects.filter(instance=locked.id, status=Task.Status.OPEN).order_by("id"))
    rows = list(_rows(locked.id, tasks))
    changes = _Changes()
    for task in tasks:
        _task(changes, locked.id, elements[task.element], task, rows, now)
    groups = {task.element: task.group for task in tasks}
    for row in rows:
        if row.kind == Wait.Kind.TIMER:
            element = elements[row.element]
            group = groups.get(element.attached_to, "")
            at = instants.of_rule(element.timer, instance_id=locked.id, start=row.created_at, group=group)
            changes.move(row, at, now)
    return _write(locked.id, changes, now)


def _rows(instance_id: int, tasks: Iterable[Task]) -> Iterable[Wait]:
    """The armed timers, and of open tasks the reminders and escalations, those that have gone off too."""
    timers = Q(kind=Wait.Kind.TIMER, status__in=(Wait.Status.DUE, Wait.Status.STOPPED))
    told = Q(task__in=[task.pk for task in tasks], topic__in=TASK_TOPICS)
    gone = ~Q(status=Wait.Status.CANCELLED)
    return Wait.objects.filter(timers | (told & gone), instance=instance_id).order_by("id")


def _task(
    changes: _Changes, instance_id: int, element: Element, task: Task, rows: Iterable[Wait], now: datetime
) -> None:
    start, group = task.opened_at, task.group
    due_at = instants.of_rule(element.due, instance_id=instance_id, start=start, group=group)
    if due_at != task.due_at:
        changes.tasks.append({"id": task.pk, "due_at": due_at})
    standing: dict[tuple[str, str], Wait] = {}
    fired: set[tuple[str, str]] = set()
    sent: dict[tuple[str, str], datetime] = {}
    for row in rows:
        if row.task_id == task.pk:
            key = (row.topic, row.arguments.get("rule", ""))
            if row.status in (Wait.Status.DUE, Wait.Status.STOPPED):
                standing[key] = row
            else:
                fired.add(key)
            if row.status == Wait.Status.DONE:
                sent[key] = max(row.due_at, sent.get(key, row.due_at))
    wanted = instants.watched(element, instance_id=instance_id, start=start, group=group, due_at=due_at)
    for one in wanted:
        key = (one.topic, one.rule)
        if (found := standing.pop(key, None)) is not None:
            if _is_sent(one, sent.get(key)):
                changes.cancel(found)
            else:
                changes.move(found, one.at, now)
        elif _is_new(one, key in fired, (REMIND, "") in standing, now):
            told = {"task_id": task.pk, "element": task.element, "topic": one.topic, "rule": one.rule}
            changes.new.append({**told, "due_at": one.at})
    for (_topic, rule), row in standing.items():
        if rule:
            changes.cancel(row)


def _is_sent(one: Watched, last: datetime | None) -> bool:
    """Whether what still stands has been sent already: once is enough, unless it is for a later day."""
    return last is not None and (not one.again or (one.at is not None and last >= one.at))


def _is_new(one: Watched, has_fired: bool, is_unnamed: bool, now: datetime) -> bool:
    """Whether a reminder is still to come that was not needed so far, or is needed again for a later day."""
    if one.topic != REMIND or one.at is None or one.at <= now or is_unnamed:
        return False
    return one.again or not has_fired


def _write(instance_id: int, changes: _Changes, now: datetime) -> int:
    if not (changes.tasks or changes.waits or changes.new):
        return 0
    parameters = {"tasks": sql.many(changes.tasks), "waits": sql.many(changes.waits)}
    row = sql.row(
        sql.REARM, {**parameters, "new": sql.many(changes.new), "instance": instance_id, "now": now}
    )
    if any(wait["status"] == Wait.Status.DUE and wait["due_at"] <= now for wait in changes.waits):
        transaction.on_commit(wake.workers, robust=True)
    return int(row["moved"]) if row else 0
