"""Who may do what: predicates that give the reason against it, or None; services enforce, pages ask.

Four eyes are judged for the natural person: whatever user, link or role they come by.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from accounts.actors import Actor
from accounts.basis import HEAD_ROLES
from accounts.models import Role, User
from accounts.scope import Scope
from cases import campaigns
from cases.errors import Reason
from cases.models import Case
from cases.querysets import names_of
from engine import catalog
from engine.core.definition import Definition, Element

# Who leads an organisation and keeps its own days.
HEADS: Final = (Role.INSTITUTION_HEAD, Role.MUNICIPALITY_HEAD, Role.IKVD_OFFICER, Role.MINISTRY_ADMIN)


class Held(Protocol):
    """What of a task decides who may do it: its row, or what a step tells of one it opened."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def group(self) -> str:
        """Its candidate group, or empty."""

    @property
    def assignee(self) -> str:
        """Who has it, or empty."""


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What decides who may do a task; `deciders` did the tasks that it must differ from."""

    task: Held
    element: Element
    applicant_person: int | None
    subject: int | None
    deciders: frozenset[int]


def concerned(case: Case) -> tuple[int | None, int | None]:
    """The persons whose data whoever opens the case sees: whom it is about, and who applied."""
    return case.subject_id, case.applicant.person_id if case.applicant else None


def decides(element: Element) -> bool:
    """Whether completing this task decides the case."""
    return element.properties.get("decides", "") == "true"


def is_mine(task: Held, actor: Actor) -> bool:
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
    # Who asks for themself answers for it as whoever asks; others do for whom a colleague asked.
    by_others = facts.element.properties.get("not_by_subject", "") == "true"
    if by_others and person == facts.subject != facts.applicant_person:
        return Reason.OWN_CASE
    return None


def against_completing(facts: TaskFacts, scope: Scope) -> Reason | None:
    """Why they may not complete the task, comment on it or save a draft of it."""
    task, actor = facts.task, scope.actor
    if actor.channel == "link":
        opens = actor.only_task == task.id and is_mine(task, actor)
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


def against_retaining(scope: Scope) -> Reason | None:
    """Why they may not say what is emptied when its time is over, or hold a case from that."""
    return None if scope.can_admin or scope.actor.channel == "system" else Reason.NOT_ADMINISTRATOR


def against_running_batches(scope: Scope) -> Reason | None:
    """Why they may not change many process instances at once, or rest them."""
    return None if scope.can_admin or scope.actor.channel == "system" else Reason.NOT_ADMINISTRATOR


def against_recording(scope: Scope) -> Reason | None:
    """Why they may not record a case as a scenario."""
    return None if scope.can_admin else Reason.NOT_ADMINISTRATOR


def against_extending(
    case: Case, opened: Iterable[TaskFacts], scope: Scope, applicant_person: int | None
) -> Reason | None:
    """Why they may not extend the deadline of the case: who decides may, never in a case of their own."""
    person = scope.actor.person_id
    if person is None or person in (applicant_person, case.subject_id):
        return Reason.NOT_DECIDING
    holds = any(decides(one.element) and is_mine(one.task, scope.actor) for one in opened)
    return None if holds or scope.can_admin else Reason.NOT_DECIDING


def against_keeping_days(scope: Scope, organisation_id: int | None) -> Reason | None:
    """Why they may not change the days of the state, or the own days of this organisation."""
    if organisation_id is None:
        return None if scope.can_admin else Reason.NOT_CALENDAR
    keeps = any(scope.has_role(role, organisation_id) for role in HEADS)
    return None if keeps else Reason.NOT_CALENDAR


def against_setting_deadlines(scope: Scope) -> Reason | None:
    """Why they may not set for how long a deadline runs."""
    return None if scope.can_admin else Reason.NOT_DEADLINES


def against_starting(definition: Definition, scope: Scope, organisation_id: int) -> Reason | None:
    """Why they may not start this process for this organisation."""
    if scope.actor.channel == "system":
        return None
    if any(scope.has_role(role, organisation_id) for role in definition.start_roles):
        return None
    return Reason.NOT_STARTER


def against_changing_institutions(scope: Scope) -> Reason | None:
    """Why they may not say in the register who leads an institution, or that it closed."""
    officer = scope.has_role(Role.IKVD_OFFICER) or scope.can_admin
    return None if officer else Reason.NOT_REGISTRAR


def against_entering(scope: Scope, organisation_id: int) -> Reason | None:
    """Why they may not enter in the register who left this organisation."""
    heads = any(scope.has_role(role, organisation_id) for role in HEAD_ROLES)
    return None if heads else against_changing_institutions(scope)


def against_any_campaign(scope: Scope) -> Reason | None:
    """Why they may not start any process in many institutions at once."""
    definitions = (catalog.definition(row.pk) for row in catalog.all_current())
    may = any(against_campaign(definition, scope) is None for definition in definitions)
    return None if may else Reason.NOT_CAMPAIGN


def against_campaign(definition: Definition, scope: Scope) -> Reason | None:
    """Why they may not start this process in many institutions at once."""
    may = scope.actor.channel != "link" and any(
        scope.has_role(role) for role in campaigns.roles_of(definition)
    )
    return None if may else Reason.NOT_CAMPAIGN


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


def against_inviting_user(scope: Scope, user: User | None) -> Reason | None:
    """Why they may not send this user the link to choose a password again."""
    if scope.actor.channel == "link" or scope.reads_only:
        return Reason.READS_ONLY
    if user is None or not user.is_active or user.has_usable_password():
        return Reason.NOT_INVITABLE
    if scope.can_admin:
        return None
    leads = {"institution_head", "municipality_head"}
    own = {held.organisation_id for held in scope.roles if held.role in leads}
    holds = user.role_grants.filter(revoked_at=None, organisation_id__in=own).exists()
    return None if holds else Reason.NOT_ADMINISTRATOR


def against_showing_code(scope: Scope) -> Reason | None:
    """Why they may not see a whole personal code."""
    return Reason.READS_ONLY if scope.actor.channel == "link" or scope.reads_only else None
