"""The engine's part of the ledger equation: what must hold between any two steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

from django.db.models import Count, F, Max, Q

from engine import catalog
from engine.core.errors import CoreError
from engine.core.machine import Machine
from engine.core.waits import UserTaskWait
from engine.models import Completion, Incident, ProcessInstance, Task, Wait
from engine.reconcile import TASK_TOPICS

OPEN_WAITS = (Wait.Status.DUE, Wait.Status.INCIDENT)


_others: list[Callable[[], Iterable[str]]] = []


def invariants() -> list[str]:
    """What does not hold in the engine, one sentence each; empty when all is well."""
    return [*_versions(), *_states(), *_jobs()]


def add_invariants(others: Callable[[], Iterable[str]]) -> None:
    """Let somebody above the engine add what must hold there (chains of the audit, files)."""
    if others not in _others:
        _others.append(others)


def all_invariants() -> list[str]:
    """What does not hold, in the engine and above it."""
    return [*invariants(), *(sentence for others in _others for sentence in others())]


def _versions() -> Iterator[str]:
    counted = ProcessInstance.objects.annotate(
        steps=Count("completions"), last=Max("completions__version")
    ).exclude(steps=F("version"), last=F("version"))
    for instance in counted.exclude(version=0, steps=0):
        yield f"instance {instance.pk}: version {instance.version}, but {instance.steps} completions"
    closed = Task.objects.filter(status=Task.Status.COMPLETED).annotate(
        steps=Count("completions", filter=Q(completions__kind=Completion.Kind.TASK))
    )
    for task in closed.exclude(steps=1):
        yield f"task {task.pk}: completed, but with {task.steps} completions"


def _states() -> Iterator[str]:
    for instance in ProcessInstance.objects.order_by("pk").iterator(chunk_size=500):
        if sha256(instance.state).digest() != bytes(instance.state_sha256):
            yield f"instance {instance.pk}: its state does not match its hash"
            continue
        try:
            machine = Machine.load(catalog.definition(instance.definition_id), bytes(instance.state))
        except CoreError as error:
            yield f"instance {instance.pk}: {error}"
            continue
        yield from _projection(instance, machine)


def _projection(instance: ProcessInstance, machine: Machine) -> Iterator[str]:
    running = instance.status == ProcessInstance.Status.RUNNING
    if instance.status != ProcessInstance.Status.CANCELLED and machine.ended == running:
        yield f"instance {instance.pk}: is {instance.status}, but its state says otherwise"
    waits = machine.waits() if running else ()
    tasks = [wait.id for wait in waits if isinstance(wait, UserTaskWait)]
    others = [wait.id for wait in waits if not isinstance(wait, UserTaskWait)]
    rows = Task.objects.filter(instance=instance, status=Task.Status.OPEN)
    yield from _differ(instance, "open tasks", tasks, rows.values_list("wait_id", flat=True))
    armed = Wait.objects.filter(instance=instance, status__in=OPEN_WAITS).exclude(wait_id="")
    yield from _differ(instance, "open jobs and timers", others, armed.values_list("wait_id", flat=True))


def _differ(instance: ProcessInstance, what: str, state: Iterable[str], rows: Iterable[str]) -> Iterator[str]:
    said, there = sorted(state), sorted(rows)
    if said != there:
        yield f"instance {instance.pk}: {what} are {there}, but its state says {said}"


def _jobs() -> Iterator[str]:
    told = Wait.objects.filter(topic__in=TASK_TOPICS, status__in=OPEN_WAITS)
    for wait in told.exclude(task__status=Task.Status.OPEN):
        yield f"job {wait.pk}: reminds of a task that is closed"
    unresolved = Q(incidents__resolved_at=None, incidents__isnull=False)
    for wait in Wait.objects.filter(status=Wait.Status.INCIDENT).exclude(
        pk__in=Incident.objects.filter(resolved_at=None).values("wait_id")
    ):
        yield f"job {wait.pk}: is an incident without an open incident"
    for wait in Wait.objects.filter(unresolved).exclude(status__in=OPEN_WAITS).distinct():
        yield f"job {wait.pk}: is {wait.status} with an open incident"
