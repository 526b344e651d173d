"""Completing a task: one step, one answer, and what it leaves behind."""

from __future__ import annotations

from cases.models import Answer, AuditEntry, Case
from cases.services.start import Started
from cases.services.tasks import Completed, complete_task
from tests.cases.conftest import ASKED, open_task
from tests.cases.people import World


def test_the_applicant_gets_the_first_task(world: World, started: Started) -> None:
    assert started.task is not None
    assert started.task.assignee == "head"
    assert started.case.number.startswith("VIIS-PAR-")
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
    actions = list(AuditEntry.objects.filter(chain=f"case:{case.pk}").order_by("seq").values_list("action", flat=True))
    assert actions == ["case.started", "task.completed", "task.completed"]
