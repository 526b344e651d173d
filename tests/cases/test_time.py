"""What time does to a case: reminders, escalation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.models import AuditEntry, Message
from cases.services.tasks import Completed, claim_task
from engine import clock
from engine.invariants import all_invariants
from engine.jobs import run_due
from tests.cases.conftest import open_task
from tests.cases.people import World


@pytest.fixture
def world(lasting_world: World) -> World:
    return lasting_world


def kinds() -> list[tuple[str, str]]:
    rows = Message.objects.exclude(kind="task.opened").order_by("id").select_related("recipient__user")
    return [(row.kind, row.recipient.user.username) for row in rows]


def test_everybody_of_the_group_is_reminded_while_nobody_has_the_task(
    world: World, submitted: Completed
) -> None:
    clock.set_offset(timedelta(days=3))
    run_due("test", 100, until_empty=True)

    assert sorted(kinds()) == [("task.reminder", "colleague"), ("task.reminder", "officer")]


def test_who_has_the_task_is_reminded_alone(world: World, submitted: Completed) -> None:
    claim_task(open_task(submitted).public_id, user=world.actor("officer"))
    clock.set_offset(timedelta(days=3))
    run_due("test", 100, until_empty=True)

    assert kinds() == [("task.reminder", "officer")]


def test_a_late_task_is_escalated_to_the_group_that_the_diagram_names(
    world: World, submitted: Completed
) -> None:
    clock.set_offset(timedelta(days=15))
    run_due("test", 100, until_empty=True)
    run_due("test", 100, until_empty=True)

    assert ("task.escalated", "admin") in kinds()
    assert sum(kind == "task.escalated" for kind, _ in kinds()) == 1
    actions = list(AuditEntry.objects.filter(chain__startswith="case:").values_list("action", flat=True))
    assert actions.count("task.escalated") == 1
    assert all_invariants() == []
