"""Reads of the engine for pages and reports: open tasks, jobs, incidents, history, tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from engine.core.definition import BETWEEN
from engine.models import Completion, Incident, Message, Task, Wait


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One step of an instance."""

    version: int
    kind: str
    element: str
    task_id: int | None
    actor: str
    at: datetime
    passed: tuple[tuple[str, str], ...]
    decisions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """What a live diagram marks: elements done and active, sequence flows taken."""

    done: tuple[str, ...]
    now: tuple[str, ...]
    flows: tuple[str, ...]


def open_tasks(*, instance_id: int | None = None) -> QuerySet[Task]:
    """Open user tasks, oldest first; of one instance, or of all."""
    tasks = Task.objects.filter(status=Task.Status.OPEN).order_by("id")
    return tasks if instance_id is None else tasks.filter(instance=instance_id)


def jobs() -> QuerySet[Wait]:
    """Jobs and timers that are due, soonest first; leased ones among them."""
    return Wait.objects.filter(status=Wait.Status.DUE).select_related("instance").order_by("due_at", "id")


def incidents(*, resolved: bool = False) -> QuerySet[Incident]:
    """Incidents, newest first; the open ones unless `resolved`."""
    found = Incident.objects.filter(resolved_at__isnull=not resolved)
    return found.select_related("instance", "wait").order_by("-opened_at", "-id")


def history(instance_id: int) -> tuple[HistoryItem, ...]:
    """The steps of an instance, oldest first."""
    return tuple(_item(row) for row in Completion.objects.filter(instance=instance_id).order_by("version"))


def _item(row: Completion) -> HistoryItem:
    return HistoryItem(
        version=row.version,
        kind=row.kind,
        element=row.element,
        task_id=row.task_id,
        actor=row.actor,
        at=row.at,
        passed=tuple((kind, element) for kind, element in row.passed),
        decisions=tuple(row.decisions),
    )


def tokens(instance_id: int) -> tuple[str, ...]:
    """The elements at which an instance waits: open tasks, jobs and timers, in the order of their opening."""
    tasks = open_tasks(instance_id=instance_id).values_list("element", flat=True)
    waits = Wait.objects.filter(instance=instance_id, status__in=Wait.OPEN).exclude(wait_id="")
    return tuple(dict.fromkeys([*tasks, *waits.order_by("id").values_list("element", flat=True)]))


def marks(instance_id: int) -> Marks:
    """What to mark in the diagram of an instance; what happens inside a called process is at its call."""
    now = tuple(dict.fromkeys(element.partition(BETWEEN)[0] for element in tokens(instance_id)))
    passed = [thing for item in history(instance_id) for thing in item.passed if BETWEEN not in thing[1]]
    done = dict.fromkeys(element for kind, element in passed if kind == "completed" and element not in now)
    flows = dict.fromkeys(element for kind, element in passed if kind == "flow")
    return Marks(done=tuple(done), now=now, flows=tuple(flows))


def message(key: int) -> Message | None:
    """A message that is kept, by its id in the arguments of its job."""
    return Message.objects.filter(pk=key).first()
