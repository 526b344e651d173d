"""User tasks: complete, claim, release, assign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from engine.core.machine import Machine
from engine.errors import InstanceSuspended, TaskNotOpen, TaskTaken
from engine.events import StepResult, TaskRow
from engine.locked import RUNNING, SUSPENDED, LockedInstance, with_open_rows
from engine.models import Task
from engine.place import Place, placed
from engine.steps import Command, load, take
from engine.timers import fire_due


def complete_task(
    locked: LockedInstance,
    task_id: int,
    *,
    variables: Mapping[str, Any],
    actor: str,
    now: datetime,
    idempotency_key: str = "",
    body_sha256: str = "",
) -> StepResult:
    """Complete an open task in the caller's transaction; due timers go first. TaskNotOpen, KeyReused."""
    if locked.status == SUSPENDED:
        raise InstanceSuspended(instance_id=locked.id)
    if locked.status != RUNNING:
        raise TaskNotOpen
    locked = with_open_rows(locked, now)
    task = next((task for task in locked.tasks or () if task.id == task_id), None)
    if task is None:
        raise TaskNotOpen
    wait_id = task.wait_id

    def act(machine: Machine) -> None:
        machine.complete(wait_id, variables)

    command = Command(
        kind="task",
        act=act,
        actor=actor,
        now=now,
        element=task.element,
        done=wait_id,
        task_id=task.id,
        idempotency_key=idempotency_key,
        body_sha256=body_sha256,
    )
    with placed(Place(locked.id, task.element, task.id)):
        running = load(locked)
        fire_due(running, now=now)
        if all(wait.id != wait_id for wait in running.waits):
            raise TaskNotOpen
        return take(running, command)


def claim_task(
    task_id: int,
    *,
    assignee: str,
    actor: str,  # noqa: ARG001 (every write says who; the caller's audit keeps it)
    now: datetime,
    take_over: bool = False,
) -> TaskRow:
    """Take an open task that nobody else has, or anybody's with `take_over`; TaskNotOpen, TaskTaken."""
    free = Q() if take_over else Q(assignee="") | Q(assignee=assignee)
    return _assign(task_id, free, assignee=assignee, claimed_at=now)


def assign_task(
    task_id: int,
    *,
    assignee: str,
    actor: str,  # noqa: ARG001 (as above)
    now: datetime,
) -> TaskRow:
    """Give an open task to somebody, whoever has it; TaskNotOpen."""
    return _assign(task_id, Q(), assignee=assignee, claimed_at=now)


def release_task(
    task_id: int,
    *,
    assignee: str,
    actor: str,  # noqa: ARG001 (as above)
    now: datetime,  # noqa: ARG001 (as above)
) -> TaskRow:
    """Give an open task that `assignee` has back to its group; TaskNotOpen, TaskTaken."""
    return _assign(task_id, Q(assignee=assignee), assignee="", claimed_at=None)


def hand_over_task(
    task_id: int,
    *,
    group: str,
    actor: str,  # noqa: ARG001 (as above)
    now: datetime,  # noqa: ARG001 (as above)
) -> TaskRow:
    """Give an open task to a candidate group, whoever has it; TaskNotOpen."""
    if not Task.objects.filter(pk=task_id, status=Task.Status.OPEN).update(group=group):
        raise TaskNotOpen
    return _assign(task_id, Q(), assignee="", claimed_at=None)


def _assign(task_id: int, free: Q, *, assignee: str, claimed_at: datetime | None) -> TaskRow:
    open_task = Task.objects.filter(pk=task_id, status=Task.Status.OPEN)
    if not open_task.filter(free).update(assignee=assignee, claimed_at=claimed_at):
        raise TaskTaken if open_task.exists() else TaskNotOpen
    columns = ("id", "public_id", "wait_id", "element", "form_key", "group", "assignee", "due_at")
    return TaskRow(**Task.objects.values(*columns).get(pk=task_id))
