"""The calendar changes: who may, what it says before, and that due dates of open cases follow once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cases import calendar, queries
from cases.errors import CalendarDayStands, FormInvalid, NotAllowed, NotFound
from cases.invariants import invariants
from cases.models import AuditEntry, CalendarDay, Case
from cases.recounting import SECOND_LOOK, TOPIC
from cases.services.calendar_days import Change, add_day, remove_day
from cases.services.cases import withdraw_case
from engine import clock
from engine.jobs import run_due
from engine.models import Task, Wait
from tests.cases.people import World
from tests.cases.test_clock import end_of, submit, told, world

__all__ = ["world"]


def add(world: World, who: str, change: Change, *, works: bool = False, **given: str) -> int:
    words = {"name_lv": "Rīkojums", **given}
    return add_day(change, user=world.actor(who), works=works, **words)


def due(case: Case) -> datetime | None:
    return Task.objects.get(instance=case.instance_id, status="open").due_at


def test_a_moved_day_moves_the_deadlines_that_count_it(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    before = due(case)

    moved = add(world, "admin", Change("moved", date(2027, 5, 6)), legal_reference="MK rīkojums Nr. 1")

    assert moved == 2  # the deciding task and the deadline of the case
    assert (before, due(case)) == (end_of("2027-05-11"), end_of("2027-05-11"))
    run_due("test", until_empty=True)
    assert due(case) == end_of("2027-05-12")
    assert told(world, case).due_at == end_of("2027-05-26")
    assert told(world, case).short_lv.endswith("1 svētku diena, 1 pārcelta brīvdiena")
    escalation = Wait.objects.get(topic="engine.escalate", status="due")
    assert escalation.due_at == end_of("2027-05-12")
    entry = AuditEntry.objects.get(chain="calendar")
    assert (entry.action, entry.object) == ("calendar.added", "day:moved:2027-05-06")
    assert entry.fields == {"works": False, "legal_reference": "MK rīkojums Nr. 1", "moves": 2}
    assert AuditEntry.objects.filter(action="clock.recounted").count() == 1
    assert list(invariants()) == []


def test_it_looks_once_more_for_who_still_had_the_old_calendar(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    add(world, "admin", Change("moved", date(2027, 5, 6)))
    run_due("test", until_empty=True)
    Task.objects.filter(instance=case.instance_id, status="open").update(due_at=end_of("2027-05-11"))

    clock.set_offset(clock.offset() + SECOND_LOOK + timedelta(seconds=1))
    run_due("test", until_empty=True)

    assert due(case) == end_of("2027-05-12")
    assert Wait.objects.filter(topic=TOPIC, status="done").count() == 2


def test_a_day_that_is_removed_gives_the_deadlines_back(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")

    assert remove_day(Change("statutory", date(2027, 5, 4)), user=world.actor("admin")) == 2
    run_due("test", until_empty=True)

    assert due(case) == end_of("2027-05-10")
    assert not CalendarDay.objects.filter(day=date(2027, 5, 4)).exists()


def test_an_organisations_own_day_moves_its_own_tasks_alone(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    own = Change("organisation", date(2027, 5, 6), world.ministry.pk)

    assert add(world, "admin", own) == 1
    run_due("test", until_empty=True)

    assert due(case) == end_of("2027-05-12")
    assert told(world, case).due_at == end_of("2027-05-25")  # the citizen's deadline stays the state's
    school = Change("organisation", date(2027, 5, 7), world.school.pk)
    assert add(world, "head", school) == 0
    run_due("test", until_empty=True)
    assert due(case) == end_of("2027-05-12")


@pytest.mark.parametrize("who", ["head", "officer", "auditor", "municipal"])
def test_the_days_of_the_state_are_the_ministrys_administrators(world: World, who: str) -> None:
    before = CalendarDay.objects.count()
    for source in ("statutory", "moved"):
        with pytest.raises(NotAllowed) as refused:
            add(world, who, Change(source, date(2027, 5, 6)))
        assert refused.value.reason_code == "not_calendar"
        with pytest.raises(NotAllowed):
            remove_day(Change("statutory", date(2027, 5, 4)), user=world.actor(who))
    assert CalendarDay.objects.count() == before
    assert not Wait.objects.filter(topic=TOPIC).exists()


def test_an_organisations_days_are_kept_by_who_leads_it(world: World) -> None:
    own = Change("organisation", date(2027, 5, 6), world.school.pk)
    for who, error in (("clerk", NotAllowed), ("admin", NotAllowed), ("other_head", NotFound)):
        with pytest.raises(error):
            add(world, who, own)
    assert CalendarDay.objects.filter(source="organisation").count() == 0

    add(world, "head", own)
    assert CalendarDay.objects.get(source="organisation").organisation == world.school


def test_a_day_is_entered_once_and_with_its_words(world: World) -> None:
    with pytest.raises(CalendarDayStands):
        add(world, "admin", Change("statutory", date(2027, 5, 4)))
    with pytest.raises(FormInvalid):
        add(world, "admin", Change("statutory", date(2027, 5, 5)), name_lv=" ")
    with pytest.raises(FormInvalid):
        add(world, "admin", Change("statutory", date(2036, 5, 5)))
    with pytest.raises(NotFound):
        remove_day(Change("moved", date(2027, 5, 5)), user=world.actor("admin"))
    with pytest.raises(NotFound):
        add(world, "admin", Change("organisation", date(2027, 5, 5)))
    assert not AuditEntry.objects.filter(chain="calendar").exists()


def test_a_day_that_is_off_already_moves_nothing(world: World) -> None:
    submit(world, "2027-05-03T10:00")

    assert add(world, "admin", Change("moved", date(2027, 5, 8))) == 0  # a Saturday


def test_a_case_that_has_ended_stays_as_it_was(world: World) -> None:
    case = submit(world, "2027-05-03T10:00")
    withdraw_case(case.public_id, user=world.actor("head"))
    task = Task.objects.filter(instance=case.instance_id).order_by("-id")[0]
    add(world, "admin", Change("moved", date(2027, 5, 6)))
    run_due("test", until_empty=True)

    assert Task.objects.get(pk=task.pk).due_at == task.due_at


def test_the_year_shows_the_three_sets_to_everybody_and_what_one_keeps(world: World) -> None:
    add(world, "head", Change("organisation", date(2027, 5, 7), world.school.pk))

    mine = queries.calendar_year(world.scope("head"), 2027, world.school)
    state = queries.calendar_year(world.scope("admin"), 2027)

    assert (mine.keeps, state.keeps) == (("organisation",), ("statutory", "moved"))
    assert mine.working_days == state.working_days - 1
    assert [row.day for row in mine.days if row.removable] == [date(2027, 5, 7)]
    assert date(2027, 5, 7) not in [row.day for row in state.days]
    assert calendar.is_working_day(date(2027, 5, 7))


def test_the_first_day_of_a_year_that_nobody_entered_keeps_the_other_holidays(world: World) -> None:
    CalendarDay.objects.filter(day__year=2034).delete()
    calendar.forget()

    add(world, "admin", Change("statutory", date(2034, 3, 1)))

    assert not calendar.is_working_day(date(2034, 3, 1))
    assert not calendar.is_working_day(date(2034, 12, 25))
