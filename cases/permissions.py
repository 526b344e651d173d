"""Who may do what: predicates that give the reason against it, or None; services enforce, pages ask.

Four eyes are judged for the natural person: whatever user, link or role they come by.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.actors import Actor
from accounts.scope import Scope
from cases.errors import Reason
from cases.models import Case
from cases.querysets import names_of
from engine.core.definition import Definition, Element
from engine.models import Task


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What decides who may do a task; `deciders` did the tasks that it must differ from."""

    task: Task
    element: Element
    applicant_person: int | None
    subject: int | None
    deciders: frozenset[int]


def decides(element: Element) -> bool:
    """Whether completing this task decides the case."""
    return element.properties.get("decides", "") == "true"


def is_mine(task: Task, actor: Actor) -> bool:
    """Whether the task is assigned to this natural person."""
    return bool(task.assignee) and task.assignee in names_of(actor)


def against_person(facts: TaskFacts, person: int | None) -> Reason | None:
    """Four eyes alone: why this natural person may not do the task, whoever else may."""
    if facts.element.differs_from and person is None:
        return Reason.DECIDED_EARLIER
    if person in facts.deciders:
        return Reason.DECIDED_EARLIER
    if decides(facts.element) and person in (facts.applicant_person, facts.subject, None):
        return Reason.OWN_CASE
    return None


def against_completing(facts: TaskFacts, scope: Scope) -> Reason | None:
    """Why they may not complete the task, comment on it or save a draft of it."""
    task, actor = facts.task, scope.actor
    if actor.channel == "link":
        opens = actor.only_task == task.pk and is_mine(task, actor)
        return against_person(facts, actor.person_id) if opens else Reason.ONLY_THIS_TASK
    reason = _against_touching(facts, scope)
    if reason is None and task.assignee and not is_mine(task, actor):
        return Reason.ASSIGNED_TO_OTHER
    return reason


def against_claiming(facts: TaskFacts, scope: Scope) -> Reason | None:
    """Why they may not take the task, from a colleague if need be."""
    if scope.actor.channel == "link":
        return Reason.ONLY_THIS_TASK
    if not facts.task.group:
        return Reason.NOT_IN_GROUP
    return _against_touching(facts, scope)


def against_releasing(facts: TaskFacts, scope: Scope) -> Reason | None:
    """Why they may not give the task back to its group."""
    if not is_mine(facts.task, scope.actor):
        return Reason.ASSIGNED_TO_OTHER
    return None if facts.task.group else Reason.NOT_A_COLLEAGUE


def against_giving(facts: TaskFacts, scope: Scope) -> Reason | None:
    """Why they may not give the task to a colleague; who may not decide it may still pass it on."""
    if scope.actor.channel == "link":
        return Reason.ONLY_THIS_TASK
    return None if facts.task.group and scope.is_member(facts.task.group) else Reason.NOT_IN_GROUP


def against_inviting(facts: TaskFacts, case: Case, definition: Definition, scope: Scope) -> Reason | None:
    """Why they may not have a fresh link mailed to the person who does the task without an account."""
    if scope.actor.channel == "link":
        return Reason.ONLY_THIS_TASK
    if not facts.task.assignee.startswith("person:"):
        return Reason.NO_LINK
    person = scope.actor.person_id
    is_applicant = person is not None and person == facts.applicant_person
    answers_for_it = case.organisation_id in startable_in(definition, scope)
    return None if is_applicant or answers_for_it or scope.can_admin else Reason.NOT_APPLICANT


def against_withdrawing(case: Case, scope: Scope, applicant_person: int | None) -> Reason | None:
    """Why they may not withdraw the case."""
    person = scope.actor.person_id
    if scope.actor.channel == "link":
        return Reason.ONLY_THIS_TASK
    is_applicant = person is not None and person == applicant_person
    # A new head of the institution answers for what the former head submitted.
    heads = scope.has_role("institution_head", case.organisation_id)
    return None if is_applicant or heads else Reason.NOT_APPLICANT


def against_cancelling(scope: Scope) -> Reason | None:
    """Why they may not cancel a case from outside."""
    return None if scope.can_admin or scope.actor.channel == "system" else Reason.NOT_ADMINISTRATOR


def against_starting(definition: Definition, scope: Scope, organisation_id: int) -> Reason | None:
    """Why they may not start this process for this organisation."""
    if scope.actor.channel == "system":
        return None
    if any(scope.has_role(role, organisation_id) for role in definition.start_roles):
        return None
    return Reason.NOT_STARTER


def startable_in(definition: Definition, scope: Scope) -> tuple[int, ...]:
    """Ids of the organisations for which they may start this process."""
    held = (role.organisation_id for role in scope.roles if role.role in definition.start_roles)
    return tuple(dict.fromkeys(held))


def _against_touching(facts: TaskFacts, scope: Scope) -> Reason | None:
    task = facts.task
    in_group = bool(task.group) and scope.is_member(task.group)
    if task.group and not in_group:
        return Reason.READS_ONLY if scope.reads_only else Reason.NOT_IN_GROUP
    if not task.group and not is_mine(task, scope.actor):
        return Reason.NOT_IN_GROUP
    return against_person(facts, scope.actor.person_id)


def persons_by_element(rows: list[list[object]]) -> Mapping[str, frozenset[int]]:
    """Who did which element, out of [element, person] pairs."""
    found: dict[str, set[int]] = {}
    for element, person in rows:
        if isinstance(person, int):
            found.setdefault(str(element), set()).add(person)
    return {element: frozenset(persons) for element, persons in found.items()}
