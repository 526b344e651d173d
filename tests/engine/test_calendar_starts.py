"""Processes that begin by the calendar: one instance for each hour, whatever happens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from engine import clock, due, jobs
from engine.checks import invariants
from engine.models import Completion, Incident, ProcessStart, Wait
from engine.services import retry_incident
from tests.plugins.at_once import at_once

from . import diagrams as d
from .conftest import instances, later, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("weekdays")]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def set_time(text: str) -> None:
    """Business time by Riga's clock, with its offset."""
    clock.set_offset(clock.offset() + (moment(text) - clock.now()))


def clocked(when: str, how: str = "timeCycle", key: str = "daily") -> dict[str, bytes]:
    return d.process(
        key, d.begins_at("hour", when, how), d.user("look"), d.end(), d.flows("hour look end"), people=False
    )


def started_at(key: str = "daily") -> list[str]:
    return [row.started_at.astimezone(due.RIGA).strftime("%a %d.%m. %H:%M") for row in instances(key)]


def test_the_calendar_starts_one_instance_every_working_day(deploy):
    set_time("2027-01-07T09:00:00+02:00")
    deploy(clocked("every workday 08:00"))

    for day in range(8, 14):
        set_time(f"2027-01-{day:02}T08:00:30+02:00")
        run()
        run()

    assert started_at() == ["Fri 08.01. 08:00", "Mon 11.01. 08:00", "Tue 12.01. 08:00", "Wed 13.01. 08:00"]
    assert Wait.objects.filter(topic="engine.tick", status="due").count() == 1
    step = Completion.objects.filter(instance=instances("daily")[0]).get()
    assert (step.kind, step.element) == ("start", "hour")
    assert invariants() == []


def test_of_the_hours_that_were_missed_one_is_caught_up(deploy):
    set_time("2027-01-07T09:00:00+02:00")
    deploy(clocked("every workday 08:00"))

    set_time("2027-01-17T12:00:00+02:00")
    run()
    assert started_at() == ["Sun 17.01. 12:00"]
    set_time("2027-01-18T08:01:00+02:00")
    run()
    assert started_at() == ["Sun 17.01. 12:00", "Mon 18.01. 08:01"]


def test_a_weekend_alone_catches_up_nothing(deploy):
    set_time("2027-01-08T09:00:00+02:00")
    deploy(clocked("every workday 08:00"))

    set_time("2027-01-10T23:00:00+02:00")
    run()

    assert started_at() == []


def test_an_hour_stays_the_same_over_the_change_of_the_clock(deploy):
    set_time("2027-03-27T09:00:00+02:00")
    deploy(clocked("every day 08:00"))

    assert ProcessStart.objects.get().due_at == moment("2027-03-28T08:00:00+03:00")
    set_time("2027-03-28T07:59:00+03:00")
    run()
    assert started_at() == []
    set_time("2027-03-28T08:00:00+03:00")
    run()
    assert started_at() == ["Sun 28.03. 08:00"]
    assert ProcessStart.objects.get().due_at == moment("2027-03-29T08:00:00+03:00")


def test_a_date_starts_once_and_one_that_is_past_never(deploy):
    set_time("2027-01-07T09:00:00+02:00")
    deploy(clocked("2027-09-01T08:00", "timeDate"))
    deploy(clocked("2026-09-01T08:00", "timeDate", key="past"))

    for text in ("2027-08-31T09:00:00+03:00", "2027-09-01T09:00:00+03:00", "2028-09-01T09:00:00+03:00"):
        set_time(text)
        run()

    assert started_at() == ["Wed 01.09. 09:00"]
    assert started_at("past") == []
    assert ProcessStart.objects.get(process_key="daily").due_at is None


def test_a_new_version_with_the_same_hour_misses_none_and_repeats_none(deploy):
    set_time("2027-01-07T09:00:00+02:00")
    first, second = clocked("every day 08:00"), clocked("every day 08:00")
    second["forms/form.json"] = b'{"x-title": {"lv": "Cita", "en": "Other"}}'
    deploy(first)
    set_time("2027-01-08T09:00:00+02:00")

    deploy(second)
    run()
    assert [row.definition.version for row in instances("daily")] == [2]
    deploy(first)
    deploy(second)
    run()

    assert started_at() == ["Fri 08.01. 09:00"]
    assert Wait.objects.filter(topic="engine.tick", status="due").count() == 1
    assert Incident.objects.count() == 0


def test_another_hour_in_a_new_version_takes_the_place_of_the_first(deploy):
    set_time("2027-01-07T07:00:00+02:00")
    deploy(clocked("every day 08:00"))
    deploy(clocked("every day 10:00"))

    set_time("2027-01-07T09:00:00+02:00")
    run()
    assert started_at() == []
    set_time("2027-01-07T10:00:00+02:00")
    run()
    assert started_at() == ["Thu 07.01. 10:00"]


def test_a_start_that_fails_stops_neither_the_calendar_nor_the_next_one(deploy, fake):
    failing = fake("fails", runs="in_step", raises=RuntimeError("no"))
    set_time("2027-01-07T09:00:00+02:00")
    deploy(
        d.process(
            "daily", d.begins_at("hour", "every day 08:00"), d.service("work", "fails"), d.user("look"),
            d.end(), d.flows("hour work look end"), people=False,
        )
    )  # fmt: skip

    set_time("2027-01-08T08:00:00+02:00")
    for _ in range(10):
        run()
        later(hours=2)
    assert Incident.objects.get().cause == "handler_failed"
    failing.raises = None
    set_time("2027-01-09T08:00:00+02:00")
    run()
    assert started_at() == ["Sat 09.01. 08:00"]

    assert retry_incident(Incident.objects.get(), actor="clerk").passed is True
    assert len(started_at()) == 2
    assert invariants() == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_start_one_instance_for_an_hour(deploy):
    set_time("2027-01-07T09:00:00+02:00")
    for number in range(6):
        deploy(clocked("every day 08:00", key=f"daily{number}"))
    set_time("2027-01-08T08:00:00+02:00")
    at_once(*(partial(jobs.run_due, name, until_empty=True) for name in ("a", "b")))
    run()

    assert [instances(f"daily{number}").count() for number in range(6)] == [1] * 6


def test_a_lost_worker_repeats_no_start(deploy):
    set_time("2027-01-07T09:00:00+02:00")
    deploy(clocked("every day 08:00"))
    set_time("2027-01-08T08:00:00+02:00")
    lost = jobs.lease("lost")
    assert lost is not None
    assert lost.topic == "engine.tick"
    Wait.objects.filter(pk=lost.id).update(lease_until=clock.now() - timedelta(days=900))

    run()
    jobs.run(lost)
    run()

    assert started_at() == ["Fri 08.01. 08:00"]
