"""To whom a task can be given: who holds the role of its group, but for those whom four eyes keep from it."""

from dataclasses import dataclass
from uuid import UUID

from accounts.actors import actor_of
from accounts.models import User
from accounts.scope import Scope, scope_of
from cases import permissions
from cases.errors import NotAllowed
from engine import catalog, clock

from .task import case_of_task, facts_of, visible_task


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to whom the task can be given."""

    username: str
    name: str


def colleagues(scope: Scope, task_public_id: UUID | str) -> tuple[Colleague, ...]:
    """By name; NotFound, and NotAllowed for who may not give the task away."""
    task = visible_task(scope, task_public_id)
    case, now = case_of_task(task), clock.now()
    facts = facts_of(task, case, catalog.definition(case.instance.definition_id))
    reason = permissions.against_giving(facts, scope)
    if reason is not None:
        raise NotAllowed(reason)
    role = task.group.partition("@")[0]
    users = User.objects.filter(is_active=True, role_grants__role=role, role_grants__revoked_at=None)
    found = []
    for user in users.exclude(username=task.assignee).select_related("person").distinct():
        reaches = scope_of(actor_of(user, "page"), at=now).is_member(task.group)
        if reaches and permissions.against_person(facts, user.person_id) is None:
            found.append(Colleague(user.username, str(user.person)))
    return tuple(sorted(found, key=lambda one: (one.name, one.username)))
