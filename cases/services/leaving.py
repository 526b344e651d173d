"""Somebody leaves an organisation: their roles there end, their open tasks go back to those who stay."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from accounts.actors import SYSTEM
from accounts.models import RoleGrant, User
from accounts.services import close_without_roles, revoke_role
from cases import audit, people
from cases.errors import NotFound, TaskNotOpen
from cases.heads import head_group
from cases.models import Case, TaskLink
from engine import clock
from engine import services as engine
from engine.models import Task
from registries.models import Organisation, Person

from .acting import act
from .locking import LockedTask, lock_task

GIVEN_BACK: Final = "task.given_back"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """How many open tasks went back, and how many of the organisation's wait for nobody now."""

    tasks: int
    stranded: int


def end_roles(
    case: Case, person: Person, grants: Iterable[RoleGrant], *, actor: str, now: datetime
) -> tuple[str, ...]:
    """The roles that end now by this case, in the step under way; without any left the account closes.

    Roles of other organisations stay as they are.
    """
    ended = []
    for grant in grants:
        if revoke_role(person, grant.role, grant.organisation, case_number=case.number, now=now):
            fields = {"role": grant.role, "organisation": str(grant.organisation.public_id)}
            audit.record(case, actor, "role.revoked", f"person:{person.pk}", fields, now)
            ended.append(grant.role)
    user = User.objects.filter(person=person).first()
    sleeps = user is not None and user.closed_because == User.ClosedBecause.INACTIVE
    if user is not None and (user.is_active or sleeps) and close_without_roles(user, now=now):
        audit.record(case, actor, "account.closed", f"person:{person.pk}", {"because": "no_roles"}, now)
    return tuple(ended)


def tasks_held(person: Person, organisation: Organisation) -> tuple[Task, ...]:
    """The open tasks that the person has for the organisation, by instance."""
    user = User.objects.filter(person=person).first()
    if user is None:
        return ()
    at_place = Q(group__endswith=f"@{organisation.pk}")
    ungrouped = Q(group="", instance__case__organisation=organisation)
    held = Task.objects.filter(at_place | ungrouped, status=Task.Status.OPEN, assignee=user.username)
    return tuple(held.order_by("instance_id", "id"))


def give_back_tasks(person: Person, organisation: Organisation, *, awaited: str = "") -> GivenBack:
    """Gives the person's open tasks there to their groups, drafts and all, a transaction each.

    Nothing of the group `awaited` counts as stranded: somebody is on the way to it.
    """
    held = tasks_held(person, organisation)
    for task in held:
        give_back(task, organisation)
    _void_links(person, organisation)
    waiting = [task for task in stranded(organisation) if task.group != awaited]
    return GivenBack(len(held), len(waiting))


def give_back(task: Task, organisation: Organisation) -> bool:
    """Whether the task went from who had it to its group, or to those who speak for the organisation."""
    try:
        with act(SYSTEM, "task.give_back", f"task:{task.public_id}"):
            held = lock_task(task.public_id, SYSTEM)
            held.refuse_not_open()
            if not held.task.assignee or held.task.assignee != task.assignee:
                return False
            _pass_on(held, held.task.group or head_group(organisation))
    except (NotFound, TaskNotOpen):
        # It was done, or went away with its case, in the meantime.
        return False
    return True


def move_task(task: Task, group: str) -> bool:
    """Whether the open task went to another candidate group."""
    try:
        with act(SYSTEM, "task.move", f"task:{task.public_id}"):
            held = lock_task(task.public_id, SYSTEM)
            held.refuse_not_open()
            _pass_on(held, group)
    except (NotFound, TaskNotOpen):
        return False
    return True


def _pass_on(held: LockedTask, group: str) -> None:
    task = held.task
    if task.group == group:
        engine.release_task(task.pk, assignee=task.assignee, actor=SYSTEM.name, now=held.now)
    else:
        engine.hand_over_task(task.pk, group=group, actor=SYSTEM.name, now=held.now)
    fields = {"from": task.assignee or task.group, "to": group}
    audit.record(held.case, SYSTEM.name, GIVEN_BACK, f"task:{task.public_id}", fields, held.now)


def stranded(organisation: Organisation) -> tuple[Task, ...]:
    """Open tasks of the organisation's groups in which nobody is left."""
    opened = Task.objects.filter(status=Task.Status.OPEN, group__endswith=f"@{organisation.pk}")
    groups = set(opened.values_list("group", flat=True))
    empty = [group for group in sorted(groups) if not people.persons_in(group)]
    return tuple(opened.filter(group__in=empty).order_by("instance_id", "id"))


def _void_links(person: Person, organisation: Organisation) -> None:
    """One-time links by which the person would do something for the organisation."""
    links = TaskLink.objects.filter(
        person=person, voided_at=None, task__instance__case__organisation=organisation
    )
    links.update(voided_at=clock.now())
