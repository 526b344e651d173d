"""What a deadline counts: so many days of which unit, by name and by day.

A named deadline is a parameter: its row that is in force, else what the process that uses it declared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from engine.core.waits import Deadline, DueRule, Duration, WorkingDays
from engine.errors import RuleUnresolved

from . import calendar
from .legal_clock import Rule
from .models import DeadlineRule


@dataclass(frozen=True, slots=True)
class Count:
    """How many days of which unit a rule means, and the law that says so (empty: set by the ministry).

    By `extension` days in all may it be extended; `whole`: a day on which the clock stood does not count.
    """

    days: int
    unit: str
    legal_reference: str = ""
    extension: int = 0
    whole: bool = False

    @property
    def working(self) -> bool:
        """Whether days of work are counted."""
        return self.unit == DeadlineRule.Unit.WORKING_DAYS

    @property
    def rule(self) -> Rule:
        """What is counted, without the law."""
        return Rule(self.days, self.working, self.whole)


_declared: dict[str, Count] = {}


def declare(name: str, *, days: int, unit: str = DeadlineRule.Unit.WORKING_DAYS, extension: int = 0) -> None:
    """Say what a process counts for a deadline of this name as long as the ministry has set nothing else."""
    _declared[name] = Count(days, unit, extension=extension)


def names() -> Iterator[str]:
    """The names that a diagram may use: declared by a process, or set by the ministry."""
    yield from _declared
    yield from DeadlineRule.objects.values_list("name", flat=True).distinct()


def named(name: str, start: datetime) -> Count:
    """The deadline of this name as it stood on the day it started; RuleUnresolved for an unknown name."""
    day = start.astimezone(calendar.RIGA).date()
    rows = DeadlineRule.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=day), name=name, valid_from__lte=day
    )
    found = rows.order_by("-valid_from").first()
    if found is None:
        if name not in _declared:
            raise RuleUnresolved(name=name)
        return _declared[name]
    return Count(
        days=found.days,
        unit=found.unit,
        legal_reference=found.legal_reference,
        extension=found.extension,
        whole=found.stopped_day == DeadlineRule.StoppedDay.TOUCHED,
    )


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
