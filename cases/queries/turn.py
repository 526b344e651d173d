"""Whose turn it is in a case: in words, since when and until when, from the open tasks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import override

from accounts.models import Role
from accounts.scope import Scope
from cases import people
from cases.due_words import explain_due
from cases.models import Case
from cases.querysets import names_of
from engine import catalog
from engine.core.definition import Definition
from engine.models import Task
from registries.models import Organisation

from .views import Turn

_ENDED: Final = {
    "closed": ("Lieta ir slēgta.", "The case is closed."),
    "withdrawn": ("Lieta ir atsaukta.", "The case was withdrawn."),
}
_SYSTEM: Final = (
    "Sistēma strādā; jums nekas nav jādara.",
    "The system is at work; nothing is left for you to do.",
)


def whose_turn(case: Case, scope: Scope | None = None) -> Turn:
    """Whose turn it is; with a scope it also knows whether it is this person's."""
    open_tasks = Task.objects.filter(instance_id=case.instance_id, status=Task.Status.OPEN).order_by("id")
    return turns([case], list(open_tasks), scope)[case.pk]


def turns(cases: Sequence[Case], open_tasks: Sequence[Task], scope: Scope | None) -> dict[int, Turn]:
    """The turn of each case by its id; `open_tasks` are all that they have. Needs `instance` on the cases."""
    by_instance: dict[int, list[Task]] = {}
    for task in open_tasks:
        by_instance.setdefault(task.instance_id, []).append(task)
    named = people.names(task.assignee for task in open_tasks)
    places = _places(open_tasks)
    return {
        case.pk: _turn(case, by_instance.get(case.instance_id, []), scope, named, places) for case in cases
    }


def is_my_turn(task: Task, scope: Scope | None) -> bool:
    """Whether an open task waits for this person, or for anybody of a group of theirs."""
    if scope is None:
        return False
    if task.assignee:
        return task.assignee in names_of(scope.actor)
    return scope.is_member(task.group)


def explanation(definition: Definition, task: Task) -> tuple[str, str]:
    """How the due date of a task was counted, in Latvian and English."""
    if task.due_at is None:
        return "", ""
    rule = definition.elements[task.element].due
    told = explain_due(rule, start=task.opened_at, due_at=task.due_at)
    return told.text_lv, told.text_en


def _places(open_tasks: Sequence[Task]) -> dict[int, str]:
    ids = {int(tail) for task in open_tasks if (tail := task.group.rpartition("@")[2]).isdigit()}
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _turn(
    case: Case,
    tasks: list[Task],
    scope: Scope | None,
    named: Mapping[str, str],
    places: dict[int, str],
) -> Turn:
    if not tasks:
        lv, en = _ENDED.get(str(case.status), _SYSTEM)
        return Turn(lv, en, case.closed_at, None, mine=False)
    definition = catalog.definition(case.instance.definition_id)
    # One's own task first, else the most urgent of the others'.
    latest = datetime.max.replace(tzinfo=tasks[0].opened_at.tzinfo)
    task = min(tasks, key=lambda one: (not is_my_turn(one, scope), one.due_at or latest, one.pk))
    element = definition.elements[task.element]
    mine = is_my_turn(task, scope)
    explained = explanation(definition, task)
    who = {language: _who(task, named, places, language) for language in ("lv", "en")}
    return Turn(
        text_lv=f"{'Jūsu kārta' if mine else who['lv']}: {element.name}",
        text_en=f"{'Your turn' if mine else who['en']}: {element.name_en}",
        since=task.opened_at,
        until=task.due_at,
        mine=mine,
        explanation_lv=explained[0],
        explanation_en=explained[1],
        task_public_id=task.public_id,
        who_lv=who["lv"],
        who_en=who["en"],
        what_lv=element.name,
        what_en=element.name_en,
    )


def _who(task: Task, named: Mapping[str, str], places: dict[int, str], language: str) -> str:
    if task.assignee:
        return named.get(task.assignee, task.assignee)
    role, _, place = task.group.rpartition("@")
    with override(language):
        label = str(Role(role).label) if role in Role.values else role
    name = places.get(int(place)) if place.isdigit() else None
    return f"{label} ({name})" if name else label
