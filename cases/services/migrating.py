"""Brings cases to another version of their process: seen before, asked for with a reason, undone if asked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from cases import permissions, steps
from cases.audit.chain import keyed_hash
from cases.batch_kinds import batch_kind
from cases.errors import NotAllowed, NotFound, Refused
from cases.migration_words import words_of
from cases.models import Batch, BatchItem, Draft
from cases.steps import CaseStep
from engine import catalog
from engine import services as engine
from engine.core.changes import Change, changes_between
from engine.core.definition import Definition
from engine.core.errors import UndeclaredVariable, WrongType
from engine.core.migrating import Choices, Judgement, Verdict
from engine.core.values import decoded
from engine.models import ProcessDefinition
from engine.services import LockedInstance, lock_instance

from .acting import Begun, act, begin
from .batches import Target, Wanted, ask_batch, values_told
from .locking import case_of_instance, uuid_of
from .writing import end_step

KIND: Final = "migration"
UNDO: Final = "migration_undo"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen for instances that need it: other elements for open ones, values for variables."""

    elements: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Live instances of one version with the same verdict for the same reasons."""

    version: int
    judgement: Judgement
    instances: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The dry run: what differs from each version that runs, and what would become of every live instance."""

    target: ProcessDefinition
    changes: Mapping[int, tuple[Change, ...]]
    groups: tuple[Group, ...]

    def count(self, *verdicts: Verdict) -> int:
        """How many instances have one of these verdicts; of any verdict without."""
        chosen = [group for group in self.groups if not verdicts or group.judgement.verdict in verdicts]
        return sum(len(group.instances) for group in chosen)

    @property
    def moves(self) -> bool:
        """Whether a choice of a person, or what would happen at once, decides where an instance goes on."""
        return self.count(Verdict.CHOSEN) > 0

    @property
    def at_once(self) -> tuple[str, ...]:
        """The events and gateways that would let instances move within the migration itself."""
        going = (group.judgement for group in self.groups if group.judgement.may_go)
        return tuple(dict.fromkeys(element for judgement in going for element in judgement.at_once))


def plan_migration(process: str, version: int, chosen: Chosen, *, user: Actor) -> Plan:
    """What would become of every live case of the other versions; nothing changes. NotFound, NotAllowed."""
    with act(user, "migration.plan", f"process:{process}"):
        begun = begin(user)
        _require(begun)
        return _plan(process, version, chosen)


def ask_migration(
    process: str, version: int, chosen: Chosen, *, user: Actor, reason: str, key: str = ""
) -> Batch:
    """Bring those cases to a version that may follow now, each in a step of its own.

    Where a choice moves a token, or what would happen at once, another person must confirm it first.
    NotFound, NotAllowed, FormInvalid, Refused, KeyReused.
    """
    with act(user, "migration.ask", f"process:{process}"):
        begun = begin(user)
        _require(begun)
        plan = _plan(process, version, chosen)
        arguments = {
            "version": version,
            "elements": dict(chosen.elements),
            **values_told(chosen.values),
        }
        counts = {group.name.lower(): plan.count(group) for group in Verdict}
        found = {"counts": counts, "at_once": list(plan.at_once)}
        wanted = Wanted(KIND, reason, process, arguments, plan.moves, key, found=found)
        going = sorted(key for group in plan.groups if group.judgement.may_go for key in group.instances)
        told = {"values": dict(chosen.values)}
        return ask_batch(wanted, [Target(key, told=told) for key in going], user=user, begun=begun)


def ask_undoing(batch_id: UUID | str, *, user: Actor, reason: str) -> Batch:
    """Bring back what a migration moved, as far as it has not moved on; confirmed as the migration was.

    One that is under way is given again; after it what still stands in that version can be undone once more.
    NotFound, NotAllowed, FormInvalid, Refused.
    """
    with act(user, "migration.undo", f"batch:{batch_id}"):
        begun = begin(user)
        batches = Batch.objects.visible_to(begun.scope).select_for_update(of=("self",))
        batch = batches.filter(public_id=uuid_of(batch_id), kind=KIND).first()
        if batch is None:
            raise NotFound
        if batch.ended_at is None:
            raise Refused("goes_on", _("Cases are still being moved: wait for the end, or stop it first."))
        arguments = {"batch": str(batch.public_id), "version": batch.arguments["version"]}
        under_way = Batch.objects.filter(kind=UNDO, arguments=arguments, ended_at=None).first()
        if under_way is not None:
            return under_way
        done = batch.items.filter(status=BatchItem.Status.DONE).order_by("position")
        moved = done.filter(instance__definition__version=batch.arguments["version"])
        targets = [Target(key) for key in moved.values_list("instance_id", flat=True)]
        wanted = Wanted(UNDO, reason, batch.process_key, arguments, batch.needs_confirming)
        return ask_batch(wanted, targets, user=user, begun=begun)


