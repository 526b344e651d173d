"""Working days against an independent oracle, the clock change, and the three sets of special days."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import holidays
import pytest

from cases import calendar
from cases.models import CalendarDay
from registries.models import Organisation

RIGA = ZoneInfo("Europe/Riga")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=RIGA)


def ends(day):
    """The last second of a day in Riga, told independently of the calendar's own function."""
    return datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=RIGA)


@pytest.fixture
def oracle():
    return holidays.country_holidays("LV", years=range(2024, 2037))


def test_every_day_of_twelve_years_agrees_with_the_oracle(loaded, oracle):
    day, differences = date(2024, 1, 1), []
    while day <= date(2035, 12, 31):
        if calendar.is_working_day(day) != oracle.is_working_day(day):
            differences.append(day)
        day += timedelta(days=1)
    assert differences == []


def test_five_thousand_deadlines_agree_with_the_oracle(loaded, oracle):
    random = Random(2024)
    for _ in range(5_000):
        start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(11 * 365 * 24 * 60))
        count = random.randrange(1, 31)
        day, left = start.astimezone(RIGA).date(), count
        while left:
            day += timedelta(days=1)
            left -= oracle.is_working_day(day)
        assert calendar.add_working_days(start, count) == ends(day), (start, count)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-06-17T10:00", 6, "2026-06-29"),  # 22 June moved to Saturday 27, Līgo and Jāņi on 23 and 24
        ("2026-06-17T10:00", 3, "2026-06-25"),
        ("2026-06-26T16:00", 1, "2026-06-27"),  # the Saturday that is worked instead
        ("2026-06-19T10:00", 0, "2026-06-19"),
        ("2026-06-20T10:00", 0, "2026-06-25"),  # a Saturday: the next day that is worked
        ("2026-12-30T23:59", 1, "2027-01-04"),  # across the new year; 2027's moves are not decided yet
        ("2024-02-28T09:00", 1, "2024-02-29"),
        ("2025-05-02T09:00", 1, "2025-05-06"),  # 4 May 2025 was a Sunday, so Monday 5 May was off
        ("2026-03-27T12:00", 1, "2026-03-30"),  # the clock goes forward in the night to Sunday
        ("2026-10-23T12:00", 1, "2026-10-26"),  # and back
    ],
)
def test_days_that_are_easily_counted_wrong(loaded, start, count, end):
    assert calendar.add_working_days(at(start), count) == ends(end)


def test_the_day_is_counted_in_riga_and_not_in_greenwich(loaded):
    late = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)  # already Tuesday in Riga
    assert calendar.add_working_days(late, 1) == ends("2026-03-04")


def test_the_end_is_the_last_second_of_the_day_in_winter_and_summer(loaded):
    assert calendar.add_working_days(at("2026-03-26T10:00"), 1) == datetime(
        2026, 3, 27, 21, 59, 59, tzinfo=UTC
    )
    assert calendar.add_working_days(at("2026-03-27T10:00"), 1) == datetime(
        2026, 3, 30, 20, 59, 59, tzinfo=UTC
    )
    assert calendar.add_calendar_days(at("2026-03-01T10:00"), 30) == datetime(
        2026, 3, 31, 20, 59, 59, tzinfo=UTC
    )


def test_a_later_start_is_never_due_earlier(loaded):
    start, previous = datetime(2025, 12, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    for _ in range(24 * 60):
        start += timedelta(hours=1)
        end = calendar.add_working_days(start, 5)
        assert end >= previous
        previous = end


@pytest.mark.django_db
def test_a_year_that_nobody_entered_has_the_statutory_holidays():
    assert not calendar.is_working_day(date(2041, 11, 18))
    assert calendar.is_working_day(date(2041, 11, 19))
    assert calendar.is_working_day(date(2026, 6, 22))  # moved days are known from the table alone
    assert not calendar.is_working_day(date(2026, 6, 24))


def test_an_organisations_own_days_stand_over_the_states(loaded):
    school = Organisation.objects.create(kind="general", name="Egļkalnu pamatskola")
    for day, works in ((date(2026, 3, 3), False), (date(2026, 6, 22), True)):
        CalendarDay.objects.create(
            day=day,
            works=works,
            source="organisation",
            organisation=school,
            name_lv="Rīkojums",
            name_en="Order",
        )
    calendar.forget()

    assert calendar.is_working_day(date(2026, 3, 3))
    assert not calendar.is_working_day(date(2026, 3, 3), school.pk)
    assert calendar.is_working_day(date(2026, 6, 22), school.pk)
    assert not calendar.is_working_day(date(2026, 6, 23), school.pk)
    assert calendar.add_working_days(at("2026-03-02T10:00"), 1, school.pk) == ends("2026-03-04")
    assert calendar.add_working_days(at("2026-03-02T10:00"), 1) == ends("2026-03-03")


def test_statutory_and_moved_days_are_separate_sets_and_loading_again_keeps_changes(loaded):
    moved = set(CalendarDay.objects.filter(source="moved").values_list("day", "works"))
    assert {(date(2026, 6, 22), False), (date(2026, 6, 27), True)} <= moved
    assert len(moved) == 12
    assert CalendarDay.objects.filter(source="statutory", works=True).count() == 0
    CalendarDay.objects.filter(day=date(2026, 6, 24)).update(name_lv="Mainīts")
    assert calendar.load_calendar() == 0
    assert CalendarDay.objects.get(day=date(2026, 6, 24)).name_lv == "Mainīts"
    assert CalendarDay.objects.get(day=date(2026, 6, 23)).name_en == "Midsummer Eve"


def test_a_second_deadline_in_the_process_costs_no_statement(loaded, django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar.add_working_days(at("2026-03-02T10:00"), 5)
    with django_assert_num_queries(0):
        calendar.add_working_days(at("2026-04-02T10:00"), 50)


def test_working_days_between_two_days_are_counted_without_the_first(loaded):
    assert calendar.working_days_between(date(2026, 6, 17), date(2026, 6, 29)) == 6
    assert calendar.working_days_between(date(2026, 6, 20), date(2026, 6, 21)) == 0


def test_senseless_counts_are_refused(loaded):
    with pytest.raises(ValueError, match="before its start"):
        calendar.add_working_days(at("2026-03-02T10:00"), -1)
    with pytest.raises(calendar.TooManyDays):
        calendar.add_working_days(at("2026-03-02T10:00"), 50_000)
