"""Reads what was chosen on the page of a repair: what to do, where, and which variables change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from cases.queries.repairing import Variable
from cases.services.repairs import Action, Asked
from engine.core.errors import CoreError
from engine.core.values import decoded
from web.pages import Problem
from web.surrounding_words import Groups

PREFIX = "v-"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen, and what is wrong with it; `carried` is what the next page posts again."""

    asked: Asked | None
    problems: tuple[Problem, ...] = ()
    carried: tuple[tuple[str, str], ...] = field(default=())


def read(given: QueryDict, variables: Iterable[Variable], *, one_case: bool = True) -> Chosen:
    """The repair that was chosen; without one, what is missing or not of its type."""
    carried = tuple(
        (name, str(value)) for name, value in given.items() if name.startswith(PREFIX) or name in _CARRIED
    )
    action = given.get("action", "")
    if action not in set(Action):
        return Chosen(None, (Problem(_("Choose what to do."), "action"),), carried)
    wait = given.get("wait", "")[:20]
    target = given.get("target", "")[:100] if action == Action.MOVE else ""
    problems = []
    if one_case and action in (Action.SKIP, Action.MOVE) and not wait:
        problems.append(Problem(_("Choose the step at which the process waits."), "wait"))
    if action == Action.MOVE and not target:
        problems.append(Problem(_("Choose the step to which it is moved."), "target"))
    values: dict[str, Any] = {}
    if action in (Action.SET, Action.SKIP):
        values, wrong = _values(given, variables)
        problems += wrong
        if action == Action.SET and not values and not wrong:
            problems.append(Problem(_("Change at least one variable."), "variables"))
    if problems:
        return Chosen(None, tuple(problems), carried)
    kept = "" if action == Action.CANCEL else wait
    return Chosen(Asked(Action(action), kept, target, values), (), carried)


_CARRIED = ("action", "wait", "target")


def _values(given: QueryDict, variables: Iterable[Variable]) -> tuple[dict[str, Any], list[Problem]]:
    """The variables that differ from what they are, as text, and what is wrong with those that do not fit."""
    values: dict[str, Any] = {}
    problems = []
    for variable in variables:
        typed = given.get(f"{PREFIX}{variable.name}")
        if typed is None or typed.replace("\r\n", "\n").strip() == shown(variable):
            continue
        value = _raw(variable, typed)
        try:
            decoded({variable.name: variable.type}, {variable.name: value})
        except CoreError:
            text = _("%(name)s: write %(hint)s.") % {"name": variable.name, "hint": hint(variable.type)}
            problems.append(Problem(text, f"{PREFIX}{variable.name}"))
        else:
            values[variable.name] = value
    return values, problems


def _raw(variable: Variable, typed: str) -> str | list[str] | None:
    text = typed.replace("\r\n", "\n").strip()
    if variable.type == "list":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if variable.type == "decimal":
        text = text.replace(",", ".")
    return text or None


def shown(variable: Variable) -> str:
    """A variable's value as its field shows it."""
    match variable.value:
        case None:
            return ""
        case bool():
            return "true" if variable.value else "false"
        case date() | Decimal():
            return str(variable.value)
        case list():
            return "\n".join(variable.value)
    return str(variable.value)


def hint(kind: str) -> str:
    """How a value of a type is written."""
    told: Mapping[str, str] = {
        "str": _("text"),
        "int": _("a whole number"),
        "bool": _("yes or no"),
        "date": _("a date such as 2026-11-22"),
        "decimal": _("a number"),
        "list": _("one entry on each line"),
    }
    return told[kind]


def fields(groups: Groups, given: QueryDict, errors: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields of the variables under whose they are, with what was typed."""
    return [{"title": title, "rows": _rows(variables, given, errors)} for title, variables in groups]


def _rows(variables: Iterable[Variable], given: QueryDict, errors: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "field": f"{PREFIX}{variable.name}",
            "name": variable.name,
            "type": variable.type,
            "hint": _told(variable),
            "value": given.get(f"{PREFIX}{variable.name}", shown(variable)),
            "error": errors.get(f"{PREFIX}{variable.name}", ""),
        }
        for variable in variables
    ]


def _told(variable: Variable) -> str:
    """How the value is written, and whether the step that waits should have written it."""
    how = (
        _("Choose yes or no.")
        if variable.type == "bool"
        else _("Write %(what)s.") % {"what": hint(variable.type)}
    )
    return f"{how} {_('This step writes it.')}" if variable.is_written else how
