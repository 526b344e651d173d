"""What a deadline counts: so many days of which unit, by name and by day.

A named deadline is a parameter: its row that is in force, else what the process that uses it declared.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from engine.core.waits import Deadline, DueRule, Duration, WorkingDays
from engine.errors import RuleUnresolved

from . import calendar
from .legal_clock import Rule
from .models import DeadlineRule

_DAWN: Final = datetime.min.replace(tzinfo=UTC)


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
    def stopped_day(self) -> str:
        """Which days a stop of the clock takes out of the count."""
        kinds = DeadlineRule.StoppedDay
        return str(kinds.TOUCHED if self.whole else kinds.BEGUN)

    @property
    def rule(self) -> Rule:
        """What is counted, without the law."""
        return Rule(self.days, self.working, self.whole)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a process counts until the ministry sets it, for which process it is, and its name for people."""

    count: Count
    process: str
    title_lv: str
    title_en: str


_declared: dict[str, Declared] = {}


def declare(
    name: str,
    *,
    days: int,
    unit: str = DeadlineRule.Unit.WORKING_DAYS,
    extension: int = 0,
    process: str = "",
    lv: str = "",
    en: str = "",
) -> None:
    """Say what a process counts for a deadline of this name as long as the ministry has set nothing else.

    `lv` and `en` say what it is the deadline of; `process` is for one that no diagram names.
    """
    count = Count(days, unit, extension=extension)
    _declared[name] = Declared(count, process, lv or name, en or lv or name)


def declared() -> Mapping[str, Declared]:
    """What the processes declare, by name."""
    return _declared


def names() -> Iterator[str]:
    """The names that a diagram may use: declared by a process, or set by the ministry."""
    yield from _declared
    yield from DeadlineRule.objects.values_list("name", flat=True).distinct()


def rows_of(*named: str) -> dict[str, list[DeadlineRule]]:
    """The rules that were set for these deadlines; nothing for one without any. One statement."""
    found: dict[str, list[DeadlineRule]] = {}
    for row in DeadlineRule.objects.filter(name__in=named).order_by("valid_from", "entered_at", "id"):
        found.setdefault(row.name, []).append(row)
    return found


def named(name: str, start: datetime, ended: datetime | None = None) -> Count:
    """What a deadline counts that started here, and that ended then if it did; RuleUnresolved."""
    return chosen(name, DeadlineRule.objects.filter(name=name), start, ended)


def chosen(name: str, rows: Iterable[DeadlineRule], start: datetime, ended: datetime | None = None) -> Count:
    """The same out of the deadline's rows; RuleUnresolved for a name that nobody knows."""
    row = in_force(rows, start, ended)
    if row is not None:
        return counted_by(row)
    if name not in _declared:
        raise RuleUnresolved(name=name)
    return _declared[name].count


def in_force(
    rows: Iterable[DeadlineRule], start: datetime, ended: datetime | None = None
) -> DeadlineRule | None:
    """The rule for what started here; none if nothing is set for it.

    A rule that was entered later counts only if it was to recount what ran, and it ran still.
    """
    day = start.astimezone(calendar.RIGA).date()
    fitting = (
        row
        for row in rows
        if row.withdrawn_at is None
        and row.valid_from <= day
        and (row.valid_until is None or row.valid_until >= day)
        and _reaches(row, start, ended)
    )
    return max(fitting, key=lambda row: (row.valid_from, row.entered_at or _DAWN), default=None)


def _reaches(row: DeadlineRule, start: datetime, ended: datetime | None) -> bool:
    if row.entered_at is None or row.entered_at <= start:
        return True
    return row.recounts and (ended is None or ended > row.entered_at)


def counted_by(row: DeadlineRule) -> Count:
    """What a rule counts."""
    return Count(
        days=row.days,
        unit=row.unit,
        legal_reference=row.legal_reference,
        extension=row.extension,
        whole=row.stopped_day == DeadlineRule.StoppedDay.TOUCHED,
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
