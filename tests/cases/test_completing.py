"""Completing a task: one step, one answer, and what it leaves behind."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils.translation import override

from cases.errors import (
    DraftConflict,
    FieldsUnknown,
    FormInvalid,
    KeyReused,
    NotAllowed,
    NotFound,
    Reason,
    TaskNotOpen,
    WrongType,
)
from cases.invariants import invariants
from cases.models import Answer, AuditEntry, Case, Draft, FieldComment, Message
from cases.services.start import Started, start_case
from cases.services.tasks import Completed, complete_task, return_task, save_draft
from engine.invariants import all_invariants
from engine.models import Completion, ProcessInstance, Task
from tests.cases.conftest import ASKED, open_task
from tests.cases.people import World
from tests.cases.unchanged import refused


def test_the_applicant_gets_the_first_task(world: World, started: Started) -> None:
    assert started.task is not None
    assert started.task.assignee == "head"
    assert started.case.number.startswith("VIIS-PAR-")
    assert started.case.number.endswith("-0001")
    assert Case.objects.get().status == "draft"


def test_the_first_task_submits_the_case(world: World, submitted: Completed) -> None:
    case = Case.objects.get()
    assert submitted.status == case.status == "submitted"
    assert case.submitted_at is not None
    assert Answer.objects.get().content == ASKED
    assert open_task(submitted).group == f"ministry_officer@{world.ministry.pk}"


def test_a_decision_that_ends_the_process_closes_the_case(world: World, submitted: Completed) -> None:
    task = open_task(submitted)

    done = complete_task(task.public_id, user=world.actor("officer"), answers={"decision": "grant"})

    case = Case.objects.get()
    assert done.status == case.status == "closed"
    assert case.decided_at == case.closed_at
    entries = AuditEntry.objects.filter(chain=f"case:{case.pk}").order_by("seq")
    assert [(entry.seq, entry.action, entry.actor) for entry in entries] == [
        (1, "case.started", world.key("head")),
        (2, "task.completed", world.key("head")),
        (3, "clock.runs", world.key("head")),
        (4, "task.completed", world.key("officer")),
        (5, "clock.ended", world.key("officer")),
    ]
    assert entries[3].fields["status"] == ["submitted", "closed"]
    assert set(entries[1].fields["answers"]) == {"title", "amount"}
    assert "Mikroskopi" not in str([entry.fields for entry in entries])
    assert (all_invariants(), invariants()) == ([], [])


def test_completing_tells_what_is_next_for_this_person(world: World) -> None:
    started = start_case("pair", user=world.actor("head"), organisation=world.school)
    for name in ("officer", "municipal"):
        row = Task.objects.get(instance=started.case.instance_id, group__startswith=f"{GROUPS[name]}@")
        done = complete_task(row.public_id, user=world.actor(name), answers={})
    again = open_task(started)
    more = complete_task(again.public_id, user=world.actor("head"), answers={"more": True})

    assert done.next_task_public_id is None
    assert more.next_task_public_id == open_task(started).public_id


GROUPS = {"officer": "ministry_officer", "municipal": "municipality_head"}


@pytest.mark.parametrize("name", ["stranger", "other_head", "clerk", "teacher"])
def test_a_task_outside_the_scope_is_not_found(world: World, submitted: Completed, name: str) -> None:
    task = open_task(submitted)
    for public_id in (task.public_id, uuid4(), "nonsense"):
        with refused(NotFound):
            complete_task(public_id, user=world.actor(name), answers={"decision": "grant"})


@pytest.mark.parametrize("name", ["head", "deputy", "municipal", "admin", "auditor"])
def test_who_sees_the_case_but_is_not_in_the_group_may_not(
    world: World, submitted: Completed, name: str
) -> None:
    with refused(NotAllowed):
        complete_task(open_task(submitted).public_id, user=world.actor(name), answers={"decision": "grant"})


def test_a_task_of_a_colleague_may_not_be_completed(world: World, started: Started) -> None:
    assert started.task is not None
    with refused(NotAllowed) as raised:
        complete_task(started.task.public_id, user=world.actor("deputy"), answers=ASKED)
    assert raised.value.details == {"reason": Reason.ASSIGNED_TO_OTHER}


def test_a_role_that_was_revoked_opens_nothing(world: World, started: Started) -> None:
    assert started.task is not None
    world.users["head"].role_grants.update(revoked_at="2026-01-01T00:00:00Z")

    with refused(NotAllowed) as raised:
        complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)

    assert raised.value.details == {"reason": Reason.NOT_IN_GROUP}


def test_a_task_that_is_done_says_who_did_it_and_when(world: World, started: Started) -> None:
    assert started.task is not None
    complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)

    with refused(TaskNotOpen) as raised:
        complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)

    with override("en"):
        assert "Ilze Paraugmāte completed it" in str(raised.value.message)


def test_unknown_fields_wrong_types_and_wrong_values_are_refused(world: World, started: Started) -> None:
    assert started.task is not None
    task, head = started.task.public_id, world.actor("head")
    with refused(FieldsUnknown):
        complete_task(task, user=head, answers={**ASKED, "decision": "grant"})
    with refused(WrongType):
        complete_task(task, user=head, answers={**ASKED, "amount": "250"})
    with refused(FormInvalid) as raised:
        complete_task(task, user=head, answers={"title": "", "amount": -1})
    assert [error.field for error in raised.value.errors] == ["title", "amount"]  # type: ignore[attr-defined]


def test_the_same_request_again_gets_the_same_answer(world: World, started: Started) -> None:
    assert started.task is not None
    task, head = started.task.public_id, world.actor("head")

    first = complete_task(task, user=head, answers=ASKED, idempotency_key="k1")
    second = complete_task(task, user=head, answers=ASKED, idempotency_key="k1")

    assert (first.replayed, second.replayed) == (False, True)
    assert second == Completed(
        first.task_public_id, first.case_public_id, first.case_number, None, "submitted", True
    )
    assert Completion.objects.filter(kind="task").count() == Answer.objects.count() == 1


def test_the_stored_answer_stays_as_it_was_when_the_case_moves_on(world: World, started: Started) -> None:
    assert started.task is not None
    task, head = started.task.public_id, world.actor("head")
    first = complete_task(task, user=head, answers=ASKED, idempotency_key="k1")
    complete_task(open_task(first).public_id, user=world.actor("officer"), answers={"decision": "refuse"})

    again = complete_task(task, user=head, answers=ASKED, idempotency_key="k1")

    assert (again.status, Case.objects.get().status) == ("submitted", "closed")


def test_a_key_with_another_body_or_task_is_refused(world: World, submitted: Completed) -> None:
    officer = world.actor("officer")
    task = open_task(submitted)
    complete_task(task.public_id, user=officer, answers={"decision": "refuse"}, idempotency_key="k2")
    other = start_case("request", user=world.actor("head"), organisation=world.school)
    assert other.task is not None
    complete_task(other.task.public_id, user=world.actor("head"), answers=ASKED)

    with refused(KeyReused):
        complete_task(task.public_id, user=officer, answers={"decision": "grant"}, idempotency_key="k2")
    with refused(KeyReused):
        complete_task(
            open_task(other).public_id, user=officer, answers={"decision": "refuse"}, idempotency_key="k2"
        )


def test_another_persons_equal_key_is_another_key(world: World, started: Started) -> None:
    assert started.task is not None
    sent = complete_task(
        started.task.public_id, user=world.actor("head"), answers=ASKED, idempotency_key="k3"
    )
    done = complete_task(
        open_task(sent).public_id,
        user=world.actor("officer"),
        answers={"decision": "grant"},
        idempotency_key="k3",
    )
    assert (done.replayed, done.status) == (False, "closed")


def test_a_start_with_the_same_key_starts_one_case(world: World) -> None:
    head = world.actor("head")
    first = start_case("request", user=head, organisation=world.school, idempotency_key="s1")
    second = start_case("request", user=head, organisation=world.school, idempotency_key="s1")

    assert first.case.pk == second.case.pk
    assert (first.replayed, second.replayed) == (False, True)
    assert first.task is not None
    assert second.task is not None
    assert first.task.public_id == second.task.public_id
    with refused(KeyReused):
        start_case("pair", user=head, organisation=world.school, idempotency_key="s1")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("clerk", NotAllowed),
        ("officer", NotAllowed),
        ("municipal", NotAllowed),
        ("auditor", NotAllowed),
        ("stranger", NotFound),
        ("other_head", NotFound),
        ("teacher", NotFound),
    ],
)
def test_who_may_not_start(world: World, name: str, error: type) -> None:
    with refused(error):
        start_case("request", user=world.actor(name), organisation=world.school)


def test_an_unknown_process_is_not_found(world: World) -> None:
    with refused(NotFound):
        start_case("nothing", user=world.actor("head"), organisation=world.school)


def test_a_returned_case_comes_back_to_the_same_officer(world: World, submitted: Completed) -> None:
    officer, head = world.actor("officer"), world.actor("head")
    returned = return_task(
        open_task(submitted).public_id, user=officer, comments={"amount": "Par daudz."}, answers={}
    )
    assert (returned.status, Case.objects.get().status) == ("returned", "returned")
    assert Message.objects.get().kind == "case.returned"

    done = complete_task(open_task(submitted).public_id, user=head, answers={"amount": 100})

    assert done.status == "submitted"
    again = open_task(submitted)
    assert (again.element, again.assignee) == ("decide", "officer")
    assert Answer.objects.order_by("-id")[0].content == {**ASKED, "amount": 100}
    assert FieldComment.objects.get().answered_at is not None
    closed = complete_task(again.public_id, user=officer, answers={"decision": "grant"})
    assert closed.status == "closed"
    assert all_invariants() == []


def test_a_correction_changes_only_what_was_returned(world: World, submitted: Completed) -> None:
    return_task(
        open_task(submitted).public_id,
        user=world.actor("officer"),
        comments={"amount": "Par daudz."},
        answers={},
    )
    task = open_task(submitted).public_id

    with refused(FormInvalid) as raised:
        complete_task(task, user=world.actor("head"), answers={"amount": 1, "title": "Cits"})
    assert [(error.field, error.code) for error in raised.value.errors] == [("title", "closed")]  # type: ignore[attr-defined]
    with refused(FormInvalid):
        complete_task(task, user=world.actor("head"), answers={"until": "2026-12-31"})
    with refused(FieldsUnknown):
        complete_task(task, user=world.actor("head"), answers={"nothing": 1})

    done = complete_task(task, user=world.actor("head"), answers={**ASKED, "amount": 1})
    assert done.status == "submitted"


def test_a_return_says_what_to_correct(world: World, submitted: Completed) -> None:
    task, officer = open_task(submitted).public_id, world.actor("officer")
    with refused(FormInvalid) as raised:
        complete_task(task, user=officer, answers={"decision": "return"})
    assert raised.value.errors[0].code == "no_comment"  # type: ignore[attr-defined]
    with refused(FormInvalid):
        return_task(task, user=officer, comments={"amount": "  "}, answers={})
    with refused(FieldsUnknown):
        return_task(task, user=officer, comments={"nothing": "?"}, answers={})
    with refused(FormInvalid):
        return_task(task, user=officer, comments={"amount": "x" * 2001}, answers={})


def test_a_form_without_a_rule_cannot_return(world: World, started: Started) -> None:
    assert started.task is not None
    with refused(FormInvalid):
        return_task(started.task.public_id, user=world.actor("head"), comments={"title": "?"}, answers=ASKED)


def test_sending_deletes_the_draft(world: World, started: Started) -> None:
    assert started.task is not None
    draft = save_draft(started.task.public_id, user=world.actor("head"), content={"title": "M"}, version=None)

    complete_task(
        started.task.public_id, user=world.actor("head"), answers=ASKED, draft_version=draft.version
    )

    assert not Draft.objects.exists()


def test_sending_an_older_draft_is_refused(world: World, started: Started) -> None:
    assert started.task is not None
    task, head = started.task.public_id, world.actor("head")
    save_draft(task, user=head, content={"title": "M"}, version=None)
    save_draft(task, user=head, content={"title": "Mi"}, version=1)

    with refused(DraftConflict) as raised:
        complete_task(task, user=head, answers=ASKED, draft_version=1)

    assert raised.value.version == 2  # type: ignore[attr-defined]


def test_nobody_acts_for_another_without_a_substitution(world: World, started: Started) -> None:
    assert started.task is not None
    with refused(NotAllowed):
        complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED, on_behalf_of="officer")


def test_two_parallel_tasks_both_count(world: World) -> None:
    started = start_case("pair", user=world.actor("head"), organisation=world.school)
    for name, group in GROUPS.items():
        row = Task.objects.get(instance=started.case.instance_id, group__startswith=f"{group}@")
        complete_task(row.public_id, user=world.actor(name), answers={"opinion": "Der."})

    assert ProcessInstance.objects.get().version == 3
    assert open_task(started).element == "again"
