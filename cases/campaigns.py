"""Campaigns: one process started for many institutions at once, each of them exactly once.

A process says with `case:campaign` which roles may start it so. Who is left out, and why, is judged when
the campaign is looked at beforehand and again when an institution has its turn.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import steps
from cases.models import Batch, Case
from engine.core.definition import Definition
from registries.models import Organisation

ROLES: Final = "case:campaign"
# A due date `deadline('campaign')` is the last day that the campaign gives.
DEADLINE: Final = "campaign"
KIND: Final = "campaign"
_PREFIX: Final = "campaign:"
_OPEN: Final = (Case.Status.DRAFT, Case.Status.SUBMITTED, Case.Status.RETURNED, Case.Status.DECIDED)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why an institution is left out."""

    code: str
    words: str | Promise


CLOSED: Final = LeftOut("closed", _("The institution is closed."))
RUNNING: Final = LeftOut("running", _("This process is running in the institution already."))
GONE: Final = LeftOut("not_found", _("The institution is not in the register."))

Judge = Callable[[Sequence[Organisation], datetime], Mapping[int, LeftOut]]
_judges: Final[dict[str, Judge]] = {}


def leaves_out(process_key: str) -> Callable[[Judge], Judge]:
    """Register what a process has against starting it in institutions, by their ids."""

    def register(judge: Judge) -> Judge:
        _judges[process_key] = judge
        return judge

    return register


def roles_of(definition: Definition) -> tuple[str, ...]:
    """The roles that may start this process for many institutions."""
    return tuple(definition.properties.get(ROLES, "").split())


def has_last_day(definition: Definition) -> bool:
    """Whether a task, a timer or a reminder of the process counts to the last day of its campaign."""
    rules = (
        rule
        for element in definition.elements.values()
        for rule in (element.due, element.timer, *element.reminders)
    )
    return any(getattr(rule, "name", "") == DEADLINE for rule in rules)


def key_of(campaign: UUID) -> str:
    """The key by which the cases of a campaign are known; each institution has one once."""
    return f"{_PREFIX}{campaign}"


def left_out(process_key: str, organisations: Sequence[Organisation], now: datetime) -> dict[int, LeftOut]:
    """The institutions in which the process cannot be started now, with why."""
    standing = Case.objects.filter(
        process_key=process_key, organisation__in=organisations, applicant=None, status__in=_OPEN
    )
    running = dict.fromkeys(standing.values_list("organisation", flat=True), RUNNING)
    judge = _judges.get(process_key)
    own = judge(organisations, now) if judge is not None else {}
    closed = {one.pk: CLOSED for one in organisations if one.status != Organisation.Status.ACTIVE}
    return {**own, **running, **closed}


def last_day_of(instance_id: int) -> date | None:
    """The last day that its campaign gives the case of an instance; none without a campaign or a day."""
    step = steps.of_instance(instance_id)
    if step is not None:
        key = step.case.start_key
    else:
        key = Case.objects.filter(instance=instance_id).values_list("start_key", flat=True).first() or ""
    return _last_day(key.removeprefix(_PREFIX)) if key.startswith(_PREFIX) else None


@lru_cache(maxsize=256)
def _last_day(batch: str) -> date | None:
    arguments: Iterable[dict[str, str]] = Batch.objects.filter(public_id=batch).values_list(
        "arguments", flat=True
    )
    return next((date.fromisoformat(one["due"]) for one in arguments if one.get("due")), None)
