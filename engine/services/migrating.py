"""Brings running instances to another version of their process: judged first, one step each, undone whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from engine import catalog, messages
from engine.core.machine import Machine
from engine.core.migrating import Choices, Judgement, Migration, undone
from engine.core.waits import MessageWait, ServiceWait, UserTaskWait, Wait
from engine.errors import InstanceBusy, InstanceEnded, InstanceMoved
from engine.events import StepResult
from engine.instants import TASK_TOPICS
from engine.locked import LIVE, SUSPENDED, LockedInstance
from engine.models import Completion, Incident, ProcessDefinition, ProcessInstance, Task
from engine.models import Wait as WaitRow
from engine.rearming import rearm
from engine.resting import hold_jobs, is_leased
from engine.steps import Command, Running, in_step_wait, nothing_more, read, take

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """A live instance with its version and what would become of it; `suspended` ones are judged too."""

    instance_id: int
    definition_id: int
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Migrated:
    """The step, and what undoes it while the instance has not moved on: its version before, and its state."""

    step: StepResult
    definition_id: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Unmigrated:
    """The step of an undoing; `tasks` are the ids of tasks that opened in the place of those it closed."""

    step: StepResult
    tasks: Mapping[int, int]


def judge_instances(process: str, target: ProcessDefinition, choices: Choices) -> Iterator[Judged]:
    """The dry run: every live instance of the other versions of a process, without a lock or a write."""
    known: dict[int, Migration] = {}
    live = ProcessInstance.objects.filter(definition__key=process, status__in=LIVE)
    fields = ("id", "definition_id", "state", "status")
    rows = live.exclude(definition=target).order_by("id").values_list(*fields)
    for key, definition_id, state, status in rows.iterator(chunk_size=AT_ONCE):
        migration = known.get(definition_id)
        if migration is None:
            migration = known[definition_id] = migration_to(target, definition_id, choices)
        yield Judged(key, definition_id, _judged(migration, bytes(state), rests=status == SUSPENDED))


def judge_instance(locked: LockedInstance, target: ProcessDefinition, choices: Choices) -> Judgement:
    """What would become of one instance now."""
    migration = migration_to(target, locked.definition_id, choices)
    return _judged(migration, bytes(locked.state), rests=locked.status == SUSPENDED)


def _judged(migration: Migration, state: bytes, *, rests: bool) -> Judgement:
    """The verdict; what would move at once, by itself or by a service done within the step, must not rest."""
    judgement = migration.judge(state)
    if not rests or not judgement.may_go:
        return judgement
    service = in_step_wait(Machine.load(migration.target.definition, migration.migrated(state)))
    return judgement.resting((*judgement.at_once, *((service.element,) if service else ())))


def migration_to(target: ProcessDefinition, source_id: int, choices: Choices) -> Migration:
    """The way from one version to another with the choices made; DefinitionNotFound."""
    source, wanted = catalog.definition(source_id), catalog.definition(target.pk)
    return _made(source.digest, wanted.digest, tuple(choices.elements.items()), tuple(choices.values.items()))


@lru_cache(maxsize=32)
def _made(
    source: str, target: str, elements: tuple[tuple[str, str], ...], values: tuple[tuple[str, Any], ...]
) -> Migration:
    """A batch asks for the same way again and again, and what it has judged once need not be judged twice."""
    choices = Choices(dict(elements), dict(values))
    return Migration(catalog.definition(source), catalog.definition(target), choices)


def migrate_instance(
    locked: LockedInstance, target: ProcessDefinition, *, choices: Choices, actor: str, now: datetime
) -> Migrated:
    """Bring a locked instance to another version in one step of its own.

    What stays keeps its row, its assignee and its draft; what is due is counted again from when it opened.
    InstanceEnded, InstanceBusy while a job of it runs, StateDamaged, MigrationRefused.
    """
    _must_rest(locked)
    running = read(locked)
    judge_instance(locked, target, choices).require()
    state = migration_to(target, locked.definition_id, choices).migrated(bytes(locked.state))
    machine = Machine.load(catalog.definition(target.pk), state)
    command = Command("migrate", Machine.look_again, actor, now, element=f"{target.version}")
    step = _taken(running, target.pk, state, machine, command)
    return Migrated(step, locked.definition_id, bytes(locked.state))


def unmigrate_instance(
    locked: LockedInstance, *, definition_id: int, state: bytes, version: int, actor: str, now: datetime
) -> Unmigrated:
    """Undo a migration from the state before it, while the instance stands at the version that it made.

    One within which something happened at once has moved the instance on, and stays. Whoever has taken a
    task since keeps it; what the migration closed opens again as it was.
    InstanceEnded, InstanceMoved, InstanceBusy.
    """
    _must_rest(locked)
    if locked.version != version or _has_moved_on(locked.id):
        raise InstanceMoved
    running = read(locked)
    source = ProcessDefinition.objects.only("version").get(pk=definition_id)
    core = catalog.definition(source.pk)
    stands = {wait.id for wait in running.waits}
    closed = [wait.id for wait in Machine.load(core, state).waits() if wait.id not in stands]
    before, ids = undone(state, bytes(locked.state), closed)
    command = Command("migrate", nothing_more, actor, now, element=f"{source.version}")
    step = _taken(running, source.pk, before, Machine.load(core, before), command)
    tasks = dict(_reopened(locked.id, ids))
    rearm(replace(locked, definition_id=source.pk), now=now)
    return Unmigrated(step, tasks)


def _has_moved_on(instance_id: int) -> bool:
    """Whether the last step of an instance moved a token."""
    return bool(Completion.objects.filter(instance=instance_id).latest("id").passed)


def _reopened(instance_id: int, ids: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Lets what opened again be as old as what was closed; the tasks among them, as [closed, open].

    What people were reminded of stays so: it is of the task that is open again.
    """
    for old, new in ids.items():
        for wait in WaitRow.objects.filter(instance=instance_id, wait_id=old).order_by("-id")[:1]:
            rows = WaitRow.objects.filter(instance=instance_id, wait_id=new)
            rows.update(created_at=wait.created_at, due_at=wait.due_at)
        for task in Task.objects.filter(instance=instance_id, wait_id=old):
            again = Task.objects.get(instance=instance_id, wait_id=new)
            for name in ("opened_at", "due_at", "assignee", "claimed_at", "group"):
                setattr(again, name, getattr(task, name))
            again.save(update_fields=["opened_at", "due_at", "assignee", "claimed_at", "group"])
            told = WaitRow.objects.filter(task=task, topic__in=TASK_TOPICS, status=WaitRow.Status.DONE)
            told.update(task=again)
            yield task.pk, again.pk


