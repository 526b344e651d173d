"""The job table: enqueue, lease, run, retry; what happens because time passes is here."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from engine import causes, clock, events, handlers, sql
from engine.causes import JobTimedOut
from engine.errors import InstanceSuspended, ProcessSuspended
from engine.leased import Job, give_back, is_held
from engine.models import Incident, Wait
from engine.queue import enqueue, enqueue_many
from engine.resting import rest
from engine.work import do

__all__ = ["Failure", "Job", "backoff", "enqueue", "enqueue_many", "job_of", "lease", "run", "run_due"]

MOST_ATTEMPTS: Final = 8
FIRST_DELAY: Final = 10.0
LONGEST_DELAY: Final = 3600.0
LEASE: Final = "90 seconds"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed."""

    cause: causes.Cause
    detail: str


def run_due(
    worker: str = "here",
    limit: int = 100,
    *,
    until_empty: bool = False,
    guard: AbstractContextManager[Any] | None = None,
) -> int:
    """Run what is due now, one lease at a time: at most `limit`, or until nothing is due; how many ran."""
    ran = 0
    while until_empty or ran < limit:
        job = lease(worker)
        if job is None:
            break
        run(job, guard=guard)
        ran += 1
    return ran


def lease(worker: str) -> Job | None:
    """The due job or timer that waits longest, held for `worker`, its attempt counted; None if none is."""
    row = sql.row(sql.LEASE, {"worker": worker, "lease": LEASE, "limit": 1})
    return job_of(row) if row else None


def job_of(row: dict[str, Any]) -> Job:
    """A job from the row that a lease returned."""
    arguments = row["arguments"]
    return Job(**{**row, "arguments": json.loads(arguments) if isinstance(arguments, str) else arguments})


def run(
    job: Job, *, guard: AbstractContextManager[Any] | None = None, by_person: bool = False
) -> Failure | None:
    """Run a leased job; what went wrong, after its next attempt or its incident was written.

    A person's retry that fails goes straight back to its incident; also one that meets what rests, then with
    InstanceSuspended or ProcessSuspended.
    """
    try:
        if job.attempts > MOST_ATTEMPTS:
            raise causes.WorkerLost
        with guard or nullcontext():
            do(job)
    except (InstanceSuspended, ProcessSuspended) as rests:
        if by_person:
            give_back(job)
            raise
        rest(job, rests)
    except (Exception, JobTimedOut) as error:  # noqa: BLE001 (a failure becomes a retry or an incident)
        failure = Failure(causes.cause_of(error), causes.detail_of(error))
        _record(job, failure, final=by_person or _is_final(job, failure))
        return failure
    return None


def _is_final(job: Job, failure: Failure) -> bool:
    handler = handlers.topics().get(job.topic)
    by_hand = handler is not None and handler.repeat == "by_hand"
    return by_hand or job.attempts >= MOST_ATTEMPTS or failure.cause in causes.FINAL


def _record(job: Job, failure: Failure, *, final: bool) -> None:
    with transaction.atomic():
        if not is_held(job):
            return
        now = clock.now()
        if final:
            _open_incident(job, failure, now)
            return
        Wait.objects.filter(pk=job.id).update(
            due_at=now + backoff(job.attempts), leased_by="", lease_until=None
        )


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 10 s doubling, a fifth more or less, at most one hour."""
    delay = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    return timedelta(seconds=min(delay * uniform(0.8, 1.2), LONGEST_DELAY))  # noqa: S311


def _open_incident(job: Job, failure: Failure, now: datetime) -> None:
    give_back(job)
    told = {"cause": failure.cause, "detail": failure.detail, "attempts": job.attempts}
    # A person's retry counts the attempts of the job anew; those of the incident add up.
    standing = Incident.objects.filter(wait_id=job.id, resolved_at=None)
    if standing.update(**{**told, "attempts": F("attempts") + job.attempts}):
        return
    incident = Incident.objects.create(
        instance_id=job.instance_id, wait_id=job.id, element=job.element, opened_at=now, **told
    )
    events.incident(incident.pk, now)
