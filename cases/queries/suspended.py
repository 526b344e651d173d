"""What rests, since when, by whom and why: a case or a process, and what happens in it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.scope import Scope
from cases import people
from cases.models import Case
from cases.services.locking import uuid_of
from engine.models import Suspension


@dataclass(frozen=True, slots=True)
class Suspended:
    """It rests since this moment; the reason is for those who may administer alone."""

    reason: str
    by: str
    at: datetime


def suspended_case(scope: Scope, public_id: UUID | str) -> Suspended | None:
    """How a visible case rests; none if it goes on, or is not visible."""
    case = Case.objects.visible_to(scope).filter(public_id=uuid_of(public_id)).first()
    if case is None:
        return None
    return _told(Suspension.objects.filter(instance=case.instance_id), scope)


def suspended_process(scope: Scope, process: str) -> Suspended | None:
    """How a process rests; none if it starts."""
    return _told(Suspension.objects.filter(process=process), scope)


def suspended_processes() -> frozenset[str]:
    """The keys of the processes that start nothing now."""
    resting = Suspension.objects.filter(resumed_at=None).exclude(process="")
    return frozenset(resting.values_list("process", flat=True))


def _told(suspensions: QuerySet[Suspension], scope: Scope) -> Suspended | None:
    standing = suspensions.filter(resumed_at=None).first()
    if standing is None:
        return None
    reason = standing.reason if scope.can_admin else ""
    return Suspended(reason, people.name_of(standing.by), standing.at)
