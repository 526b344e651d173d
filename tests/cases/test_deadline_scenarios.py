"""What hangs on the deadline of a case moves with it; what is missed is told to who must know."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import calendar, queries
from cases.invariants import invariants
from cases.models import Case, Message
from cases.queries.counted import counted_of, explanations
from cases.services.calendar_days import Change, add_day
from cases.services.deadline_rules import NewRule, set_deadline
from cases.services.start import start_case
from cases.services.tasks import complete_task
from engine import catalog, clock
from engine.jobs import run_due
from engine.models import Task, Wait
from tests.cases.conftest import ASKED
from tests.cases.people import World
from tests.cases.test_clock import RIGA, correct, end_of, go_to, send_back, submit, told
from tests.cases.test_extending import extend

ALL = queries.InboxFilters(queue="all")
REQUEST = Path(__file__).parent / "processes" / "request"


@pytest.fixture
def world(lasting_world: World) -> World:
    """The request of the tests, but its decision is due by the deadline of the case itself."""
    calendar.load_calendar()
    calendar.forget()
    files = catalog.read_folder(REQUEST)
    diagram = files["request.bpmn"].decode()
    diagram = diagram.replace(
        'camunda:dueDate="workdays(5)"', "camunda:dueDate=\"deadline('request_decision')\""
    )
    diagram = diagram.replace('<camunda:property name="remind" value="P2D" />', "")
    catalog.deploy({**files, "request.bpmn": diagram.encode()})
    return lasting_world


def open_task(case: Case) -> Task:
    return Task.objects.get(instance=case.instance_id, status="open")


def morning(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=RIGA)


def due_rows(case: Case) -> dict[str, datetime]:
    rows = Wait.objects.filter(task=open_task(case), status="due")
    return {row.arguments.get("rule") or row.topic: row.due_at for row in rows}


def heard(kind: str) -> list[str]:
    rows = Message.objects.filter(kind=kind).order_by("recipient__user__username")
    return list(rows.values_list("recipient__user__username", flat=True))


def test_the_task_of_deciding_has_the_deadline_of_the_case_with_its_reminders(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")

    assert open_task(case).due_at == told(world, case).due_at == end_of("2027-05-25")
    assert due_rows(case) == {
        "half": morning("2027-05-14"),
        "before(1)": morning("2027-05-24"),
        "engine.escalate": end_of("2027-05-25"),
    }


def test_a_task_that_opens_after_a_return_has_the_days_that_are_left(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    send_back(world, case, "2027-05-10T15:00")
    correct(world, case, "2027-05-16T20:00")
    send_back(world, case, "2027-05-18T15:00")
    correct(world, case, "2027-05-19T09:00")

    assert open_task(case).due_at == told(world, case).due_at == end_of("2027-06-01")
    assert due_rows(case)["engine.escalate"] == end_of("2027-06-01")
    assert list(invariants()) == []


def test_an_extension_moves_the_task_and_its_reminders(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    extend(world, case, "admin", days=5)

    assert open_task(case).due_at == end_of("2027-06-01")
    assert due_rows(case)["before(1)"] == morning("2027-05-31")
    assert due_rows(case)["engine.escalate"] == end_of("2027-06-01")
    go_to("2027-05-26T00:01")
    run_due("test", until_empty=True)
    assert heard("task.escalated") == []


def test_a_deadline_missed_over_easter_is_told_on_the_first_day_after_it(world: World) -> None:
    # 26 March 2027 is Good Friday, 29 March Easter Monday: fifteen working days from 9 March end on 1 April.
    case = submit(world, "2027-03-09T10:00")
    assert told(world, case).due_at == end_of("2027-04-01")
    assert told(world, case).short_lv == "15 darbdienas no 9. marta, 2 svētku dienas"
    assert due_rows(case)["before(1)"] == morning("2027-03-31")

    go_to("2027-03-30T23:58")
    run_due("test", until_empty=True)
    assert heard("task.escalated") == []
    go_to("2027-04-02T00:01")
    run_due("test", until_empty=True)

    assert heard("task.escalated") == ["admin"]
    assert told(world, case).is_overdue
    go_to("2027-04-06T09:00")
    run_due("test", until_empty=True)
    assert heard("task.escalated") == ["admin"]


def test_who_is_silent_is_reminded_twice_and_then_the_ministry_is_told(world: World) -> None:
    go_to("2027-05-03T10:00")
    started = start_case("pair", user=world.actor("head"), organisation=world.school)
    task = started.case.instance.tasks.get(group__startswith="municipality_head@")
    Case.objects.filter(pk=started.case.pk).update(status="submitted")
    for row in Wait.objects.filter(task=task).order_by("due_at"):
        clock.set_offset(clock.offset() + (row.due_at - clock.now()))
        run_due("test", until_empty=True)

    rules = [row.arguments.get("rule") for row in Wait.objects.filter(task=task).order_by("due_at")]
    assert rules == ["half", "before(1)", None]
    assert Message.objects.filter(kind="task.reminder", task=task).count() == 2
    escalated = Message.objects.filter(kind="task.escalated", task=task)
    names = escalated.values_list("recipient__user__username", flat=True)
    assert sorted(names) == ["admin", "municipal"]


def test_a_draft_that_nobody_sent_is_nobodys_breach(world: World) -> None:
    go_to("2027-05-03T10:00")
    start_case("request", user=world.actor("head"), organisation=world.school)
    go_to("2027-06-30T10:00")
    run_due("test", until_empty=True)

    assert heard("task.escalated") == []
    assert "head" in heard("task.reminder")


def test_a_step_that_turns_no_clock_asks_nothing_of_it(world: World) -> None:
    go_to("2027-05-03T10:00")
    started = start_case("request", user=world.actor("head"), organisation=world.school)
    assert started.task is not None
    complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)

    assert open_task(started.case).due_at == end_of("2027-05-25")


def test_a_rule_that_recounts_moves_the_task_its_reminders_and_its_escalation(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    given = {"unit": "working_days", "valid_from": date(2027, 5, 3), "extension": 10, "recounts": True}

    assert set_deadline(NewRule("request_decision", 20, **given), user=world.actor("admin")).change == 1
    run_due("test", until_empty=True)

    assert open_task(case).due_at == told(world, case).due_at == end_of("2027-06-01")
    assert due_rows(case) == {
        "half": morning("2027-05-18"),
        "before(1)": morning("2027-05-31"),
        "engine.escalate": end_of("2027-06-01"),
    }
    assert list(invariants()) == []


def test_a_list_says_how_each_date_was_counted_and_asks_no_more_for_more_rows(world: World) -> None:
    first = submit(world, "2027-05-03T10:00")
    send_back(world, first, "2027-05-10T15:00")
    correct(world, first, "2027-05-16T20:00")
    officer = world.scope("officer")
    queries.inbox(officer, filters=ALL)
    with CaptureQueriesContext(connection) as one:
        (row,) = queries.inbox(officer, filters=ALL).items
    for _ in range(3):
        submit(world, "2027-05-17T10:00")

    with CaptureQueriesContext(connection) as four:
        rows = queries.inbox(officer, filters=ALL).items

    assert len(one) == len(four)
    assert len(rows) == 4
    assert row.counted_lv == (
        "Termiņš: līdz 2027. gada 31. maija beigām. 15 darbdienas no 3. maija, apturēts uz 6 dienām, "
        "kamēr gaidījām iesniedzēju, 1 svētku diena. Termiņu noteikusi ministrija."
    )
    task = queries.task_detail(officer, row.public_id)
    assert task.explanation_lv == row.counted_lv


def test_a_day_off_of_the_institution_itself_stands_in_the_words_of_its_tasks(world: World) -> None:
    catalog.deploy(catalog.read_folder(REQUEST))
    own = Change("organisation", date(2027, 5, 6), world.ministry.pk)
    add_day(own, user=world.actor("admin"), works=False, name_lv="Ministrijas brīvdiena")
    case = submit(world, "2027-05-03T10:00")

    (row,) = queries.inbox(world.scope("officer"), filters=ALL).items

    assert open_task(case).due_at == row.due_at == end_of("2027-05-12")
    assert row.counted_lv == (
        "Termiņš: līdz 2027. gada 12. maija beigām. Skaitītas 5 darbdienas pēc 2027. gada 3. maija. "
        "Brīvdienas šajā laikā: 4. maijs (Latvijas Republikas Neatkarības atjaunošanas diena), "
        "6. maijs (Ministrijas brīvdiena). Termiņu noteikusi ministrija."
    )
    (short,) = explanations(counted_of([case], [open_task(case)])).values()
    assert short.short_lv == "5 darbdienas no 3. maija, 1 svētku diena, 1 iestādes brīvdiena"
    assert short.short_en == "5 working days from 3 May, 1 holiday, 1 day off of the institution"
