"""The working days of Latvia and a legal clock, computed a second time and as simply as can be: the oracle.

It shares nothing with the product: Easter by Meeus, the law's list of holidays, the Cabinet's moved days by
hand, and a clock that is asked twice a day whether it runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

RIGA = ZoneInfo("Europe/Riga")
# Day off: the day on which it is worked instead. What the Cabinet has decided so far.
MOVED = {
    date(2024, 12, 23): date(2024, 12, 14),
    date(2024, 12, 30): date(2024, 12, 28),
    date(2025, 5, 2): date(2025, 5, 10),
    date(2025, 11, 17): date(2025, 11, 8),
    date(2026, 1, 2): date(2026, 1, 17),
    date(2026, 6, 22): date(2026, 6, 27),
}
FIXED = ((1, 1), (5, 1), (5, 4), (6, 23), (6, 24), (11, 18), (12, 24), (12, 25), (12, 26), (12, 31))
# On a Saturday or Sunday they make the next working day a holiday.
CARRIED = ((5, 4), (11, 18))


def easter(year: int) -> date:
    a, b, c = year % 19, year // 100, year % 100
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - b // 4 - g + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def days_off(year: int) -> set[date]:
    sunday = easter(year)
    found = {date(year, month, day) for month, day in FIXED}
    found |= {sunday - timedelta(days=2), sunday, sunday + timedelta(days=1)}
    for month, day in CARRIED:
        carried = date(year, month, day)
        if carried.weekday() >= 5:
            while carried.weekday() >= 5 or carried in found:
                carried += timedelta(days=1)
            found.add(carried)
    return found | {day for day in MOVED if day.year == year}


_OFF = {day for year in range(2023, 2039) for day in days_off(year)}
_WORKED = set(MOVED.values())


def works(day: date) -> bool:
    return day in _WORKED or (day.weekday() < 5 and day not in _OFF)


def at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, RIGA)


def last_days(first: date, most: int, *, working: bool) -> list[date]:
    """The last day of a clock that never stands, for 0, 1, 2 ... `most` days."""
    day, found = first, []
    while working and not works(day):
        day += timedelta(days=1)
    found.append(day)
    day = first
    while len(found) <= most:
        day += timedelta(days=1)
        if not working or works(day):
            found.append(day)
    return found


def last_day(
    start: datetime,
    turns: Iterable[tuple[datetime, bool]],
    count: int,
    *,
    working: bool,
    whole: bool,
    horizon: date,
) -> date | None:
    """The last day of a clock that turns at these moments (True: it runs on); none if it never comes."""
    turns = list(turns)

    def runs(moment: datetime) -> bool:
        state = True
        for turn, runs_on in turns:
            if turn <= moment:
                state = runs_on
        return state

    def stood(day: date) -> bool:
        begins = [turn for turn, runs_on in turns if not runs_on]
        ends = [turn for turn, runs_on in turns if runs_on] + [None]
        return any(
            since.astimezone(RIGA).date() <= day and (until is None or until.astimezone(RIGA).date() >= day)
            for since, until in zip(begins, ends, strict=False)
        )

    first = start.astimezone(RIGA).date()
    day, used = first, 0
    while day <= horizon:
        counts = works(day) or not working
        if day > first and used < count and counts:
            used += not stood(day) if whole else runs(at(day, time(0, 0)) - timedelta(microseconds=1))
        if used == count and counts and runs(at(day, time(23, 59, 59))):
            return day
        day += timedelta(days=1)
    return None
