"""Who sees which rows: one condition for cases; tasks, documents, messages and incidents follow it."""

from typing import Any, Final, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from accounts.actors import Actor
from accounts.models import Role
from accounts.scope import MUNICIPALITY_ROLES, Scope
from engine.models import Task

Row = TypeVar("Row", bound=models.Model)

EVERYTHING: Final = "TRUE"
NOTHING: Final = "FALSE"

# A person sees a case through an organisation of theirs, because it is about them or from them,
# or because it has, or had, work for them. `c` is the case, `o` its organisation.
_REACHED: Final = """(
    c.organisation_id = ANY(%s::bigint[]) OR o.founder_id = ANY(%s::bigint[])
    OR o.municipality_id = ANY(%s::bigint[]) OR c.applicant_id = %s::bigint OR c.subject_id = %s::bigint
    OR EXISTS (SELECT 1 FROM engine_task own WHERE own.instance_id = c.instance_id AND (
        own."group" = ANY(%s::text[]) OR own.assignee = ANY(%s::text[])
        OR own.completed_by = ANY(%s::text[])))
)"""
_CASES: Final = """SELECT {column} FROM cases_case c
JOIN registries_organisation o ON o.id = c.organisation_id WHERE {condition}"""


def names_of(actor: Actor) -> list[str]:
    """Every name under which the rows know this natural person."""
    names = [actor.name]
    if actor.person_id is not None and actor.name != f"person:{actor.person_id}":
        names.append(f"person:{actor.person_id}")
    return names


def case_condition(scope: Scope) -> tuple[str, list[Any]]:
    """The SQL condition on `c` (case) and `o` (its organisation) that it is visible, and its parameters."""
    if scope.actor.channel == "system" or scope.whole_state:
        return EVERYTHING, []
    if scope.actor.channel == "link":
        return NOTHING, []
    institutions, municipalities = _organisations(scope)
    names = names_of(scope.actor)
    founders = [*institutions, *municipalities]
    parameters = [[*institutions, *municipalities], founders, municipalities]
    return _REACHED, [
        *parameters,
        scope.actor.user_id,
        scope.actor.person_id,
        sorted(scope.groups),
        names,
        names,
    ]


def task_condition(scope: Scope) -> tuple[str, list[Any]]:
    """The same for a task `t` of the case; a one-time link opens its own task only."""
    if scope.actor.channel == "link":
        return "(t.id = %s::bigint AND t.assignee = %s)", [scope.actor.only_task, scope.actor.name]
    return case_condition(scope)


def _organisations(scope: Scope) -> tuple[list[int], list[int]]:
    """Institutions and municipalities whose cases they see; a plain user sees only what concerns them."""
    municipal: set[int] = set()
    others: set[int] = set()
    for held in scope.roles:
        if held.role in MUNICIPALITY_ROLES:
            municipal.add(held.organisation_id)
        elif held.role != Role.INSTITUTION_USER:
            others.add(held.organisation_id)
    return sorted(others), sorted(municipal)


def _visible(scope: Scope, column: str) -> RawSQL | None:
    """The visible cases' column as a subquery; none where everything is visible."""
    condition, parameters = case_condition(scope)
    if condition == EVERYTHING:
        return None
    return RawSQL(_CASES.format(column=column, condition=condition), parameters)  # noqa: S611 (our constants)


def of_visible_cases(scope: Scope, *, case: str = "", instance: str = "") -> Q:
    """The condition that the case, or process instance, behind this column is visible."""
    found = _visible(scope, "c.id" if case else "c.instance_id")
    return Q() if found is None else Q(**{f"{case or instance}__in": found})


class CaseQuerySet(models.QuerySet[Row]):
    """Cases."""

    def visible_to(self, scope: Scope) -> Self:
        """Those within their scope, their own, about them, or with work for them."""
        return self.filter(of_visible_cases(scope, case="id"))


class OfCaseQuerySet(models.QuerySet[Row]):
    """Rows of a case that belong to a task or to the whole case, such as documents."""

    def visible_to(self, scope: Scope) -> Self:
        """Those of visible cases; a one-time link shows what belongs to its task or was prepared for it."""
        if scope.actor.channel == "link":
            own = Q(task_id=scope.actor.only_task)
            task = Task.objects.filter(pk=scope.actor.only_task or 0, assignee=scope.actor.name)
            paper = ~Q(form_key="") & Q(
                case__instance__in=task.values("instance"), form_key__in=task.values("form_key")
            )
            return self.filter(own | paper)
        return self.filter(of_visible_cases(scope, case="case_id"))


class MessageQuerySet(models.QuerySet[Row]):
    """Messages."""

    def visible_to(self, scope: Scope) -> Self:
        """Those sent to them; the ministry's officers see what the cases of the state sent."""
        if scope.actor.channel == "link" or scope.reads_only:
            return self.none()
        if scope.whole_state:
            return self
        return self.filter(recipient_id=scope.actor.person_id)


class BulkQuerySet(models.QuerySet[Row]):
    """Acts on many tasks at once."""

    def visible_to(self, scope: Scope) -> Self:
        """Their own."""
        if scope.actor.channel == "link" or scope.actor.user_id is None:
            return self.none()
        return self.filter(user_id=scope.actor.user_id)


class BatchQuerySet(models.QuerySet[Row]):
    """Acts on many process instances or other things."""

    def visible_to(self, scope: Scope) -> Self:
        """All for an administrator, their own for others."""
        if scope.can_admin:
            return self
        if scope.actor.channel == "link" or scope.actor.user_id is None:
            return self.none()
        return self.filter(asked_by_id=scope.actor.user_id)


class SavedViewQuerySet(models.QuerySet[Row]):
    """Saved views of the inbox."""

    def visible_to(self, scope: Scope) -> Self:
        """Their own, and those of their groups."""
        if scope.actor.channel == "link" or scope.actor.user_id is None:
            return self.none()
        return self.filter(models.Q(user_id=scope.actor.user_id) | models.Q(group__in=sorted(scope.groups)))
