"""A leased row of the waits table: whether it is still ours, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine import sql
from engine.models import Incident, Wait

PATIENCE: Final = "20s"


@dataclass(frozen=True, slots=True)
class Job:
    """A leased row of the waits table."""

    id: int
    instance_id: int | None
    task_id: int | None
    wait_id: str
    kind: str
    element: str
    topic: str
    arguments: Mapping[str, Any]
    attempts: int
    leased_by: str
    due_at: datetime


def is_held(job: Job) -> bool:
    """Whether the job is still open and leased by us; if so, it is locked now."""
    return sql.row(sql.LOCK_LEASED, {"job": job.id, "worker": job.leased_by}) is not None


def give_back(job: Job) -> None:
    """Leaves a job that we hold to its incident; nobody takes it up by itself."""
    mine = Wait.objects.filter(pk=job.id, leased_by=job.leased_by, status=Wait.Status.DUE)
    mine.update(status=Wait.Status.INCIDENT, leased_by="", lease_until=None)


def close(job: Job, now: datetime) -> None:
    """Marks a job that we hold as done, and its incidents as resolved."""
    Wait.objects.filter(pk=job.id).update(
        status=Wait.Status.DONE, closed_at=now, leased_by="", lease_until=None
    )
    Incident.objects.filter(wait_id=job.id, resolved_at=None).update(resolved_at=now, resolved_by="system")
