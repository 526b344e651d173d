"""Incidents: what could not go on by itself, and a person's retry."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction

from engine import causes, jobs, sql
from engine.errors import IncidentBusy, IncidentOfPerson, IncidentResolved, InstanceSuspended
from engine.leased import Job
from engine.locked import SUSPENDED
from engine.models import Incident


@dataclass(frozen=True, slots=True)
class RetryResult:
    """Whether the job has passed, and if not, why: the code and the detail for `engine.causes.words`."""

    passed: bool
    cause: str = ""
    detail: str = ""


def retry_incident(incident: Incident, *, actor: str) -> RetryResult:
    """Run the job or timer of an incident now; resolved only after it passed.

    IncidentResolved, IncidentBusy, IncidentOfPerson. InstanceSuspended or ProcessSuspended if what it is for
    rests: then the incident stays as it was.
    """
    job = _leased_by_hand(incident.pk)
    failure = jobs.run(job, by_person=True)
    resolved = Incident.objects.filter(pk=incident.pk, resolved_at__isnull=False).update(resolved_by=actor)
    if resolved:
        return RetryResult(passed=True)
    if failure is None:
        return RetryResult(passed=False, cause=causes.Cause.WORKER_LOST)
    return RetryResult(passed=False, cause=failure.cause, detail=failure.detail)


def _leased_by_hand(incident_id: int) -> Job:
    """The incident's job, leased to this retry alone, with its attempts counted anew."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update().get(pk=incident_id)
        if incident.resolved_at is not None:
            raise IncidentResolved
        if incident.wait_id is None:
            raise IncidentOfPerson
        if incident.instance is not None and incident.instance.status == SUSPENDED:
            raise InstanceSuspended(instance_id=incident.instance_id)
        row = sql.row(
            sql.LEASE_INCIDENT,
            {"job": incident.wait_id, "worker": f"retry {uuid4()}", "lease": jobs.LEASE},
        )
        if row is None:
            raise IncidentBusy
    return jobs.job_of(row)
