"""The date that an applicant is told comes from how long others really waited."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.models import Case, UsualTime
from cases.queries.status import expectations
from cases.services.start import start_case
from cases.services.tasks import complete_task
from cases.usual_times import quantile, usual_times
from engine import clock, jobs, recurring
from tests.cases.conftest import ASKED, open_task
from tests.cases.people import World

RIGA = ZoneInfo("Europe/Riga")
TUESDAY = datetime(2026, 3, 3, 10, tzinfo=RIGA)


def at(moment: datetime) -> None:
    clock.set_offset(timedelta(0))
    clock.set_offset(moment - clock.now())


def decided(world: World, taken: timedelta) -> Case:
    """A case that was decided so long after it was sent, the day before."""
    started = start_case("request", user=world.actor("head"), organisation=world.school)
    sent = complete_task(open_task(started).public_id, user=world.actor("head"), answers=ASKED)
    complete_task(open_task(sent).public_id, user=world.actor("officer"), answers={"decision": "grant"})
    last = TUESDAY - timedelta(days=1)
    Case.objects.filter(pk=started.case.pk).update(submitted_at=last - taken, decided_at=last)
    return Case.objects.get(pk=started.case.pk)


def waiting(world: World) -> Case:
    started = start_case("request", user=world.actor("head"), organisation=world.school)
    complete_task(open_task(started).public_id, user=world.actor("head"), answers=ASKED)
    Case.objects.filter(pk=started.case.pk).update(submitted_at=TUESDAY)
    return Case.objects.get(pk=started.case.pk)


@pytest.mark.parametrize(
    ("times", "median", "most"),
    [
        ([(5, 1)], 5, 5),
        ([(1, 5), (9, 5)], 1, 9),
        ([(2, 8), (30, 2)], 2, 2),
        ([(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)], 2, 3),
        ([], 0, 0),
    ],
)
def test_half_and_four_of_five_are_done_within(times: list[tuple[int, int]], median: int, most: int) -> None:
    assert (quantile(times, 50), quantile(times, 80)) == (median, most)


def counted_today() -> None:
    """What a worker does once a day."""
    recurring.forget()
    recurring.plan(clock.now())
    jobs.run_due("test", until_empty=True)


def test_the_date_is_told_once_enough_cases_stand_behind_it(world: World, settings: object) -> None:
    settings.EXPECTATION_LEAST_CASES = 3  # type: ignore[attr-defined]
    at(TUESDAY)
    # Monday to Monday is five working days, Friday to Monday one.
    for days in (7, 7, 3):
        decided(world, timedelta(days=days))
    case = waiting(world)
    assert usual_times([case]) == {}

    counted_today()

    figures = UsualTime.objects.get()
    assert (figures.cases, figures.median, figures.most) == (3, 5, 5)
    told = expectations([case], now=clock.now())[case.pk]
    assert told.by is not None
    assert told.by.astimezone(RIGA).date() == datetime(2026, 3, 10, tzinfo=RIGA).date()
    at(TUESDAY + timedelta(days=14))
    assert expectations([case], now=clock.now())[case.pk].by is None


def test_too_few_cases_or_older_ones_tell_nothing(world: World, settings: object) -> None:
    settings.EXPECTATION_LEAST_CASES = 2  # type: ignore[attr-defined]
    at(TUESDAY)
    decided(world, timedelta(days=7))
    old = decided(world, timedelta(days=7))
    year = timedelta(days=366)
    Case.objects.filter(pk=old.pk).update(submitted_at=TUESDAY - 2 * year, decided_at=TUESDAY - year)
    case = waiting(world)
    counted_today()

    assert UsualTime.objects.get().cases == 1
    assert expectations([case], now=clock.now()) == {}
    done = Case.objects.exclude(pk=case.pk).first()
    assert done is not None
    assert expectations([done], now=clock.now()) == {}
