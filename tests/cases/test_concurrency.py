"""Several at once: parallel tasks both count, the same task counts once, a key has one effect."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from cases.audit import verify
from cases.errors import Busy, CaseError, ProcessResting, TaskNotOpen, TaskTaken
from cases.models import Answer, AuditEntry, Batch, BatchItem, BulkAction, BulkItem, Case
from cases.services import acting
from cases.services import start as starting
from cases.services.bulk import start_bulk
from cases.services.campaigns import Selection, start_campaign
from cases.services.start import Started, start_case
from cases.services.suspending import resume_one, resume_process, suspend_process
from cases.services.tasks import Completed, claim_task, complete_task, save_draft
from engine import catalog, jobs
from engine.invariants import all_invariants
from engine.models import Completion, ProcessInstance, Task, Wait
from tests.cases import survey
from tests.cases.conftest import ASKED, open_task
from tests.cases.people import World
from tests.plugins.at_once import at_once, meanwhile

AT_ONCE = 20


together = partial(at_once, expected=CaseError)


@pytest.fixture
def world(lasting_world: World) -> World:
    return lasting_world


def submit(world: World) -> Completed:
    started = start_case("request", user=world.actor("head"), organisation=world.school)
    assert started.task is not None
    return complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)


def test_the_same_task_by_two_people_counts_once(world: World) -> None:
    for _ in range(5):
        task = open_task(submit(world)).public_id
        officer, colleague = world.actor("officer"), world.actor("colleague")

        answers = together(
            lambda task=task, who=officer: complete_task(task, user=who, answers={"decision": "grant"}),
            lambda task=task, who=colleague: complete_task(task, user=who, answers={"decision": "refuse"}),
        )

        assert {type(answer) for answer in answers} == {Completed, TaskNotOpen}
        lost = next(answer for answer in answers if isinstance(answer, TaskNotOpen))
        assert lost.who in ("Kārlis Referents", "Anna Kolēģe")
    assert all_invariants() == []


def test_the_same_key_twenty_times_at_once_has_one_effect(world: World) -> None:
    task, officer = open_task(submit(world)).public_id, world.actor("officer")

    answers = together(
        *[
            lambda: complete_task(task, user=officer, answers={"decision": "grant"}, idempotency_key="once")
            for _ in range(AT_ONCE)
        ]
    )

    told = {(answer.task_public_id, answer.next_task_public_id, answer.status) for answer in answers}
    assert len(told) == 1
    assert sum(not answer.replayed for answer in answers) == 1
    assert Completion.objects.filter(idempotency_key="once").count() == 1
    assert Answer.objects.count() == 2
    assert all_invariants() == []


def test_the_same_start_twenty_times_at_once_starts_one_case(world: World) -> None:
    head = world.actor("head")

    answers = together(
        *[
            lambda: start_case("request", user=head, organisation=world.school, idempotency_key="begin")
            for _ in range(AT_ONCE)
        ]
    )

    assert {type(answer) for answer in answers} == {Started}
    assert {answer.case.number for answer in answers} == {Case.objects.get().number}
    assert ProcessInstance.objects.count() == 1
    assert all_invariants() == []


def test_a_double_click_without_a_key_counts_once(world: World) -> None:
    task, officer = open_task(submit(world)).public_id, world.actor("officer")

    answers = together(
        *[lambda: complete_task(task, user=officer, answers={"decision": "grant"}) for _ in range(2)]
    )

    assert {type(answer) for answer in answers} == {Completed, TaskNotOpen}


def test_two_people_with_parallel_tasks_both_count(world: World) -> None:
    for _ in range(5):
        started = start_case("pair", user=world.actor("head"), organisation=world.school)
        tasks = Task.objects.filter(instance=started.case.instance_id)
        first = tasks.get(group__startswith="ministry_officer@").public_id
        second = tasks.get(group__startswith="municipality_head@").public_id
        officer, municipal = world.actor("officer"), world.actor("municipal")

        answers = together(
            lambda task=first, who=officer: complete_task(task, user=who, answers={}),
            lambda task=second, who=municipal: complete_task(task, user=who, answers={}),
        )

        assert [type(answer) for answer in answers] == [Completed, Completed]
        assert open_task(started).element == "again"
    assert all_invariants() == []


def test_one_of_two_gets_the_task(world: World) -> None:
    task = open_task(submit(world)).public_id
    officer, colleague = world.actor("officer"), world.actor("colleague")

    answers = together(lambda: claim_task(task, user=officer), lambda: claim_task(task, user=colleague))

    assert sum(isinstance(answer, TaskTaken) for answer in answers) == 1


def test_numbers_have_no_gaps_and_no_twins(world: World) -> None:
    head = world.actor("head")

    answers = together(
        *[lambda: start_case("request", user=head, organisation=world.school) for _ in range(8)]
    )

    numbers = sorted(int(answer.case.number.rpartition("-")[2]) for answer in answers)
    assert numbers == list(range(1, 9))


def test_drafts_and_reads_at_once_keep_the_chains_whole(world: World) -> None:
    from cases.queries import task_detail

    started = start_case("request", user=world.actor("head"), organisation=world.school)
    assert started.task is not None
    task, head, scope = started.task.public_id, world.actor("head"), world.scope("head")

    answers = together(
        *[lambda n=n: save_draft(task, user=head, content={"title": str(n)}, version=None) for n in range(4)],
        *[lambda: task_detail(scope, task) for _ in range(4)],
    )

    assert sum(isinstance(answer, CaseError) for answer in answers) == 3
    assert verify() == ()


def test_a_lock_held_too_long_is_busy_and_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting.sql, "BEGIN", acting.sql.BEGIN.replace("'3s'", "'200ms'"))
    task, officer = open_task(submit(world)).public_id, world.actor("officer")

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM engine_processinstance FOR UPDATE")
        answers = together(lambda: complete_task(task, user=officer, answers={"decision": "grant"}))

    assert [type(answer) for answer in answers] == [Busy]
    assert (Case.objects.get().status, Answer.objects.count()) == ("submitted", 1)
    assert not AuditEntry.objects.filter(action="refused").exists()


def test_a_stranger_waits_for_no_lock(world: World) -> None:
    task, stranger = open_task(submit(world)).public_id, world.actor("stranger")

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM engine_processinstance FOR UPDATE")
        answers = together(lambda: complete_task(task, user=stranger, answers={"decision": "grant"}))

    assert [answer.code for answer in answers] == ["not_found"]


def test_a_role_revoked_while_waiting_for_the_lock_counts_no_more(world: World) -> None:
    """Who waits behind a revocation acts without the role."""
    task, officer = open_task(submit(world)).public_id, world.actor("officer")
    waiting = threading.Event()

    def late() -> Any:
        waiting.wait(timeout=30)
        return complete_task(task, user=officer, answers={"decision": "grant"})

    def revoke() -> str:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT id FROM engine_processinstance FOR UPDATE")
                waiting.set()
                cursor.execute("SELECT pg_sleep(0.4)")
            world.users["officer"].role_grants.update(revoked_at="2026-01-01T00:00:00Z")
        return "revoked"

    answers = together(late, revoke)

    assert answers[1] == "revoked"
    assert answers[0].code == "not_allowed"


def test_the_same_decision_on_many_tasks_at_once_is_one(world: World) -> None:
    tasks, officer = [open_task(submit(world)).public_id for _ in range(2)], world.actor("officer")

    answers = together(
        *[
            lambda: start_bulk(
                tasks, user=officer, kind="complete", answers={"decision": "grant"}, idempotency_key="many"
            )
            for _ in range(AT_ONCE)
        ]
    )

    assert {answer.public_id for answer in answers} == {BulkAction.objects.get().public_id}
    assert BulkItem.objects.count() == 2
    assert AuditEntry.objects.filter(action="bulk.started").count() == 1


def test_the_same_campaign_asked_for_at_once_is_one(world: World) -> None:
    catalog.deploy_folder(survey.FOLDER)
    officer = world.actor("officer")

    answers = together(
        *[
            lambda: start_campaign(
                "survey",
                Selection(),
                user=officer,
                reason="Aptauja",
                due=date(2100, 1, 15),
                idempotency_key="one",
            )
            for _ in range(AT_ONCE)
        ]
    )

    assert {answer.public_id for answer in answers} == {Batch.objects.get().public_id}
    assert BatchItem.objects.count() == 2
    assert Wait.objects.filter(topic="cases.batch").count() == 1


def let_rest(world: World) -> Batch | None:
    return suspend_process("request", user=world.actor("admin"), reason="Pārbaude", with_running=True)


def statuses() -> list[str]:
    return list(ProcessInstance.objects.order_by("id").values_list("status", flat=True))


def test_a_case_whose_start_ends_as_its_process_is_put_to_rest_rests_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadPoolExecutor(1) as pool:
        resting: list[Any] = []

        def end_step(*step: Any) -> None:
            resting.append(meanwhile(pool, partial(let_rest, world)))
            kept(*step)

        kept = starting.end_step
        monkeypatch.setattr(starting, "end_step", end_step)
        start_case("request", user=world.actor("head"), organisation=world.school)
        batch = resting[0].result()
    assert batch is not None
    jobs.run_due("test", until_empty=True)

    assert statuses() == ["suspended"]
    assert all_invariants() == []


def test_whatever_starts_as_the_process_is_put_to_rest_rests_or_is_refused(world: World) -> None:
    head = world.actor("head")
    for _ in range(3):
        answers = together(
            *[lambda: start_case("request", user=head, organisation=world.school) for _ in range(6)],
            partial(let_rest, world),
        )
        assert {type(answer) for answer in answers[:6]} <= {Started, ProcessResting}
        jobs.run_due("test", until_empty=True)
        assert set(statuses()) <= {"suspended"}
        resume_process("request", user=world.actor("admin"))
        jobs.run_due("test", until_empty=True)
        assert set(statuses()) <= {"running"}
    assert all_invariants() == []


def test_a_case_that_goes_on_as_its_process_rests_again_rests_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_case("request", user=world.actor("head"), organisation=world.school)
    let_rest(world)
    jobs.run_due("test", until_empty=True)
    batch = resume_process("request", user=world.actor("admin"))
    assert batch is not None

    together(lambda: resume_one(batch, batch.items.get(), world.actor("admin")), partial(let_rest, world))
    jobs.run_due("test", until_empty=True)

    assert statuses() == ["suspended"]
    assert all_invariants() == []
