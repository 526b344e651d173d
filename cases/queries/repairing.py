"""What an administrator may repair in a case: where its process waits, what it knows, where it could go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.scope import Scope
from cases import audit, permissions
from cases.errors import NotFound
from cases.models import Batch, BatchItem, Case
from cases.services.repairs import KIND, Asked, seen_by_administrator
from cases.visibility import incidents_visible_to
from engine import catalog
from engine.core.definition import Definition, Element
from engine.core.errors import StateUnreadable, WaitNotFound
from engine.core.machine import Machine
from engine.core.repairing import targets
from engine.core.surroundings import Around, Seen
from engine.core.usage import writes_of
from engine.core.waits import MessageWait, ServiceWait, TimerWait, UserTaskWait, Wait
from engine.locked import LIVE
from engine.models import Incident, ProcessInstance, Task
from engine.models import Wait as WaitRow
from engine.services import seen_at

WaitKind = Literal["task", "job", "timer", "message"]


@dataclass(frozen=True, slots=True)
class Place:
    """An element by its id, type and names; its id where the diagram does not name it."""

    element: str
    type: str
    name_lv: str
    name_en: str


Apart = dict[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Surrounding:
    """A subprocess or call around a wait: which of several, from 1, with its key of the list; else 0."""

    place: Place
    number: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class OpenWait:
    """Where the process waits; a wait that only stands beside another is not skipped nor moved itself.

    `apart` are the variables in which it differs from other waits at the same element.
    """

    wait: str
    kind: WaitKind
    place: Place
    since: datetime | None
    incident: UUID | None
    is_beside: bool
    apart: Mapping[str, Any]
    around: tuple[Surrounding, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetPlace(Place):
    """Where a token can be moved to, and the subprocess or call in which that lies; none in the process."""

    inside: Place | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable as a wait sees it; None where it has no value.

    It belongs to what is inside `owner`, or to the process; `is_written` by the step that waits.
    """

    name: str
    type: str
    value: Any
    owner: str = ""
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class RepairView:
    """A case as who repairs it sees it; `version` is its instance's, `asked` what waits to be confirmed.

    The variables are those that the wait `at` sees; if it is empty, those of the process.
    """

    case: Case
    version: int
    waits: tuple[OpenWait, ...]
    at: str
    variables: tuple[Variable, ...]
    targets: tuple[TargetPlace, ...]
    asked: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Which open incidents; what is empty leaves all."""

    process: str = ""
    version: int | None = None
    element: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class IncidentGroup:
    """Open incidents of the same element of one version, for the same cause."""

    process: str
    version: int
    element: str
    cause: str
    definition_id: int
    count: int


def repair_view(scope: Scope, case_public_id: UUID | str, at: str | None = "") -> RepairView:
    """What may be repaired in a case, its variables as a wait sees them; the reading is recorded.

    None is the only step at which it waits, if there is but one. NotFound, for a wait that is not open too,
    NotAllowed.
    """
    case = seen_by_administrator(scope, case_public_id)
    instance = ProcessInstance.objects.get(pk=case.instance_id)
    definition = catalog.definition(instance.definition_id)
    machine = _machine(instance, definition)
    waits = _waits(case, definition, machine) if machine is not None and instance.status in LIVE else ()
    if at is None:
        steps = [one.wait for one in waits if not one.is_beside]
        at = steps[0] if len(steps) == 1 else ""
    if at and at not in {one.wait for one in waits}:
        raise NotFound
    audit.record_read(scope.actor, f"case:{case.public_id}", persons=permissions.concerned(case))
    return RepairView(
        case=case,
        version=instance.version,
        waits=waits,
        at=at,
        variables=variables_of(definition, machine.seen_at(at)) if machine is not None else (),
        targets=targets_from(definition, *(one.place.element for one in waits if not one.is_beside)),
        asked=tuple(asked_repairs(case)),
    )


def sees_alike(view: RepairView, other: str) -> bool:
    """Whether another wait sees variables of the same scopes as those shown; not if it is gone."""
    try:
        instance = view.case.instance
        return _whose(seen_at(instance, other)) == _whose(seen_at(instance, view.at))
    except (WaitNotFound, StateUnreadable):
        return False


def _whose(seen: Seen) -> list[tuple[str, int]]:
    return [(one.name, one.holder) for one in seen.variables]


def variables_of(definition: Definition, seen: Seen) -> tuple[Variable, ...]:
    """What is seen, those of the innermost first, and of each those first that the step writes."""
    step = definition.elements.get(seen.element)
    written = _written_by(definition, step) if step is not None else frozenset()
    found = sorted(seen.variables, key=lambda one: (-one.path.count("/"), one.name not in written, one.name))
    return tuple(Variable(one.name, one.type, one.value, one.scope, one.name in written) for one in found)


def _written_by(definition: Definition, step: Element) -> frozenset[str]:
    if step.many is not None:
        return frozenset({step.many.yes})
    return writes_of(definition, step)


def targets_from(definition: Definition, *sources: str) -> tuple[TargetPlace, ...]:
    """Where a token on one of these elements can be moved to."""
    elements = definition.elements
    return tuple(
        TargetPlace(**asdict(place_of(one)), inside=place_of(elements[one.parent]) if one.parent else None)
        for one in targets(definition, *sources)
    )


def surroundings(definition: Definition, around: Iterable[Around]) -> tuple[Surrounding, ...]:
    """What is around a wait, with words for it."""
    elements = definition.elements
    return tuple(Surrounding(place_of(elements[one.element]), one.number, one.key) for one in around)


def seen_at_incident(incident: Incident) -> Seen | None:
    """What the step of an open incident sees; none if it stands there no more, or is damaged."""
    at = incident.wait or incident.task
    if incident.instance is None or at is None:
        return None
    try:
        return seen_at(incident.instance, at.wait_id)
    except (WaitNotFound, StateUnreadable):
        return None


def place_of(element: Element) -> Place:
    """An element with words for it."""
    lv = element.name or element.id
    return Place(element.id, element.type, lv, element.name_en or lv)


def open_incidents(scope: Scope, chosen: IncidentFilter) -> QuerySet[Incident]:
    """The open incidents of running instances that fit, oldest first."""
    found = incidents_visible_to(scope).filter(resolved_at=None, instance__status="running")
    wanted = {
        "instance__definition__key": chosen.process,
        "instance__definition__version": chosen.version,
        "element": chosen.element,
        "cause": chosen.cause,
    }
    return found.filter(**{name: value for name, value in wanted.items() if value}).order_by("id")


def incident_groups(scope: Scope) -> tuple[IncidentGroup, ...]:
    """The open incidents of instances by process, version, element and cause, the largest group first."""
    rows = open_incidents(scope, IncidentFilter()).order_by().values_list(
        "instance__definition__key", "instance__definition__version", "element", "cause",
        "instance__definition",
    )  # fmt: skip
    counted = rows.annotate(n=Count("id")).order_by("-n", "instance__definition__key", "element", "cause")
    return tuple(IncidentGroup(*row) for row in counted)


def asked_of(scope: Scope, batch_public_id: UUID) -> tuple[Asked, ProcessInstance] | None:
    """What a visible batch asks of the first of its instances; none if it has none."""
    batches = Batch.objects.visible_to(scope).filter(public_id=batch_public_id, kind=KIND)
    item = BatchItem.objects.filter(batch__in=batches).select_related("instance").order_by("position").first()
    return (Asked.kept(item.told), item.instance) if item is not None and item.instance is not None else None


def _machine(instance: ProcessInstance, definition: Definition) -> Machine | None:
    """An instance in memory; none of a damaged one, which can only be ended."""
    try:
        return Machine.load(definition, bytes(instance.state))
    except StateUnreadable:
        return None


def _apart(machine: Machine, waits: Iterable[Wait]) -> Apart:
    """Of each task that is open more than once at an element, the variables in which it differs."""
    by_element: dict[str, dict[str, Mapping[str, Any]]] = {}
    for wait in waits:
        if isinstance(wait, UserTaskWait | ServiceWait):
            by_element.setdefault(wait.element, {})[wait.id] = machine.variables_at(wait.id)
    found: Apart = {}
    for seen in by_element.values():
        names = {name for one in seen.values() for name in one}
        unlike = [name for name in sorted(names) if len({str(one.get(name)) for one in seen.values()}) > 1]
        found |= {wait: {name: one.get(name) for name in unlike} for wait, one in seen.items()}
    return found


def _waits(case: Case, definition: Definition, machine: Machine) -> tuple[OpenWait, ...]:
    apart = _apart(machine, machine.waits())
    of_case = Q(instance=case.instance_id)
    since = dict(Task.objects.filter(of_case, status="open").values_list("wait_id", "opened_at"))
    rows = WaitRow.objects.filter(of_case, status__in=WaitRow.OPEN).exclude(wait_id="")
    since |= dict(rows.values_list("wait_id", "created_at"))
    incidents: dict[str | None, UUID] = {}
    standing = Incident.objects.filter(of_case, resolved_at=None).select_related("wait", "task")
    for one in standing:
        at = one.wait or one.task
        if at is not None:
            incidents[at.wait_id] = one.public_id
    return tuple(
        OpenWait(
            wait=wait.id,
            kind=_kind(wait),
            place=place_of(definition.elements[wait.element]),
            since=since.get(wait.id),
            incident=incidents.get(wait.id),
            is_beside=definition.elements[wait.element].type == "boundaryEvent",
            apart=apart.get(wait.id, {}),
            around=surroundings(definition, machine.around(wait.id)),
        )
        for wait in machine.waits()
    )


def _kind(wait: Wait) -> WaitKind:
    match wait:
        case UserTaskWait():
            return "task"
        case ServiceWait():
            return "job"
        case TimerWait():
            return "timer"
        case MessageWait():
            return "message"


def asked_repairs(case: Case) -> QuerySet[Batch, UUID]:
    """The public ids of the repairs of a case that somebody asked for and that are not over, newest first."""
    waiting = Batch.objects.filter(kind=KIND, ended_at=None, items__instance=case.instance_id)
    return waiting.order_by("-id").values_list("public_id", flat=True)