def _must_rest(locked: LockedInstance) -> None:
    if locked.status not in LIVE:
        raise InstanceEnded
    if is_leased(locked.id):
        raise InstanceBusy


def _taken(
    running: Running, definition_id: int, state: bytes, machine: Machine, command: Command
) -> StepResult:
    """The step from the rows of the one version to the state of the other."""
    ProcessInstance.objects.filter(pk=running.locked.id).update(definition=definition_id)
    _follow(running, machine, command.now)
    locked = replace(
        running.locked,
        definition_id=definition_id,
        state=state,
        state_sha256=sha256(state).digest(),
        tasks=None,
        due_timers=None,
    )
    after = Running(locked, machine, running.waits)
    step = take(after, command)
    if locked.status == SUSPENDED:
        hold_jobs(locked.id)
    else:
        rearm(after.locked, now=command.now)
    return step


def _follow(running: Running, machine: Machine, now: datetime) -> None:
    """Lets the rows of what stays say what the other version says of it."""
    before = {wait.id: wait for wait in running.waits}
    stays = [(before[wait.id], wait) for wait in machine.waits() if wait.id in before]
    changed = [(old, new) for old, new in stays if old != new]
    for old, new in changed:
        match new:
            case UserTaskWait():
                rows = Task.objects.filter(instance=running.locked.id, wait_id=new.id)
                rows.update(element=new.element, form_key=new.form_key)
                if isinstance(old, UserTaskWait) and old.group != new.group:
                    rows.update(group=new.group)
            case ServiceWait():
                _wait(running, new).update(element=new.element, topic=new.topic)
            case MessageWait():
                topic = f"{new.kind}:{new.name}"
                _wait(running, new).update(element=new.element, topic=topic, correlation_key=new.key)
            case _:
                _wait(running, new).update(element=new.element)
        if old.element != new.element:
            open_ones = Incident.objects.filter(instance=running.locked.id, resolved_at=None)
            open_ones.filter(element=old.element).update(element=new.element)
    _meet(running, [new for _old, new in changed], now)


def _wait(running: Running, wait: Wait) -> Any:
    return WaitRow.objects.filter(instance=running.locked.id, wait_id=wait.id)


def _meet(running: Running, changed: Sequence[Wait], now: datetime) -> None:
    """Asks for messages that were kept under what is waited for from now on."""
    awaited = [wait for wait in changed if isinstance(wait, MessageWait)]
    if awaited:
        locked = running.locked
        messages.exchange((), awaited, instance_id=locked.id, version=locked.version, now=now)
