"""The engine's due rules become instants, and people read how."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cases import calendar, deadlines, due_dates
from cases.dates import date_en, date_lv
from cases.due_words import count_en, count_lv, explain_due
from cases.models import DeadlineRule
from engine import due
from engine.core.waits import Deadline, Duration, WorkingDays
from engine.errors import RuleUnresolved

RIGA = ZoneInfo("Europe/Riga")
START = datetime(2026, 6, 17, 10, 0, tzinfo=RIGA)


@pytest.fixture
def rules(loaded):
    for name, days, unit in (("decision", 5, "working_days"), ("acceptance", 30, "calendar_days")):
        DeadlineRule.objects.create(name=name, days=days, unit=unit, valid_from=date(2024, 1, 1))


def test_the_engine_asks_here(rules):
    due_dates.install()
    found = due.resolve(WorkingDays(5), instance_id=1, start=START)
    assert found == datetime(2026, 6, 27, 20, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "end"),
    [
        (WorkingDays(1), "2026-06-18T23:59:59"),
        (Duration(days=30), "2026-07-17T23:59:59"),
        (Duration(days=1, minutes=30), "2026-06-18T10:30:00"),
        (Duration(minutes=90), "2026-06-17T11:30:00"),
        (Deadline("decision"), "2026-06-27T23:59:59"),
        (Deadline("acceptance"), "2026-07-17T23:59:59"),
    ],
)
def test_each_kind_of_rule_has_its_instant(rules, rule, end):
    found = due_dates.resolve(rule, instance_id=1, start=START)
    assert found == datetime.fromisoformat(end).replace(tzinfo=RIGA)


def test_days_of_the_wall_clock_stay_over_the_clock_change(rules):
    start = datetime(2026, 3, 28, 10, 0, tzinfo=RIGA)
    assert (
        due_dates.resolve(Duration(days=1, minutes=1), instance_id=1, start=start).astimezone(RIGA).hour == 10
    )


def test_the_deadline_of_the_day_it_started_counts(rules):
    DeadlineRule.objects.filter(name="decision").update(valid_until=date(2026, 6, 30))
    DeadlineRule.objects.create(
        name="decision",
        days=10,
        unit="working_days",
        valid_from=date(2026, 7, 1),
        legal_reference="MK 1",
    )
    before = deadlines.named("decision", datetime(2026, 6, 30, 20, 59, tzinfo=UTC))
    after = deadlines.named("decision", datetime(2026, 6, 30, 21, 1, tzinfo=UTC))
    assert (before.days, after.days, after.legal_reference) == (5, 10, "MK 1")


def test_an_unknown_deadline_is_refused_by_name(rules):
    with pytest.raises(RuleUnresolved, match="name: never"):
        due_dates.resolve(Deadline("never"), instance_id=1, start=START)
    with pytest.raises(RuleUnresolved):
        deadlines.named("decision", datetime(2023, 12, 31, tzinfo=UTC))


def test_a_due_date_is_explained_in_both_languages(rules):
    due_at = calendar.add_working_days(START, 5)
    told = explain_due(WorkingDays(5), start=START, due_at=due_at)
    assert told.text_lv == (
        "Termiņš: līdz 2026. gada 27. jūnija beigām. "
        "Skaitītas 5 darbdienas pēc 2026. gada 17. jūnija. "
        "Brīvdienas šajā laikā: 22. jūnijs (Darbdiena pārcelta uz 27.06.2026), "
        "23. jūnijs (Līgo diena), 24. jūnijs (Jāņu diena). "
        "Pārceltas darbdienas: 27. jūnijs. "
        "Termiņu noteikusi ministrija."
    )
    assert told.text_en == (
        "Due by the end of 27 June 2026. "
        "Counted: 5 working days after 17 June 2026. "
        "Days off on the way: 22 June (Work moved to 27.06.2026), "
        "23 June (Midsummer Eve), 24 June (Midsummer Day). "
        "Days worked instead: 27 June. "
        "Set by the ministry."
    )


def test_a_law_is_named_when_there_is_one_and_nothing_when_it_is_a_matter_of_hours(rules):
    DeadlineRule.objects.create(
        name="example", days=30, unit="calendar_days", valid_from=date(2026, 1, 1), legal_reference="MK 1"
    )
    due_at = calendar.add_calendar_days(START, 30)
    told = explain_due(Deadline("example"), start=START, due_at=due_at)
    assert told.text_lv.endswith("Skaitītas 30 kalendāra dienas pēc 2026. gada 17. jūnija. Pamats: MK 1.")
    assert told.text_en.endswith("Counted: 30 calendar days after 17 June 2026. Basis: MK 1.")
    hours = explain_due(Duration(minutes=90), start=START, due_at=datetime(2026, 6, 17, 11, 30, tzinfo=RIGA))
    assert hours.text_en == "Due by 11:30 on 17 June 2026."
    assert (
        explain_due(None, start=START, due_at=START).text_lv
        == "Termiņš beidzas 2026. gada 17. jūnijā plkst. 10.00."
    )


def test_a_due_date_on_the_same_day_counts_no_days(rules):
    told = explain_due(WorkingDays(0), start=START, due_at=calendar.add_working_days(START, 0))

    assert told.text_lv == (
        "Termiņš: līdz 2026. gada 17. jūnija beigām. Tas jāpaveic tajā pašā darbdienā. "
        "Termiņu noteikusi ministrija."
    )
    assert told.text_en == (
        "Due by the end of 17 June 2026. It is to be done on the same working day. Set by the ministry."
    )


def test_thirty_calendar_days_end_with_the_last_of_them_in_words_too(rules):
    due_at = due.resolve(Duration(days=30), instance_id=1, start=START)
    told = explain_due(Duration(days=30), start=START, due_at=due_at)

    assert told.text_lv.startswith(
        "Termiņš: līdz 2026. gada 17. jūlija beigām. Skaitītas 30 kalendāra dienas pēc 2026. gada 17. jūnija."
    )
    assert told.text_en.startswith(
        "Due by the end of 17 July 2026. Counted: 30 calendar days after 17 June 2026."
    )


def test_one_day_is_counted_in_the_singular(rules):
    told = explain_due(WorkingDays(21), start=START, due_at=calendar.add_working_days(START, 21))

    assert "Skaitīta 21 darbdiena pēc" in told.text_lv


@pytest.mark.parametrize(
    ("days", "latvian", "english"),
    [
        (0, "0 darbdienu", "0 working days"),
        (1, "1 darbdiena", "1 working day"),
        (2, "2 darbdienas", "2 working days"),
        (11, "11 darbdienas", "11 working days"),
        (21, "21 darbdiena", "21 working days"),
        (111, "111 darbdienas", "111 working days"),
    ],
)
def test_plurals_are_right(days, latvian, english):
    count = deadlines.Count(days, "working_days")
    assert (count_lv(count), count_en(count)) == (latvian, english)


def test_every_month_has_its_three_endings():
    days = [date(2026, month, 1) for month in range(1, 13)]
    assert [date_lv(day, "is").split()[-1] for day in days] == [
        "janvāris", "februāris", "marts", "aprīlis", "maijs", "jūnijs",
        "jūlijs", "augusts", "septembris", "oktobris", "novembris", "decembris",
    ]  # fmt: skip
    assert [date_lv(day, "of").split()[-1] for day in days[2:5]] == ["marta", "aprīļa", "maija"]
    assert [date_lv(day, "in").split()[-1] for day in days[2:5]] == ["martā", "aprīlī", "maijā"]
    assert date_en(days[2]) == "1 March 2026"


def test_overdue_is_after_the_last_second_only():
    due_at = datetime(2026, 6, 29, 20, 59, 59, tzinfo=UTC)
    assert not deadlines.is_overdue(due_at, due_at)
    assert deadlines.is_overdue(due_at, datetime(2026, 6, 29, 21, 0, tzinfo=UTC))
    assert not deadlines.is_overdue(None, due_at)
