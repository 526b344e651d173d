"""Working days: the week, the statutory holidays, days moved by Cabinet order, an organisation's own days."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import holidays
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from .models import CalendarDay
from .remembered import Remembered

RIGA: Final = ZoneInfo("Europe/Riga")
# A deadline includes its whole last day; the last second of it shows the right date everywhere.
DAY_ENDS: Final = clock_time(23, 59, 59)
FIRST_YEAR: Final = 2024
LAST_YEAR: Final = 2035
# The calendar changes a few times a year: other processes see a change after this many seconds at the latest.
KEPT_SECONDS: Final = 300.0
_LONGEST_SEARCH: Final = 20_000

_FRIDAY: Final = 4
_WORKED_INSTEAD: Final = re.compile(r"pārcelta no (\d\d\.\d\d\.\d{4})")
_RANK: Final = {"statutory": 0, "moved": 1, "organisation": 2}


class TooManyDays(Exception):
    """More working days were asked for than any deadline has."""

    code = "too_many_days"
    message = _("More working days were asked for than any deadline has.")

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day on which work is or is not done against the week's rule, and why; `own`: an organisation's."""

    day: date
    works: bool
    name_lv: str
    name_en: str
    moved: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the state and, over them, of each organisation that has days of its own."""

    state: Mapping[date, SpecialDay]
    own: Mapping[int, Mapping[date, SpecialDay]]
    years: frozenset[int]

    def special(self, day: date, organisation_id: int | None = None) -> SpecialDay | None:
        """What is special about the day, nearest set first; a year nobody entered has the statutory days."""
        own = self.own.get(organisation_id, {}) if organisation_id is not None else {}
        if (found := own.get(day)) is not None:
            return found
        if day.year not in self.years:
            return _statutory(day.year).get(day)
        return self.state.get(day)

    def is_working_day(self, day: date, organisation_id: int | None = None) -> bool:
        """Whether the organisation, or without one the state, works on this day."""
        special = self.special(day, organisation_id)
        return special.works if special else day.weekday() <= _FRIDAY

    def days_after(self, day: date, organisation_id: int | None = None) -> Iterator[tuple[date, bool]]:
        """The days that follow, each with whether it is a working day."""
        for step in range(1, _LONGEST_SEARCH):
            following = day + timedelta(days=step)
            yield following, self.is_working_day(following, organisation_id)

    def nth_working_day(self, day: date, count: int, organisation_id: int | None = None) -> date:
        """The count-th working day after the day; for 0 the day itself or the next one that is worked."""
        if count == 0 and self.is_working_day(day, organisation_id):
            return day
        left = max(count, 1)
        for following, works in self.days_after(day, organisation_id):
            left -= works
            if left == 0:
                return following
        raise TooManyDays


def current() -> Calendar:
    """The calendar, kept in this process: a statement at most every five minutes."""
    return _kept.value()


def forget() -> None:
    """Read the calendar afresh at the next use."""
    _kept.forget()


def _load() -> Calendar:
    state: dict[date, SpecialDay] = {}
    own: dict[int, dict[date, SpecialDay]] = {}
    rows = list(CalendarDay.objects.order_by("id"))
    for row in sorted(rows, key=lambda row: _RANK[row.source]):
        days = state if row.organisation_id is None else own.setdefault(row.organisation_id, {})
        days[row.day] = SpecialDay(
            row.day,
            row.works,
            row.name_lv,
            row.name_en,
            moved=row.source == CalendarDay.Source.MOVED,
            own=row.source == CalendarDay.Source.ORGANISATION,
        )
    years = frozenset(row.day.year for row in rows if row.source == CalendarDay.Source.STATUTORY)
    return Calendar(MappingProxyType(state), MappingProxyType(own), years)


_kept: Final = Remembered(_load, seconds=KEPT_SECONDS)


def is_working_day(day: date, organisation_id: int | None = None) -> bool:
    """Whether the organisation, or without one the state, works on this day."""
    return current().is_working_day(day, organisation_id)


def unentered(year: int) -> tuple[SpecialDay, ...]:
    """The holidays by law of a year that nobody has entered; nothing for one that somebody has."""
    return () if year in current().years else tuple(_statutory(year).values())


def add_working_days(start: datetime, count: int, organisation_id: int | None = None) -> datetime:
    """The end (23:59:59 in Riga, as UTC) of the count-th working day after the day of `start`."""
    if count < 0:
        raise ValueError("a deadline does not lie before its start")
    last = current().nth_working_day(start.astimezone(RIGA).date(), count, organisation_id)
    return end_of_day(last)


def add_calendar_days(start: datetime, count: int) -> datetime:
    """The end (23:59:59 in Riga, as UTC) of the count-th day after the day of `start`, worked or not."""
    return end_of_day(start.astimezone(RIGA).date() + timedelta(days=count))


def end_of_day(day: date) -> datetime:
    """The last second of the day in Riga, as UTC."""
    return datetime.combine(day, DAY_ENDS, RIGA).astimezone(UTC)


def working_days_between(start: date, end: date, organisation_id: int | None = None) -> int:
    """How many working days lie after `start` up to `end`, `end` included."""
    calendar = current()
    days = (start + timedelta(days=step) for step in range(1, (end - start).days + 1))
    return sum(calendar.is_working_day(day, organisation_id) for day in days)


@cache
def _statutory(year: int) -> Mapping[date, SpecialDay]:
    return {day.day: day for day in _from_law(range(year, year + 1)) if not day.moved}


def _from_law(years: range) -> Iterator[SpecialDay]:
    """The holidays by law, and each pair of days between which the Cabinet moved the work."""
    latvian = holidays.country_holidays("LV", years=years, language="lv")
    english = holidays.country_holidays("LV", years=years, language="en_US")
    for day in sorted(day for day in latvian if day.year in years):
        instead = _WORKED_INSTEAD.search(latvian[day])
        if instead is None:
            yield SpecialDay(day, False, latvian[day], english[day])
            continue
        worked = datetime.strptime(instead[1], "%d.%m.%Y").replace(tzinfo=RIGA).date()
        moved_lv, moved_en = f"Darbdiena pārcelta uz {worked:%d.%m.%Y}", f"Work moved to {worked:%d.%m.%Y}"
        yield SpecialDay(day, False, moved_lv, moved_en, moved=True)
        moved_lv, moved_en = f"Darbdiena pārcelta no {day:%d.%m.%Y}", f"Work moved from {day:%d.%m.%Y}"
        yield SpecialDay(worked, True, moved_lv, moved_en, moved=True)


@transaction.atomic
def load_calendar(first: int = FIRST_YEAR, last: int = LAST_YEAR) -> int:
    """How many days were new: the statutory and moved days of these years; entered days stay as they are."""
    rows = [
        CalendarDay(
            day=day.day,
            works=day.works,
            source=CalendarDay.Source.MOVED if day.moved else CalendarDay.Source.STATUTORY,
            name_lv=day.name_lv,
            name_en=day.name_en,
        )
        for day in _from_law(range(first, last + 1))
    ]
    before = CalendarDay.objects.count()
    CalendarDay.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(forget)
    return CalendarDay.objects.count() - before
