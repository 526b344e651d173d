"""What happens to the case when the process moves: its legal status, its times, its audit, its messages."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final, assert_never

from accounts.actors import SYSTEM
from accounts.models import Role
from cases import clocks, events, people, steps
from cases.audit.chain import Entry
from cases.audit.record import append
from cases.models import Case
from cases.notifications import notify
from cases.permissions import decides
from cases.services.locking import case_of_instance
from cases.services.writing import end_step, save_new_case
from cases.steps import CaseStep
from cases.variables import start_variables
from engine import catalog
from engine.events import InstanceRow, StepResult, TaskRow

ACTIONS: Final[Mapping[str, str]] = {
    "start": "case.started",
    "task": "task.completed",
    "job": "job.done",
    "timer": "timer.fired",
    "event": "event.arrived",
    "error": "error.caught",
    "cancel": "case.cancelled",
    "repair": "case.repaired",
    "migrate": "case.migrated",
}


_HEADS: Final[Mapping[str, str]] = {
    Role.INSTITUTION_USER: Role.INSTITUTION_HEAD,
    Role.MUNICIPALITY_OFFICER: Role.MUNICIPALITY_HEAD,
    Role.MINISTRY_OFFICER: Role.MINISTRY_ADMIN,
}


class Happening(Enum):
    """What a step means for the case."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    ENDED = "ended"


def on_step(step: StepResult) -> None:
    """Let the case follow its process, in the step's own transaction."""
    current = steps.of_instance(step.instance.id)
    if current is None and (starting := steps.starting()) is not None:
        save_new_case(starting, step.instance.id)
        current = starting
    if current is not None:
        # The service that began the step writes its end, with everything that happened in between.
        _follow(current, step)
        return
    case = case_of_instance(step.instance.id)
    if case is not None:
        own = CaseStep(case, SYSTEM, step.now, "complete")
        with steps.under_way(own):
            _follow(own, step)
        end_step(own)


def _follow(current: CaseStep, step: StepResult) -> None:
    case = current.case
    before = case.status
    found = tuple(happenings(current, step))
    for happening in found:
        _apply(case, happening, step.now)
        _tell_of(case, happening, step)
    fields: dict[str, Any] = {"version": step.instance.version, "element": step.element}
    if case.status != before:
        fields["status"] = [str(before), str(case.status)]
    task = next((closed.task for closed in step.closed if closed.how == "completed"), None)
    about = f"case:{case.public_id}"
    if step.kind == "task" and task is not None:
        about = f"task:{task.public_id}"
    if step.kind in ("task", "cancel", "repair", "migrate"):
        fields |= current.details
    if step.decisions:
        fields["decisions"] = [
            {
                "element": made.element,
                "decision": made.decision,
                "digest": made.digest,
                "rule_ids": made.rule_ids,
            }
            for made in step.decisions
        ]
    current.entries.append(Entry(ACTIONS[step.kind], step.actor, step.now, about, fields))
    clocks.follow(current, step, before)
    events.publish(events.CaseMoved(case, tuple(happening.value for happening in found), step))


def happenings(current: CaseStep, step: StepResult) -> Iterator[Happening]:
    """What the step means for the case, in order."""
    case = current.case
    if step.kind == "cancel":
        yield Happening.WITHDRAWN if current.intent == "withdraw" else Happening.CANCELLED
        return
    if step.kind == "start" and case.applicant_id is None and current.intent == "start":
        # Nobody is to send what the registers or the calendar have asked for.
        yield Happening.SUBMITTED
    if step.kind == "task":
        element = catalog.definition(step.instance.definition_id).elements[step.element]
        if case.status == Case.Status.DRAFT or current.intent == "correct":
            yield Happening.SUBMITTED
        elif current.intent == "return":
            yield Happening.RETURNED
        elif decides(element) and case.status == Case.Status.SUBMITTED:
            yield Happening.DECIDED
    if step.ended and case.status not in (Case.Status.CLOSED, Case.Status.WITHDRAWN):
        yield Happening.ENDED


