"""A person's step that the process cannot take: it is undone, and leaves an incident behind it."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from engine import causes, clock, events
from engine.models import Incident
from engine.place import Place


def open_incident_of_step(error: BaseException) -> Incident | None:
    """Keep the fault that undid a person's step, once its transaction is over; None if it tells no place.

    One incident per place and cause stands open; the step tried again counts as one more attempt. It is
    resolved when its task closes, or when the process is started.
    """
    place = getattr(error, "place", None)
    if not isinstance(place, Place):
        return None
    cause = causes.cause_of(error)
    if cause == causes.Cause.PROCESS_STOPPED:
        cause = causes.Cause.STEP_UNDONE
    about = {
        "instance_id": place.instance_id,
        "process": place.process,
        "element": place.element,
        "cause": str(cause),
    }
    with transaction.atomic():
        told = {"detail": causes.detail_of(error), "task_id": place.task_id}
        return _again(about, told) or _first(about, told) or _again(about, told)


def _again(about: dict[str, Any], told: dict[str, Any]) -> Incident | None:
    standing = Incident.objects.filter(**about, wait=None, resolved_at=None)
    return standing.first() if standing.update(**told, attempts=F("attempts") + 1) else None


def _first(about: dict[str, Any], told: dict[str, Any]) -> Incident | None:
    now = clock.now()
    try:
        with transaction.atomic():
            incident = Incident.objects.create(**about, **told, attempts=1, opened_at=now)
    except IntegrityError:
        # The same step, refused twice at once: the other one has just written it.
        return None
    events.incident(incident.pk, now)
    return incident
