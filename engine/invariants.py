"""The engine's part of the ledger equation: what must hold between any two steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.db.models import Count, Q

from engine import catalog, clock, sql
from engine.core.errors import CoreError
from engine.core.machine import Machine
from engine.core.waits import UserTaskWait
from engine.errors import DefinitionNotFound
from engine.instants import TASK_TOPICS
from engine.locked import LIVE
from engine.models import Completion, Incident, ProcessInstance, Task, Wait

OPEN_WAITS: Final = Wait.OPEN
BATCH: Final = 1000

# So many instances after one, each with everything that is compared with its state: one statement.
_INSTANCES: Final = """
SELECT i.id, i.definition_id, i.status, i.version, i.state, i.state_sha256,
    (SELECT count(*) FROM engine_completion c WHERE c.instance_id = i.id) AS steps,
    (SELECT coalesce(max(c.version), 0) FROM engine_completion c WHERE c.instance_id = i.id) AS last,
    ARRAY(SELECT t.wait_id FROM engine_task t WHERE t.instance_id = i.id AND t.status = 'open') AS tasks,
    ARRAY(SELECT w.wait_id FROM engine_wait w
        WHERE w.instance_id = i.id AND w.status IN ('due', 'held', 'incident', 'stopped', 'waiting')
            AND w.wait_id <> '') AS armed
FROM engine_processinstance i WHERE i.id > %(after)s::bigint ORDER BY i.id LIMIT %(batch)s::bigint
"""

_others: list[Callable[[], Iterable[str]]] = []


@dataclass(frozen=True, slots=True)
class _Instance:
    """An instance beside what its rows say: completions, open tasks, armed jobs and timers."""

    id: int
    definition_id: int
    status: str
    version: int
    state: bytes
    state_sha256: bytes
    steps: int
    last: int
    tasks: list[str]
    armed: list[str]


def invariants() -> list[str]:
    """What does not hold in the engine, one sentence each; empty when all is well."""
    return [*_instances(), *_tasks(), *_jobs()]


def add_invariants(others: Callable[[], Iterable[str]]) -> None:
    """Let somebody above the engine add what must hold there (chains of the audit, files)."""
    if others not in _others:
        _others.append(others)


def all_invariants() -> list[str]:
    """What does not hold at one instant, in the engine and above it, while others may be at work."""
    with clock.one_instant():
        return [*invariants(), *(sentence for others in _others for sentence in others())]


def _instances() -> Iterator[str]:
    after, is_more = 0, True
    while is_more:
        rows = sql.rows(_INSTANCES, {"after": after, "batch": BATCH})
        for row in rows:
            yield from _instance(_Instance(**row))
        is_more = len(rows) == BATCH
        after = rows[-1]["id"] if rows else after


def _instance(instance: _Instance) -> Iterator[str]:
    if not instance.version == instance.steps == instance.last:
        yield f"instance {instance.id}: version {instance.version}, but {instance.steps} completions"
    if sha256(instance.state).digest() != bytes(instance.state_sha256):
        yield f"instance {instance.id}: its state does not match its hash"
        return
    try:
        machine = Machine.load(catalog.definition(instance.definition_id), bytes(instance.state))
    except (CoreError, DefinitionNotFound) as error:
        yield f"instance {instance.id}: {error}"
        return
    yield from _projection(instance, machine)


def _projection(instance: _Instance, machine: Machine) -> Iterator[str]:
    running = instance.status in LIVE
    if instance.status != ProcessInstance.Status.CANCELLED and machine.ended == running:
        yield f"instance {instance.id}: is {instance.status}, but its state says otherwise"
    waits = machine.waits() if running else ()
    tasks = [wait.id for wait in waits if isinstance(wait, UserTaskWait)]
    others = [wait.id for wait in waits if not isinstance(wait, UserTaskWait)]
    yield from _differ(instance, "open tasks", tasks, instance.tasks)
    yield from _differ(instance, "open jobs and timers", others, instance.armed)


def _differ(instance: _Instance, what: str, state: Iterable[str], rows: Iterable[str]) -> Iterator[str]:
    said, there = sorted(state), sorted(rows)
    if said != there:
        yield f"instance {instance.id}: {what} are {there}, but its state says {said}"


def _tasks() -> Iterator[str]:
    closed = Task.objects.filter(status=Task.Status.COMPLETED).annotate(
        steps=Count("completions", filter=Q(completions__kind=Completion.Kind.TASK))
    )
    for task, steps in closed.exclude(steps=1).values_list("pk", "steps"):
        yield f"task {task}: completed, but with {steps} completions"


def _jobs() -> Iterator[str]:
    told = Wait.objects.filter(topic__in=TASK_TOPICS, status__in=OPEN_WAITS)
    for wait in told.exclude(task__status=Task.Status.OPEN):
        yield f"job {wait.pk}: reminds of a task that is closed"
    unresolved = Q(incidents__resolved_at=None, incidents__isnull=False)
    for wait in Wait.objects.filter(status=Wait.Status.INCIDENT).exclude(
        pk__in=Incident.objects.filter(resolved_at=None, wait__isnull=False).values("wait_id")
    ):
        yield f"job {wait.pk}: is an incident without an open incident"
    for wait in Wait.objects.filter(unresolved).exclude(status__in=OPEN_WAITS).distinct():
        yield f"job {wait.pk}: is {wait.status} with an open incident"
    stuck = Incident.objects.filter(resolved_at=None, task__isnull=False)
    for task in stuck.exclude(task__status=Task.Status.OPEN).values_list("task_id", flat=True):
        yield f"task {task}: is closed with an open incident"
