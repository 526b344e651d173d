"""When a process begins by itself: what a timer start event writes, and the days that it means."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from engine.core.errors import ExpressionInvalid

WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YEAR: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# The rarest schedule is one that comes every ten years.
_LONGEST_SEARCH: Final = 4000
_MOST_OF_A_UNIT: Final = {"D": 3650, "W": 520, "M": 120, "Y": 10}
_CLOCK = r"(?:\s+(\d\d):(\d\d))?"
_DAYS = re.compile(rf"every\s+(day|workday|{'|'.join(WEEK)}){_CLOCK}\Z")
_MONTHLY = re.compile(rf"every\s+month\s+(\d\d?){_CLOCK}\Z")
_YEARLY = re.compile(rf"every\s+year\s+(\d\d?)\s+({'|'.join(YEAR)}){_CLOCK}\Z")
_MOMENT = r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::00)?)?"
_ONCE = re.compile(rf"{_MOMENT}\Z")
_REPEATED = re.compile(rf"R(\d{{0,4}})/{_MOMENT}/P(\d{{1,4}})([DWMY])\Z")

Works = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Once:
    """One day."""

    day: date
    clock: time


@dataclass(frozen=True, slots=True)
class Every:
    """Every day, working day, day of the week (Monday is 0), day of the month, or day of the year.

    A month or February that has no such day has it on its last one.
    """

    clock: time
    working: bool = False
    weekday: int | None = None
    day: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Repeated:
    """From a day on every so many days or months, so many times in all, without `times` for ever."""

    first: date
    clock: time
    days: int = 0
    months: int = 0
    times: int = 0


Schedule = Once | Every | Repeated


def schedule(text: str) -> Schedule:
    """What a timer start event writes as its date or cycle; ExpressionInvalid.

    The clock is that of the wall in Riga; without one the day begins.
    """
    text = " ".join(text.split())
    try:
        found = _repeated(text) or _once(text) or _every(text.lower())
    except ValueError:
        found = None
    if found is None:
        raise ExpressionInvalid(written=text[:80])
    return found


def _once(text: str) -> Once | None:
    found = _ONCE.match(text)
    return Once(*_moment(found.groups())) if found else None


def _repeated(text: str) -> Repeated | None:
    found = _REPEATED.match(text)
    if found is None:
        return None
    times, *moment, count, unit = found.groups()
    first, clock = _moment(moment)
    number = int(count)
    if not 0 < number <= _MOST_OF_A_UNIT[unit] or times == "0":
        return None
    days, months = {"D": (number, 0), "W": (7 * number, 0), "M": (0, number), "Y": (0, 12 * number)}[unit]
    return Repeated(first, clock, days, months, int(times or 0))


def _every(text: str) -> Every | None:
    if found := _DAYS.match(text):
        what, clock = found[1], _clock(found[2], found[3])
        weekday = WEEK.index(what) if what in WEEK else None
        return Every(clock, working=what == "workday", weekday=weekday)
    if found := _MONTHLY.match(text):
        day = int(found[1])
        return Every(_clock(found[2], found[3]), day=day) if 1 <= day <= 31 else None
    if found := _YEARLY.match(text):
        day, month = int(found[1]), YEAR.index(found[2]) + 1
        longest = monthrange(2028, month)[1]
        return Every(_clock(found[3], found[4]), day=day, month=month) if 1 <= day <= longest else None
    return None


def _moment(parts: tuple[str | None, ...] | list[str | None]) -> tuple[date, time]:
    year, month, day, hour, minute = parts
    return date(int(year or 0), int(month or 0), int(day or 0)), _clock(hour, minute)


def _clock(hour: str | None, minute: str | None) -> time:
    return time(int(hour or 0), int(minute or 0))


def falls_on(rule: Schedule, day: date, works: Works) -> bool:
    """Whether the process begins on this day; `works` says which days are worked."""
    match rule:
        case Once():
            return day == rule.day
        case Repeated():
            number = _number(rule, day)
            return number is not None and (not rule.times or number < rule.times)
        case Every(working=True):
            return works(day)
        case Every():
            is_month = rule.month in (None, day.month)
            is_day = rule.day is None or day.day == min(rule.day, monthrange(day.year, day.month)[1])
            return is_month and is_day and rule.weekday in (None, day.weekday())


def _number(rule: Repeated, day: date) -> int | None:
    """How often the process began before this day; None if it does not begin on it."""
    if day < rule.first:
        return None
    if rule.days:
        number, rest = divmod((day - rule.first).days, rule.days)
        return None if rest else number
    months = (day.year - rule.first.year) * 12 + day.month - rule.first.month
    number, rest = divmod(months, rule.months)
    last = monthrange(day.year, day.month)[1]
    return None if rest or day.day != min(rule.first.day, last) else number


def days_from(rule: Schedule, first: date, works: Works) -> Iterator[date]:
    """The days from `first` on, that one included, on which the process begins, while there are some."""
    begins = rule.day if isinstance(rule, Once) else rule.first if isinstance(rule, Repeated) else first
    day = max(first, begins)
    searched = 0
    while searched < _LONGEST_SEARCH:
        if falls_on(rule, day, works):
            yield day
            searched = 0
        if isinstance(rule, Once):
            return
        day, searched = day + timedelta(days=1), searched + 1


def clock_at(rule: Schedule, day: date) -> datetime:
    """The time of the wall clock at which the process begins on a day, without a zone."""
    return datetime.combine(day, rule.clock)