def _apply(case: Case, happening: Happening, now: datetime) -> None:
    match happening:
        case Happening.SUBMITTED:
            case.submit()
            case.submitted_at = case.submitted_at or now
        case Happening.RETURNED:
            case.send_back()
        case Happening.DECIDED:
            case.decide()
            case.decided_at = now
        case Happening.WITHDRAWN:
            case.withdraw()
            case.closed_at = now
        case Happening.CANCELLED:
            case.close()
            case.outcome = "cancelled"
            case.closed_at = now
        case Happening.ENDED:
            case.close()
            case.closed_at = now
        case _:
            assert_never(happening)


def _tell_of(case: Case, happening: Happening, step: StepResult) -> None:
    """Messages that every process sends; what else it tells, its own handlers do."""
    match happening:
        case Happening.RETURNED:
            _notify(case, "case.returned", _applicant(case), step.now, key=f"{step.instance.version}")
        case Happening.CANCELLED:
            _notify(case, "case.cancelled", _applicant(case), step.now)
        case Happening.WITHDRAWN:
            holders = (closed.task.assignee for closed in step.closed)
            others = {people.person_behind(name) for name in holders if name} - set(_applicant(case))
            told = tuple(sorted(person for person in others if person is not None))
            _notify(case, "case.withdrawn", told, step.now)
        case _:
            pass


def _applicant(case: Case) -> tuple[int, ...]:
    return (case.applicant.person_id,) if case.applicant else ()


def on_reminder(task: TaskRow, instance: InstanceRow, now: datetime) -> None:
    """Remind who has the task; everybody in its group while nobody has taken it."""
    _tell(task, instance, now, kind="task.reminder", to=_holders(task))


def on_escalation(task: TaskRow, instance: InstanceRow, now: datetime) -> None:
    """Tell the group that the diagram names that a task is past its due date.

    Where it names none: the head of whose task it is, and the ministry. A draft keeps nobody waiting.
    """
    element = catalog.definition(instance.definition_id).elements[task.element]
    case = Case.objects.select_related("organisation").filter(instance_id=instance.id).first()
    if case is None or case.status == Case.Status.DRAFT:
        return
    groups = [_escalation_group(element.escalate or "ministry_admin", case)]
    if not element.escalate:
        groups.insert(0, _head_of(task.group))
    told = dict.fromkeys(person for group in groups for person in people.persons_in(group))
    _tell(task, instance, now, kind="task.escalated", to=tuple(told))


def _head_of(group: str) -> str:
    """The group of those who answer for the work of this one."""
    role, _, place = group.partition("@")
    return f"{_HEADS.get(role, role)}@{place}"


def _holders(task: TaskRow) -> tuple[int, ...]:
    if not task.assignee:
        return people.persons_in(task.group)
    person = people.person_behind(task.assignee)
    return (person,) if person is not None else ()


def _escalation_group(written: str, case: Case) -> str:
    """`role@${variable}` of a start variable, or a role alone: then at the ministry."""
    role, _, place = written.partition("@")
    name = place.removeprefix("${").removesuffix("}") or "ministry"
    value = place if place.isdigit() else start_variables(case.organisation, None).get(name, "")
    return f"{role}@{value}"


def _tell(task: TaskRow, instance: InstanceRow, now: datetime, *, kind: str, to: tuple[int, ...]) -> None:
    case = Case.objects.filter(instance_id=instance.id).first()
    if case is None:
        return
    # A job may run twice; one reminder of a task a day is enough.
    _notify(case, kind, to, now, key=f"{task.id}:{now:%Y%m%d}", task_id=task.id)
    fields = {"element": task.element, "recipients": [f"person:{person}" for person in to]}
    append(case, [Entry(kind, SYSTEM.name, now, f"task:{task.public_id}", fields)])


def _notify(
    case: Case,
    kind: str,
    to: tuple[int, ...],
    now: datetime,
    *,
    key: str = "",
    task_id: int | None = None,
) -> None:
    for person in to:
        notify(
            case.pk,
            kind=kind,
            recipient_id=person,
            task_id=task_id,
            natural_key=f"{kind}:{case.pk}:{key}:{person}",
            now=now,
        )
