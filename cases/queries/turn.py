"""Whose turn it is in a case: in words, since when and until when, from the open tasks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models.functions import Coalesce
from django.utils.translation import override

from accounts.models import Role
from accounts.scope import Scope
from cases import people
from cases.due_words import Explanation
from cases.errors import Reason
from cases.models import Case
from cases.outcomes import outcome_words
from cases.querysets import names_of
from engine import catalog
from engine.core.definition import Definition
from engine.models import Task
from registries.models import Organisation

from . import barred
from .counted import counted_of, explanations
from .views import Turn

_CLOSED: Final = ("Lieta ir slēgta.", "The case is closed.")
_SYSTEM: Final = ("Sistēma gatavo nākamo soli.", "The system prepares the next step.")


def whose_turn(case: Case, scope: Scope | None = None) -> Turn:
    """Whose turn it is; with a scope it also knows whether it is this person's."""
    open_tasks = Task.objects.filter(instance_id=case.instance_id, status=Task.Status.OPEN).order_by("id")
    return turns([case], list(open_tasks), scope)[case.pk]


def turns(cases: Sequence[Case], open_tasks: Sequence[Task], scope: Scope | None) -> dict[int, Turn]:
    """The turn of each case by its id; `open_tasks` are all that they have. Needs `instance` on the cases."""
    kept_from = barred.reasons(cases, open_tasks, scope) if scope is not None else {}
    by_instance: dict[int, list[Task]] = {}
    for task in open_tasks:
        by_instance.setdefault(task.instance_id, []).append(task)
    named = people.names(task.assignee for task in open_tasks)
    places = places_of(task.group for task in open_tasks)
    told = explanations(counted_of(cases, open_tasks))
    return {
        case.pk: _turn(case, by_instance.get(case.instance_id, []), scope, named, places, kept_from, told)
        for case in cases
    }


def is_my_turn(task: Task, scope: Scope | None) -> bool:
    """Whether an open task waits for this person, or for anybody of a group of theirs."""
    if scope is None:
        return False
    if task.assignee:
        return task.assignee in names_of(scope.actor)
    return scope.is_member(task.group)


def places_of(groups: Iterable[str]) -> dict[int, str]:
    """Names of the organisations of candidate groups; of what was merged, who took its tasks over."""
    ids = {int(tail) for group in groups if (tail := group.rpartition("@")[2]).isdigit()}
    taken_over = Coalesce("successor__successor__name", "successor__name", "name")
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", taken_over)) if ids else {}


def _turn(
    case: Case,
    tasks: list[Task],
    scope: Scope | None,
    named: Mapping[str, str],
    places: dict[int, str],
    kept_from: Mapping[int, Reason],
    told: Mapping[int, Explanation],
) -> Turn:
    definition = catalog.definition(case.instance.definition_id)
    if not tasks:
        lv, en = _ended(case, definition) if case.closed_at else _SYSTEM
        return Turn(lv, en, case.closed_at, None, mine=False)
    # One's own task first, else the most urgent of the others'.
    latest = datetime.max.replace(tzinfo=tasks[0].opened_at.tzinfo)
    own = {one.pk for one in tasks if is_my_turn(one, scope)}
    task = min(tasks, key=lambda one: (one.pk not in own - kept_from.keys(), one.due_at or latest, one.pk))
    element = definition.elements[task.element]
    mine = task.pk in own and task.pk not in kept_from
    explained = told[task.pk]
    holder = {language: who(task.group, task.assignee, named, places, language) for language in ("lv", "en")}
    return Turn(
        text_lv=f"{'Jūsu kārta' if mine else holder['lv']}: {element.name}",
        text_en=f"{'Your turn' if mine else holder['en']}: {element.name_en}",
        since=task.opened_at,
        until=task.due_at,
        mine=mine,
        explanation_lv=explained.text_lv,
        explanation_en=explained.text_en,
        task_public_id=task.public_id,
        who_lv=holder["lv"],
        who_en=holder["en"],
        what_lv=element.name,
        what_en=element.name_en,
        blocked=kept_from.get(task.pk) if task.pk in own else None,
    )


def _ended(case: Case, definition: Definition) -> tuple[str, str]:
    """`Lieta ir slēgta: pieeja piešķirta.`"""
    words = outcome_words(definition, str(case.status), case.outcome)
    lv, en = (
        f"{closed.rstrip('.')}: {told[:1].lower()}{told[1:]}." if told else closed
        for closed, told in zip(_CLOSED, words, strict=True)
    )
    return lv, en


def who(group: str, assignee: str, named: Mapping[str, str], places: Mapping[int, str], language: str) -> str:
    """Who has a task: a person by name, or a role with its organisation."""
    if assignee:
        return named.get(assignee, assignee)
    role, _, place = group.rpartition("@")
    with override(language):
        label = str(Role(role).label) if role in Role.values else role
    name = places.get(int(place)) if place.isdigit() else None
    return f"{label} ({name})" if name else label
