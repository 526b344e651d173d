"""How many statements a step issues, and that history does not add to them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks.approval import APPROVED, DECIDED, SUBMITTED
from cases.services import locking
from cases.services.start import start_case
from cases.services.tasks import Completed, complete_task
from engine import catalog
from engine.models import ProcessInstance, Task
from tests.cases.conftest import open_task
from tests.cases.people import World

MOST = 10
BENCHMARKS = Path(__file__).parents[2] / "benchmarks" / "processes"
WALK = (("head", SUBMITTED), ("municipal", APPROVED), ("officer", DECIDED))


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, nobody waits for a lock here."""
    monkeypatch.setattr(locking, "_PATIENCE", 60.0)


@pytest.fixture
def approvals(lasting_world: World) -> World:
    catalog.deploy_folder(BENCHMARKS / "approval")
    return lasting_world


def between_begin_and_commit(queries: CaptureQueriesContext) -> list[str]:
    """The statements of the one transaction; there is no other statement outside of it."""
    statements = [query["sql"] for query in queries]
    assert statements[0] == "BEGIN"
    assert statements[-1] == "COMMIT"
    return statements[1:-1]


def walk(world: World, step: object = None) -> list[list[str]]:
    """The statements of each completed task of one approval case."""
    started = start_case("approval", user=world.actor("head"), organisation=world.school)
    found = []
    for name, answers in WALK:
        actor, task = world.actor(name), open_task(started).public_id
        with CaptureQueriesContext(connection) as queries:
            complete_task(task, user=actor, answers=answers, idempotency_key=f"{name}-{started.case.number}")
        found.append(between_begin_and_commit(queries))
    return found


def test_the_approval_case_takes_at_most_ten_statements_a_step(approvals: World) -> None:
    walk(approvals)  # parses the diagram, reads the forms and the calendar once per process

    counted = [len(statements) for statements in walk(approvals)]

    assert max(counted) <= MOST, counted
    assert counted[:2] == [7, 7]
    assert ProcessInstance.objects.filter(status="completed").count() == 2


def test_it_does_so_even_when_roles_are_read_again_after_waiting_for_the_lock(
    approvals: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "_PATIENCE", -1.0)
    walk(approvals)

    assert max(len(statements) for statements in walk(approvals)) <= MOST


def test_a_start_takes_a_fixed_number_of_statements(approvals: World) -> None:
    walk(approvals)
    head = approvals.actor("head")
    with CaptureQueriesContext(connection) as queries:
        start_case("approval", user=head, organisation=approvals.school)
    assert len(between_begin_and_commit(queries)) <= 12


def test_a_long_history_adds_no_statement(lasting_world: World) -> None:
    world = lasting_world
    started = start_case("pair", user=world.actor("head"), organisation=world.school)
    for name, group in (("officer", "ministry_officer"), ("municipal", "municipality_head")):
        row = started.case.instance.tasks.get(group__startswith=f"{group}@")
        complete_task(row.public_id, user=world.actor(name), answers={})

    def again(task: UUID) -> int:
        actor = world.actor("head")
        with CaptureQueriesContext(connection) as queries:
            complete_task(task, user=actor, answers={"more": True})
        return len(between_begin_and_commit(queries))

    counted = [again(open_task(started).public_id) for _ in range(25)]

    assert len(set(counted[1:])) == 1
    assert counted[-1] <= MOST


def test_a_step_reads_the_open_tasks_of_its_own_instance_alone(world: World, submitted: Completed) -> None:
    start_case("request", user=world.actor("head"), organisation=world.school)
    own = open_task(submitted)

    with transaction.atomic():
        held = locking.lock_task(own.public_id, world.actor("officer"))

    assert [task.id for task in held.locked.tasks or ()] == [own.pk]
    assert Task.objects.filter(status="open").count() == 2
