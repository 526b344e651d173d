"""What people see: inbox, case page, task page."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.errors import NotFound, Reason, WrongType
from cases.models import AuditEntry, Case, LegalHold
from cases.notifications import notify
from cases.queries import (
    CaseFilters,
    InboxFilters,
    bulk_preview,
    case_detail,
    cases_list,
    counts,
    diagram,
    following,
    inbox,
    looks,
    task_detail,
)
from cases.services.cases import withdraw_case
from cases.services.start import Started, start_case
from cases.services.tasks import Completed, claim_task, complete_task, return_task, save_draft
from engine import clock
from engine.models import Completion, Task
from tests.cases.conftest import ASKED, open_task
from tests.cases.people import World, grant, person


def many(world: World, number: int) -> list[str]:
    """Numbers of that many requests that wait for the ministry, each due an hour after the one before."""
    found = []
    for at in range(number):
        started = start_case("request", user=world.actor("head"), organisation=world.school)
        assert started.task is not None
        complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)
        Task.objects.filter(instance=started.case.instance_id, status="open").update(
            due_at=clock.now() + timedelta(hours=at)
        )
        found.append(started.case.number)
    return found


def test_a_task_of_the_group_is_in_every_members_inbox(world: World, submitted: Completed) -> None:
    page = inbox(world.scope("officer"), filters=InboxFilters(queue="group"))

    assert [row.case_number for row in page.items] == [submitted.case_number]
    assert page.items[0].name_en == "Decide"
    assert page.items[0].organisation == "Egļu pamatskola"
    assert page.items[0].municipality == "Egļu novads"
    assert page.items[0].state == "new"
    assert (page.counts.mine, page.counts.group, page.count) == (0, 1, 1)


def test_a_claimed_task_moves_from_the_group_to_mine(world: World, submitted: Completed) -> None:
    claim_task(open_task(submitted).public_id, user=world.actor("officer"))

    mine = inbox(world.scope("officer"), filters=InboxFilters(queue="mine"))
    colleague = counts(world.scope("colleague"))

    assert [row.is_mine for row in mine.items] == [True]
    assert (mine.counts.mine, mine.counts.group) == (1, 0)
    assert (colleague.group, colleague.waiting) == (0, 1)


def test_the_applicant_waits_for_others(world: World, submitted: Completed) -> None:
    page = inbox(world.scope("head"), filters=InboxFilters(queue="waiting"))

    assert [row.case_number for row in page.items] == [submitted.case_number]
    assert page.counts.waiting == 1
    assert inbox(world.scope("head"), filters=InboxFilters(queue="all")).items == ()


@pytest.mark.parametrize("name", ["stranger", "other_head", "auditor", "teacher", "municipal"])
def test_nobody_else_has_it_in_any_queue(world: World, submitted: Completed, name: str) -> None:
    for queue in ("mine", "group", "waiting", "all"):
        page = inbox(world.scope(name), filters=InboxFilters(queue=queue))  # type: ignore[arg-type]
        assert (page.items, page.count) == ((), 0)


def test_pages_go_forward_and_back_by_urgency(world: World) -> None:
    numbers = many(world, 5)
    scope, filters = world.scope("officer"), InboxFilters(queue="group")

    first = inbox(scope, filters=filters, limit=2)
    second = inbox(scope, filters=filters, limit=2, cursor=first.next_cursor)
    third = inbox(scope, filters=filters, limit=2, cursor=second.next_cursor)
    back = inbox(scope, filters=filters, limit=2, cursor=third.previous_cursor)
    start = inbox(scope, filters=filters, limit=2, cursor=back.previous_cursor)

    shown = [[row.case_number for row in page.items] for page in (first, second, third, back, start)]
    assert shown == [numbers[:2], numbers[2:4], numbers[4:], numbers[2:4], numbers[:2]]
    assert (first.previous_cursor, third.next_cursor, start.previous_cursor) == ("", "", "")
    assert start.next_cursor


def test_the_newest_first_are_paged_through_both_ways(world: World) -> None:
    numbers = many(world, 5)
    for at, number in enumerate(numbers):
        opened = clock.now() - timedelta(days=5 - at)
        Task.objects.filter(instance__business_key=number, status="open").update(opened_at=opened)
    newest = numbers[::-1]
    last = Task.objects.get(instance__business_key=newest[0], status="open")

    for narrowed in ({}, {"process": "request"}, {"organisation": world.school.pk}):
        filters = InboxFilters(queue="group", sort="newest", **narrowed)  # type: ignore[arg-type]
        scope = world.scope("officer")
        first = inbox(scope, filters=filters, limit=2)
        second = inbox(scope, filters=filters, limit=2, cursor=first.next_cursor)
        third = inbox(scope, filters=filters, limit=2, cursor=second.next_cursor)
        back = inbox(scope, filters=filters, limit=2, cursor=third.previous_cursor)
        next_one = following(scope, last.public_id, filters=filters)

        shown = [[row.case_number for row in page.items] for page in (first, second, third, back)]
        assert shown == [newest[:2], newest[2:4], newest[4:], newest[2:4]]
        assert (first.count, first.previous_cursor, third.next_cursor) == (5, "", "")
        assert next_one is not None
        assert next_one.row.case_number == newest[1]


def test_tasks_without_a_due_date_come_last_on_their_own_pages(world: World) -> None:
    numbers = many(world, 4)
    undated = Case.objects.filter(number__in=numbers[:2]).values("instance")
    Task.objects.filter(instance__in=undated, status="open").update(due_at=None)
    scope, filters = world.scope("officer"), InboxFilters(queue="group")

    shown, cursor = [], ""
    for _ in range(4):
        page = inbox(scope, filters=filters, limit=1, cursor=cursor)
        shown.append(page.items[0].case_number)
        cursor = page.next_cursor
    back = inbox(scope, filters=filters, limit=3, cursor=page.previous_cursor)

    assert shown == [numbers[2], numbers[3], numbers[0], numbers[1]]
    assert cursor == ""
    assert [row.case_number for row in back.items] == shown[:3]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "WyJhIiwxLDBd", "é", "WzEsMSwwXQ", "W251bGwsLTEsMF0"])
def test_a_foreign_cursor_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(WrongType):
        inbox(world.scope("officer"), cursor=cursor)


def test_filters_by_time_process_and_organisation(world: World) -> None:
    numbers = many(world, 3)
    late = Task.objects.filter(instance__business_key=numbers[2], status="open")
    late.update(due_at=clock.now() - timedelta(days=1))
    scope = world.scope("officer")

    def shown(**filters: object) -> list[str]:
        page = inbox(scope, filters=InboxFilters(queue="group", **filters))  # type: ignore[arg-type]
        assert page.count == len(page.items)
        return [row.case_number for row in page.items]

    assert shown(overdue=True) == [numbers[2]]
    assert shown(process="request") == [numbers[2], *numbers[:2]]
    assert shown(process="pair") == []
    assert shown(organisation=world.school.pk) == [numbers[2], *numbers[:2]]
    assert shown(organisation=world.other_school.pk) == []
    assert counts(scope).overdue == 1


def test_a_search_finds_by_number_school_and_applicant_and_is_recorded(world: World) -> None:
    numbers = many(world, 2)
    scope = world.scope("officer")

    for text, expected in (
        (numbers[0], 1),
        ("egļu", 2),
        ("EGLU pamat", 2),
        ("paraugmate", 2),
        ("priežu", 0),
        ("2", 1),
        ("!", 0),
    ):
        page = inbox(scope, filters=InboxFilters(queue="group", q=text))
        assert (page.count, len(page.items)) == (expected, expected), text

    entry = AuditEntry.objects.filter(action="search").order_by("id").first()
    assert entry is not None
    assert entry.fields["found"] == [str(Case.objects.get(number=numbers[0]).public_id)]
    assert numbers[0] not in str(entry.fields)


def test_a_task_that_a_colleague_took_waits_once(world: World, submitted: Completed) -> None:
    grant(world.users["head"], "ministry_officer", world.ministry)
    claim_task(open_task(submitted).public_id, user=world.actor("officer"))

    page = inbox(world.scope("head"), filters=InboxFilters(queue="waiting"))

    assert (len(page.items), page.count, page.counts.waiting) == (1, 1, 1)
    assert page.items[0].state == "taken"
    assert page.items[0].assignee_name == "Kārlis Referents"


def test_nobody_finds_foreign_cases(world: World, submitted: Completed) -> None:
    for name in ("stranger", "other_head", "teacher", "clerk"):
        assert cases_list(world.scope(name)).items == ()
        assert cases_list(world.scope(name), CaseFilters(q=submitted.case_number)).count == 0


def test_a_decision_about_oneself_is_others_turn_with_the_reason(world: World, submitted: Completed) -> None:
    Case.objects.update(subject=world.users["officer"].person)

    officer, colleague = world.scope("officer"), world.scope("colleague")
    waiting = inbox(officer, filters=InboxFilters(queue="waiting"))

    assert [row.blocked for row in waiting.items] == [Reason.OWN_CASE]
    assert inbox(officer, filters=InboxFilters(queue="all")).items == ()
    assert (waiting.counts.group, waiting.counts.waiting, waiting.counts.due_this_week) == (0, 1, 0)
    assert [row.blocked for row in inbox(colleague, filters=InboxFilters(queue="group")).items] == [None]


def test_who_did_an_earlier_part_has_the_decision_among_what_waits_for_others(
    world: World, submitted: Completed
) -> None:
    grant(world.users["head"], "ministry_officer", world.ministry)
    Case.objects.update(applicant=world.users["deputy"])
    scope = world.scope("head")

    shown = {
        queue: [row.blocked for row in inbox(scope, filters=InboxFilters(queue=queue)).items]  # type: ignore[arg-type]
        for queue in ("mine", "group", "all", "waiting")
    }

    assert shown == {"mine": [], "group": [], "all": [], "waiting": [Reason.DECIDED_EARLIER]}
    assert (counts(scope).group, counts(scope).waiting) == (0, 1)
    page = inbox(scope, filters=InboxFilters(queue="waiting", process="request", q=submitted.case_number))
    assert (len(page.items), page.count) == (1, 1)
    turn = case_detail(scope, submitted.case_public_id).turn
    assert (turn.mine, turn.blocked) == (False, Reason.DECIDED_EARLIER)


def test_rows_name_the_person_the_case_is_about_and_whose_turn_it_is(
    world: World, submitted: Completed
) -> None:
    Case.objects.update(subject=world.users["teacher"].person)

    (task,) = inbox(world.scope("head"), filters=InboxFilters(queue="waiting")).items
    (case,) = cases_list(world.scope("head")).items

    assert (task.subject_name, case.subject_name) == ("Jānis Skolotājs", "Jānis Skolotājs")
    assert task.whose_lv == "Ministrijas darbinieks (Izglītības ministrija)"
    assert task.whose_en == "Ministry officer (Izglītības ministrija)"


def test_the_outcome_is_told_in_words_in_the_list_and_on_the_page(world: World, started: Started) -> None:
    withdraw_case(started.case.public_id, user=world.actor("head"))

    (row,) = cases_list(world.scope("head")).items
    view = case_detail(world.scope("head"), started.case.public_id)

    assert (row.outcome_lv, row.outcome_en) == ("Iesniegums atsaukts", "Request withdrawn")
    assert view.outcome_lv == "Iesniegums atsaukts"
    assert view.turn.text_lv == "Lieta ir slēgta: iesniegums atsaukts."
    assert view.turn.text_en == "The case is closed: request withdrawn."
    assert [step.state for step in view.steps if step.state == "ahead"] == []


def test_an_unknown_process_has_no_tasks_in_any_queue(world: World, submitted: Completed) -> None:
    for queue in ("mine", "group", "waiting", "all"):
        page = inbox(world.scope("officer"), filters=InboxFilters(queue=queue, process="nothing"))  # type: ignore[arg-type]
        assert (page.items, page.count) == ((), 0)


def test_a_process_is_paged_through_both_ways_like_the_whole_queue(world: World) -> None:
    numbers = many(world, 5)
    scope, filters = world.scope("officer"), InboxFilters(queue="group", process="request")

    first = inbox(scope, filters=filters, limit=2)
    second = inbox(scope, filters=filters, limit=2, cursor=first.next_cursor)
    back = inbox(scope, filters=filters, limit=2, cursor=second.previous_cursor)

    shown = [[row.case_number for row in page.items] for page in (first, second, back)]
    assert shown == [numbers[:2], numbers[2:4], numbers[:2]]
    assert first.count == 5


def test_an_inbox_asks_as_little_for_many_tasks_as_for_one(world: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as statements:
            inbox(world.scope("officer"), filters=InboxFilters(queue="all"))
        return len(statements)

    many(world, 1)
    # The first look of a process and day also begins the chain that it is recorded in.
    asked()
    once = asked()
    many(world, 5)

    assert asked() == once
    assert once <= 9


@pytest.mark.parametrize("name", ["stranger", "other_head", "clerk", "teacher"])
def test_foreign_and_missing_cases_answer_alike(world: World, submitted: Completed, name: str) -> None:
    task = open_task(submitted)
    for public_id in (submitted.case_public_id, uuid4(), "nonsense"):
        with pytest.raises(NotFound):
            case_detail(world.scope(name), public_id)
    for public_id in (task.public_id, uuid4(), "nonsense"):
        with pytest.raises(NotFound):
            task_detail(world.scope(name), public_id)
    assert AuditEntry.objects.filter(action="refused", actor=world.key(name)).count() == 6


@pytest.mark.parametrize("name", ["head", "deputy", "municipal", "officer", "colleague", "admin", "auditor"])
def test_who_sees_a_case_of_the_school(world: World, submitted: Completed, name: str) -> None:
    view = case_detail(world.scope(name), submitted.case_public_id)

    assert view.number == submitted.case_number
    assert [page.number for page in cases_list(world.scope(name)).items] == [submitted.case_number]
    read = AuditEntry.objects.get(action="read", actor=world.key(name))
    assert read.object == f"case:{submitted.case_public_id}"


def test_the_person_concerned_sees_the_case(world: World, submitted: Completed) -> None:
    Case.objects.update(subject=world.users["teacher"].person)

    assert case_detail(world.scope("teacher"), submitted.case_public_id).subject_name == "Jānis Skolotājs"


def test_the_case_page_says_what_happened_and_whose_turn_it_is(world: World, submitted: Completed) -> None:
    view = case_detail(world.scope("officer"), submitted.case_public_id)
    other = case_detail(world.scope("head"), submitted.case_public_id)

    assert view.turn.mine
    assert view.turn.text_lv == "Jūsu kārta: Lemt"
    assert other.turn.text_en == "Ministry officer (Izglītības ministrija): Decide"
    assert [(step.element, step.state) for step in view.steps] == [
        ("fill", "done"),
        ("decide", "now"),
        ("correct", "ahead"),
    ]
    assert not view.steps[2].sure
    assert view.steps[0].who == "Ilze Paraugmāte"
    assert [(item.who, item.text_lv) for item in view.timeline] == [
        ("Ilze Paraugmāte", "sāka lietu."),
        ("Ilze Paraugmāte", "paveica soli “Aizpildīt”."),
    ]
    assert view.answers[0].content == ASKED
    assert (view.can_withdraw, other.can_withdraw) == (False, True)


def test_the_diagram_marks_what_is_done_and_now(world: World, submitted: Completed) -> None:
    view = diagram(Case.objects.get())

    assert view.now == ("decide",)
    assert set(view.done) == {"start", "fill"}
    assert view.flows == ("to_fill", "to_decide")
    assert "<bpmn:process" in view.xml


def test_a_correction_opens_only_what_was_commented(world: World, submitted: Completed) -> None:
    task = open_task(submitted)
    return_task(task.public_id, user=world.actor("officer"), comments={"amount": "Par daudz."}, answers={})

    view = task_detail(world.scope("head"), open_task(submitted).public_id)

    assert view.open_fields == {"amount"}
    assert view.previous == ASKED
    assert [(comment.field, comment.text, comment.who) for comment in view.comments] == [
        ("amount", "Par daudz.", "Kārlis Referents")
    ]
    page = inbox(world.scope("officer"), filters=InboxFilters(queue="waiting"))
    assert [row.state for row in page.items] == ["returned"]


def test_the_task_page_resumes_the_draft(world: World, started: Started) -> None:
    assert started.task is not None
    save_draft(started.task.public_id, user=world.actor("head"), content={"title": "Gl"}, version=None)

    view = task_detail(world.scope("head"), started.task.public_id)

    assert view.draft is not None
    assert (view.draft.version, view.draft.is_mine, view.values) == (1, True, {"title": "Gl"})
    assert (view.against, view.can_release, view.can_claim) == (None, True, False)
    assert task_detail(world.scope("deputy"), started.task.public_id).against == Reason.ASSIGNED_TO_OTHER


def test_who_answered_by_a_link_or_was_written_to_is_told_of_a_look_and_officials_are_not(
    world: World, submitted: Completed
) -> None:
    case = Case.objects.get(public_id=submitted.case_public_id)
    version = Completion.objects.filter(instance=case.instance_id).latest("version").version
    head, colleague, told = world.users["head"].person_id, world.users["colleague"], set()
    asked = []
    for at, (given, family) in enumerate((("Ieva", "Aizbildne"), ("Juris", "Radinieks"))):
        came, written_to = person(given, family), person(family, given)
        for step, actor in enumerate((f"person:{came.pk}", "colleague")):
            Completion.objects.create(
                instance_id=case.instance_id, version=version + 1 + 2 * at + step, kind="task",
                element="decide", actor=actor, at=clock.now(),
            )  # fmt: skip
        for recipient in (written_to.pk, colleague.person_id):
            key = f"{at}-{recipient}"
            notify(case.pk, kind="case.closed", recipient_id=recipient, natural_key=key, now=clock.now())
        told |= {came.pk, written_to.pk}

        with CaptureQueriesContext(connection) as met:
            case_detail(world.scope("officer"), case.public_id)
        asked.append(len(met))
        looked = AuditEntry.objects.filter(object=f"case:{case.public_id}", action="read").latest("id")
        assert looked.fields["persons"] == sorted({head, *told})
    assert asked[0] >= asked[1]


def test_looking_at_many_at_once_is_a_look_at_each_whom_the_rows_name(
    world: World, submitted: Completed
) -> None:
    task = open_task(submitted)
    bulk_preview(world.scope("officer"), [task.public_id], kind="claim")

    (look,) = looks(world.actor("head")).items
    assert (look.what, look.cases, look.who) == ("list", 1, "Kārlis Referents")
    case = Case.objects.get(public_id=submitted.case_public_id)
    LegalHold.objects.create(
        case=case, basis="Tiesa", hides_looks=True, placed_by="admin", placed_at=clock.now()
    )
    assert looks(world.actor("head")).items == ()
