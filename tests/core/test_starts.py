"""A process begins by a person, a message, a signal or the calendar; which days a schedule means."""

from __future__ import annotations

from datetime import date, time
from itertools import islice

import pytest

from engine.core.errors import ExpressionInvalid, StartNotFound
from engine.core.machine import Machine
from engine.core.rules import check
from engine.core.schedules import Every, Once, Repeated, clock_at, days_from, schedule
from tests.core.diagrams import (
    KNOWN,
    aside,
    begins,
    begins_at,
    chain,
    end,
    findings,
    flow,
    parallel,
    process,
    start,
    triggered,
    user,
)
from tests.core.test_machine import again, elements

# Monday to Friday, but not 1 May 2026, which is a Friday.
HOLIDAY = date(2026, 5, 1)


def works(day: date) -> bool:
    return day.weekday() < 5 and day != HOLIDAY


def several() -> tuple:
    """Three ways in: a person's, a message's with what it brings, the calendar's; they meet at once."""
    return (
        start(), begins("told", writes="n day"), begins("called", signal=True),
        begins_at("daily", "every day"), user("ask"), user("look"), end(),
        chain("start", "ask", "look", "end"), chain("told", "look"), chain("called", "look"),
        chain("daily", "ask"),
    )  # fmt: skip


DEFINITION = process(*several(), variables={"n": "int", "day": "date"})


def test_a_process_with_several_ways_in_passes_the_gate():
    assert findings(DEFINITION) == ()


@pytest.mark.parametrize(
    ("at", "first"), [("", "ask"), ("start", "ask"), ("told", "look"), ("called", "look"), ("daily", "ask")]
)
def test_an_instance_begins_at_its_start_event_alone(at, first):
    machine = Machine.start(DEFINITION, {"n": 7}, at=at)

    assert elements(machine) == [first]
    assert machine.passed()[0].element == (at or "start")
    assert elements(again(DEFINITION, machine)) == [first]


def test_what_begins_by_a_message_alone_is_started_by_nobody_else():
    definition = process(begins("told"), user("x"), end(), chain("told", "x", "end"), people=False)

    assert findings(definition) == ()
    with pytest.raises(StartNotFound):
        Machine.start(definition, {})
    with pytest.raises(StartNotFound):
        Machine.start(definition, {}, at="x")


def test_a_message_that_starts_another_process_is_taken_and_its_own_is_not():
    definition = process(begins("told"), user("x"), end(), chain("told", "x", "end"), people=False)

    def broken(started: dict[str, str]) -> list[str]:
        known = type(KNOWN)(KNOWN.topics, KNOWN.roles, KNOWN.forms, started=started)
        return [f"{one.rule} {one.element} {one.message_en}" for one in check(definition, known)]

    assert broken({"M": "process", "N": "other"}) == []
    assert broken({"M": "other"}) == [
        "P9 told The message `M` already starts the process `other`; a message is for one instance."
    ]


def test_what_a_start_takes_of_a_message_may_be_read_beside_all_that_follows():
    look = user("handle", group="officer@${n}")
    meanwhile = aside(
        "aside", triggered("s", by="timer", interrupting=False), look, end("e"), chain("s", "handle", "e")
    )
    definition = process(
        begins("told", writes="n"), user("x"), end(), chain("told", "x", "end"), meanwhile,
        variables={"n": "int"}, people=False,
    )  # fmt: skip

    assert findings(definition) == ()


def test_a_join_that_waits_for_two_starts_is_refused():
    definition = process(
        start(), begins("told"), user("a"), user("b"), parallel("j"), end(),
        chain("start", "a", "j", "end"), chain("told", "b"), flow("b", "j"),
    )  # fmt: skip

    assert [(one.rule, one.element) for one in findings(definition)] == [("P12", "j")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("every day", Every(time(0, 0))),
        ("Every  Workday 08:00", Every(time(8, 0), working=True)),
        ("every sunday 23:59", Every(time(23, 59), weekday=6)),
        ("every month 31 06:30", Every(time(6, 30), day=31)),
        ("every year 1 September", Every(time(0, 0), day=1, month=9)),
        ("2026-09-01", Once(date(2026, 9, 1), time(0, 0))),
        ("2026-09-01T08:00:00", Once(date(2026, 9, 1), time(8, 0))),
        ("R/2026-09-01T08:00/P1M", Repeated(date(2026, 9, 1), time(8, 0), months=1)),
        ("R3/2026-09-01/P2W", Repeated(date(2026, 9, 1), time(0, 0), days=14, times=3)),
        ("R/2024-02-29/P1Y", Repeated(date(2024, 2, 29), time(0, 0), months=12)),
    ],
)
def test_a_schedule_is_read_as_it_is_written(written, meant):
    assert schedule(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "", "every", "every hour", "every day 24:00", "every day 8:00", "every month 0", "every month 32",
        "every year 31 june", "every year 30 february", "every year 1 septembris",
        "R/P1D", "R0/2026-09-01/P1D",
        "R/2026-09-01/PT1H", "R/2026-09-01/P0D", "R/2026-09-01/P99Y", "R/2026-13-01/P1D", "2026-02-30",
        "2026-09-01T08:00Z", "2026-09-01T08:00+03:00", "0 8 * * 1-5", "every workday 08:00; every day",
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(written):
    with pytest.raises(ExpressionInvalid):
        schedule(written)


@pytest.mark.parametrize(
    ("written", "first", "days"),
    [
        ("every workday 08:00", "2026-04-30", ["2026-04-30", "2026-05-04", "2026-05-05"]),
        ("every monday", "2026-05-01", ["2026-05-04", "2026-05-11", "2026-05-18"]),
        ("every month 31", "2027-01-31", ["2027-01-31", "2027-02-28", "2027-03-31"]),
        ("every year 29 february", "2027-01-01", ["2027-02-28", "2028-02-29", "2029-02-28"]),
        ("R/2027-01-31/P1M", "2020-01-01", ["2027-01-31", "2027-02-28", "2027-03-31"]),
        ("R2/2026-09-01/P1W", "2026-01-01", ["2026-09-01", "2026-09-08"]),
        ("R2/2026-09-01/P1W", "2026-09-09", []),
        ("R/2016-03-05/P10Y", "2027-01-01", ["2036-03-05", "2046-03-05", "2056-03-05"]),
        ("2026-09-01", "2026-09-01", ["2026-09-01"]),
        ("2026-09-01", "2026-09-02", []),
    ],
)
def test_a_schedule_comes_on_its_days(written, first, days):
    found = islice(days_from(schedule(written), date.fromisoformat(first), works), 3)

    assert [day.isoformat() for day in found] == days


def test_a_day_has_the_clock_of_its_schedule():
    assert clock_at(schedule("every day 08:05"), HOLIDAY).isoformat() == "2026-05-01T08:05:00"
