"""The legal clock of a case: it runs from the submission to the decision and stands in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases import calendar, queries
from cases.errors import NotFound
from cases.models import AuditEntry, Case, ClockSegment
from cases.services.cases import withdraw_case
from cases.services.start import start_case
from cases.services.tasks import claim_task, complete_task, return_task
from engine import clock
from tests.cases.conftest import ASKED
from tests.cases.people import World

RIGA = ZoneInfo("Europe/Riga")


@pytest.fixture
def world(lasting_world: World) -> World:
    calendar.load_calendar()
    calendar.forget()
    return lasting_world


def go_to(text: str) -> datetime:
    """Business time is now this time in Riga."""
    at = datetime.fromisoformat(text).replace(tzinfo=RIGA)
    clock.set_offset(clock.offset() + (at - clock.now()))
    return at.astimezone(UTC)


def submit(world: World, text: str) -> Case:
    go_to(text)
    started = start_case("request", user=world.actor("head"), organisation=world.school)
    assert started.task is not None
    complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)
    return Case.objects.get(pk=started.case.pk)


def send_back(world: World, case: Case, text: str) -> None:
    go_to(text)
    task = case.instance.tasks.get(status="open")
    if not task.assignee:
        claim_task(task.public_id, user=world.actor("officer"))
    return_task(
        task.public_id,
        user=world.actor("officer"),
        comments={"amount": "Par daudz."},
        answers={"decision": "return"},
    )


def correct(world: World, case: Case, text: str) -> None:
    go_to(text)
    task = case.instance.tasks.get(status="open")
    complete_task(task.public_id, user=world.actor("head"), answers={"amount": 100})


def decide(world: World, case: Case, text: str) -> None:
    go_to(text)
    task = case.instance.tasks.get(status="open")
    complete_task(task.public_id, user=world.actor("officer"), answers={"decision": "grant"})


def told(world: World, case: Case, who: str = "head") -> queries.LegalClock:
    found = queries.legal_clock(Case.objects.get(pk=case.pk), world.scope(who))
    assert found is not None
    return found


def parts(case: Case) -> list[tuple[bool, str]]:
    return list(ClockSegment.objects.filter(case=case).order_by("since").values_list("runs", "why"))


def end_of(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=RIGA)


def test_a_draft_has_no_clock(world: World) -> None:
    started = start_case("request", user=world.actor("head"), organisation=world.school)

    assert queries.legal_clock(started.case, world.scope("head")) is None
    assert ClockSegment.objects.count() == 0


def test_the_clock_starts_with_the_submission(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")

    found = told(world, case)
    assert (found.state, found.due_at) == ("runs", end_of("2027-05-25"))
    assert found.short_lv == "15 darbdienas no 3. maija, 1 svētku diena"
    assert found.short_en == "15 working days from 3 May, 1 holiday"
    assert parts(case) == [(True, "")]


def test_a_case_returned_for_six_days_gains_them(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    send_back(world, case, "2027-05-10T15:00")
    standing = told(world, case)
    go_to("2027-05-14T09:00")
    correct(world, case, "2027-05-16T20:00")

    assert (standing.state, standing.due_at, standing.left) == ("stopped", None, 11)
    assert standing.stopped_since is not None
    assert standing.stopped_since.replace(second=0, microsecond=0) == datetime(2027, 5, 10, 12, tzinfo=UTC)
    assert (standing.stopped_why, standing.stopped_why_lv) == ("returned", "kamēr gaidām jūs")
    assert standing.text_lv.startswith(
        "Termiņš apturēts no 10. maija, kamēr gaidām jūs. Atlikušas 11 darbdienas. 15 darbdienas no 3. maija,"
    )
    found = told(world, case)
    assert (found.state, found.due_at) == ("runs", end_of("2027-05-31"))
    assert found.short_lv == (
        "15 darbdienas no 3. maija, apturēts uz 6 dienām, kamēr gaidījām jūs, 1 svētku diena"
    )
    assert found.short_en == "15 working days from 3 May, stopped 6 days while waiting for you, 1 holiday"
    assert "kamēr gaidījām iesniedzēju" in told(world, case, "officer").short_lv
    assert parts(case) == [(True, ""), (False, "returned"), (True, "")]


def test_a_case_returned_twice_gains_both_times_in_one_phrase(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    send_back(world, case, "2027-05-05T15:00")
    correct(world, case, "2027-05-06T10:00")
    send_back(world, case, "2027-05-10T15:00")
    correct(world, case, "2027-05-30T10:00")

    found = told(world, case)
    assert found.due_at == end_of("2027-06-15")
    assert found.short_lv == (
        "15 darbdienas no 3. maija, apturēts uz 21 dienu, kamēr gaidījām jūs, 1 svētku diena"
    )
    assert found.short_en.startswith("15 working days from 3 May, stopped 21 days while waiting for you")


def test_a_deadline_that_was_missed_stays_missed_although_the_case_goes_back(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    send_back(world, case, "2027-05-26T10:00")

    found = told(world, case)
    assert (found.state, found.due_at, found.is_overdue) == ("stopped", end_of("2027-05-25"), True)


def test_the_clock_ends_with_the_decision(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    at = datetime(2027, 5, 4, 10, tzinfo=RIGA)
    decide(world, case, "2027-05-04T10:00")

    found = told(world, case)
    assert (found.state, found.is_overdue) == ("ended", False)
    assert found.ended_at is not None
    assert abs(found.ended_at - at) < timedelta(minutes=1)
    actions = AuditEntry.objects.filter(action__startswith="clock.").order_by("seq")
    assert list(actions.values_list("action", flat=True)) == ["clock.runs", "clock.ended"]


def test_the_clock_of_a_case_that_was_withdrawn_while_it_stood_is_at_its_end(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    send_back(world, case, "2027-05-05T15:00")
    withdraw_case(case.public_id, user=world.actor("head"))

    assert told(world, case).state == "ended"
    assert not ClockSegment.objects.filter(case=case, until=None).exists()


def test_a_process_without_a_legal_deadline_has_no_clock(world: World) -> None:
    started = start_case("pair", user=world.actor("head"), organisation=world.school)

    assert queries.legal_clock(started.case) is None


def test_a_refused_step_turns_no_clock(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    task = case.instance.tasks.get(status="open")
    before = list(ClockSegment.objects.values())

    with pytest.raises(NotFound):
        return_task(task.public_id, user=world.actor("stranger"), comments={"amount": "x"}, answers={})

    assert list(ClockSegment.objects.values()) == before