@batch_kind(KIND, title=("Pāreja uz citu procesa versiju", "Moving to another version of the process"))
def migrate(batch: Batch, item: BatchItem, actor: Actor) -> None:
    """One case to the version; what undoes it is kept with the item, in the same transaction."""
    target = _version(batch.process_key, batch.arguments["version"])
    chosen = Chosen(batch.arguments["elements"], item.told.get("values", {}))
    with act(actor, "case.migrate", f"instance:{item.instance_id}"):
        begun = begin(actor)
        _require(begun)
        locked = lock_instance(_instance(item))
        if item.before is not None or locked.definition_id == target.pk:
            return
        choices = _choices(catalog.definition(target.pk), chosen)
        _refuse(engine.judge_instance(locked, target, choices), batch)
        step = _step(locked, actor, begun, batch, "forth")
        with steps.under_way(step) if step else nullcontext():
            done = engine.migrate_instance(locked, target, choices=choices, actor=actor.name, now=begun.now)
        if step is not None:
            end_step(step)
        item.before = {"definition": done.definition_id, "version": done.step.instance.version}
        item.state_before = done.state
        item.save(update_fields=["before", "state_before"])


@batch_kind(UNDO, title=("Pārejas uz citu versiju atsaukšana", "Undoing the move to another version"))
def undo(batch: Batch, item: BatchItem, actor: Actor) -> None:
    """One case back to where it stood, with its tasks, their people and their drafts."""
    moved = BatchItem.objects.get(
        batch__public_id=batch.arguments["batch"], instance=item.instance_id, status=BatchItem.Status.DONE
    )
    with act(actor, "case.migrate", f"instance:{item.instance_id}"):
        begun = begin(actor)
        _require(begun)
        locked = lock_instance(_instance(item))
        if (
            moved.before is None
            or moved.state_before is None
            or locked.definition_id == moved.before["definition"]
        ):
            return
        step = _step(locked, actor, begun, batch, "back")
        with steps.under_way(step) if step else nullcontext():
            done = engine.unmigrate_instance(
                locked,
                definition_id=moved.before["definition"],
                state=bytes(moved.state_before),
                version=moved.before["version"],
                actor=actor.name,
                now=begun.now,
            )
        for closed, opened in done.tasks.items():
            Draft.objects.filter(task=closed).update(task=opened)
        if step is not None:
            end_step(step)


def _plan(process: str, version: int, chosen: Chosen) -> Plan:
    target = _version(process, version)
    core = catalog.definition(target.pk)
    choices = _choices(core, chosen)
    versions = dict(ProcessDefinition.objects.filter(key=process).values_list("pk", "version"))
    found: dict[tuple[int, Judgement], list[int]] = {}
    for one in engine.judge_instances(process, target, choices):
        found.setdefault((one.definition_id, one.judgement), []).append(one.instance_id)
    groups = [Group(versions[key], judgement, tuple(ids)) for (key, judgement), ids in found.items()]
    sources = dict.fromkeys(definition_id for definition_id, _judgement in found)
    return Plan(
        target,
        {versions[key]: changes_between(catalog.definition(key), core) for key in sources},
        tuple(sorted(groups, key=lambda group: (-group.judgement.verdict, -len(group.instances)))),
    )


def _version(process: str, version: int) -> ProcessDefinition:
    found = ProcessDefinition.objects.filter(key=process, version=version).defer("files").first()
    if found is None:
        raise NotFound
    return found


def _choices(target: Definition, chosen: Chosen) -> Choices:
    """The choices with values of the declared types; what has another type is judged unfit as it is."""
    values: dict[str, Any] = {}
    for name, text in chosen.values.items():
        try:
            values |= decoded(target.variables, {name: text})
        except (UndeclaredVariable, WrongType):
            values[name] = (text,)
    return Choices(dict(chosen.elements), values)


def _require(begun: Begun) -> None:
    against = permissions.against_running_batches(begun.scope)
    if against is not None:
        raise NotAllowed(against)


def _refuse(judgement: Judgement, batch: Batch) -> None:
    """Refused with the reasons, if the case cannot follow now, or only by a move that nobody confirmed."""
    if judgement.verdict == Verdict.CHOSEN and batch.confirmed_at is None:
        raise Refused("unconfirmed", _("This would move the case on, so another person must confirm it."))
    if not judgement.may_go:
        raise Refused(judgement.heaviest.kind, words_of(judgement.heaviest))


def _instance(item: BatchItem) -> int:
    if item.instance_id is None:
        raise NotFound
    return item.instance_id


def _step(locked: LockedInstance, actor: Actor, begun: Begun, batch: Batch, way: str) -> CaseStep | None:
    """The step of the case that the instance is of, if it is of one."""
    case = case_of_instance(locked.id)
    if case is None:
        return None
    details = {"batch": str(batch.public_id), "way": way, "reason": keyed_hash(batch.reason)}
    return CaseStep(case, actor, begun.now, "migrate", details=details)
