"""All dates of twelve years against an independent oracle: no difference."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from cases import calendar
from cases.legal_clock import Clock, Extension, Rule, Segment, reckon
from tests.calendar import naive

SEED = 20240101
FIRST, LAST = date(2024, 1, 1), date(2035, 12, 31)
COUNTS = (*range(31), 40, 60, 90)
DAYS = [FIRST + timedelta(days=step) for step in range((LAST - FIRST).days + 1)]
AFTER = [LAST + timedelta(days=step) for step in range(1, 800)]
CLOCK_CHANGES = [
    day for day in DAYS if day.month in (3, 10) and day.weekday() == 6 and (day + timedelta(days=7)).day < 8
]
LEAP_DAYS = [day for day in DAYS if (day.month, day.day) == (2, 29)]


class Days:
    """The product's calendar of these years, each day asked of it once."""

    def __init__(self) -> None:
        known = calendar.current()
        self.worked = {day for day in [*DAYS, *AFTER] if known.is_working_day(day)}

    def is_working_day(self, day: date, _organisation_id: int | None = None) -> bool:
        return day in self.worked


def started(moment: datetime) -> Clock:
    return Clock((Segment(True, moment),))


@pytest.mark.parametrize("working", [True, False], ids=["working days", "calendar days"])
def test_every_start_and_every_count_agrees(loaded, working: bool) -> None:
    known, differences, compared = Days(), [], 0
    times = (time(0, 0), time(12, 30), time(23, 59, 59))
    for number, day in enumerate(DAYS):
        expected = naive.last_days(day, max(COUNTS), working=working)
        clock = started(naive.at(day, times[number % 3]).astimezone(UTC))
        for count in COUNTS:
            compared += 1
            if reckon(clock, Rule(count, working), known).last != expected[count]:
                differences.append((day, count))

    assert compared == 4383 * 34
    assert differences == []


def test_the_calendar_counts_as_the_clock_does(loaded) -> None:
    differences = [
        (day, count)
        for day in DAYS
        for count in (0, 1, 5, 20)
        if calendar.add_working_days(naive.at(day, time(9, 0)), count)
        != naive.at(naive.last_days(day, count, working=True)[count], time(23, 59, 59))
    ]

    assert differences == []


def sampled(random: Random) -> tuple[Clock, Rule, list[tuple[datetime, bool]]]:
    """A clock with stops and extensions; one in three starts or turns on a day that is easily got wrong."""
    day = random.choice(random.choice((DAYS, DAYS, [*CLOCK_CHANGES, *LEAP_DAYS])))
    moment = naive.at(day, time(random.randrange(24), random.choice((0, 59)))).astimezone(UTC)
    rule = Rule(random.choice(COUNTS), random.random() < 0.7, whole=random.random() < 0.3)
    segments, turns, runs = [], [], True
    for _ in range(random.choice((0, 2, 2, 2, 4, 6, 1, 3))):
        later = moment + timedelta(minutes=random.choice((0, 1, 300, random.randrange(60 * 24 * 25))))
        segments.append(Segment(runs, moment, later, "" if runs else "returned"))
        runs, moment = not runs, later
        turns.append((moment, runs))
    segments.append(Segment(runs, moment, None, "" if runs else "returned"))
    extensions = [Extension(random.randrange(1, 15), moment) for _ in range(random.choice((0, 0, 1, 2)))]
    return Clock(tuple(segments), tuple(extensions)), rule, turns


def test_clocks_with_stops_and_extensions_agree(loaded) -> None:
    random, known, differences, standing = Random(SEED), calendar.current(), [], 0
    for number in range(6000):
        clock, rule, turns = sampled(random)
        count = rule.days + sum(extension.days for extension in clock.extensions)
        horizon = clock.segments[-1].since.date() + timedelta(days=400)
        expected = naive.last_day(
            clock.since, turns, count, working=rule.working, whole=rule.whole, horizon=horizon
        )
        found = reckon(clock, rule, known).last
        standing += found is None
        if found != expected:
            differences.append((number, found, expected))

    assert differences == [], f"seed {SEED}"
    assert 500 < standing < 4000


def test_the_oracle_knows_the_days_that_people_know() -> None:
    assert [naive.easter(year) for year in (2024, 2025, 2026, 2035)] == [
        date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2035, 3, 25),
    ]  # fmt: skip
    assert not naive.works(date(2028, 11, 20))  # 18 November 2028 is a Saturday
    assert not naive.works(date(2030, 5, 6))  # 4 May 2030 is a Saturday
    assert len(CLOCK_CHANGES) == 24
    assert [day.year for day in LEAP_DAYS] == [2024, 2028, 2032]
