"""When something is due: turns due rules into instants for the engine."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from engine import due
from engine.core.waits import Deadline, DueRule, Duration, WorkingDays
from engine.errors import RuleUnresolved

from . import calendar
from .models import DeadlineRule


@dataclass(frozen=True, slots=True)
class Count:
    """How many days of which unit a rule means, and the law that says so (empty: set by the ministry)."""

    days: int
    unit: str
    legal_reference: str = ""


def install() -> None:
    """Lets the engine ask here for every due date."""
    due.register_resolver(resolve)


def resolve(
    rule: DueRule,
    *,
    instance_id: int,  # noqa: ARG001 - the calendar of the state counts for every authority
    start: datetime,
) -> datetime:
    """The instant (UTC) at which the rule, started at `start`, is due; RuleUnresolved for an unknown name."""
    match rule:
        case Duration():
            # What is counted in days ends with the last of them; hours and minutes run by the clock.
            if rule.days and not rule.minutes:
                return calendar.add_calendar_days(start, rule.days)
            return due.after(rule, start)
        case WorkingDays():
            return calendar.add_working_days(start, rule.days)
        case Deadline():
            counted = named(rule.name, start)
            if counted.unit == DeadlineRule.Unit.CALENDAR_DAYS:
                return calendar.add_calendar_days(start, counted.days)
            return calendar.add_working_days(start, counted.days)


def named(name: str, start: datetime) -> Count:
    """The deadline of this name as it stood on the day it started; RuleUnresolved for an unknown name."""
    day = start.astimezone(calendar.RIGA).date()
    rows = DeadlineRule.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=day), name=name, valid_from__lte=day
    )
    found = rows.order_by("-valid_from").first()
    if found is None:
        raise RuleUnresolved(name=name)
    return Count(days=found.days, unit=found.unit, legal_reference=found.legal_reference)


def count_of(rule: DueRule, start: datetime) -> Count | None:
    """What a rule counts; nothing for one that is a matter of hours."""
    match rule:
        case WorkingDays():
            return Count(rule.days, DeadlineRule.Unit.WORKING_DAYS)
        case Deadline():
            return named(rule.name, start)
        case Duration():
            return Count(rule.days, DeadlineRule.Unit.CALENDAR_DAYS) if not rule.minutes else None


def is_overdue(due_at: datetime | None, now: datetime) -> bool:
    """Whether the moment has passed."""
    return due_at is not None and due_at.astimezone(UTC) < now.astimezone(UTC)
