"""A process in words: who does each step, until when and why, its decision tables, what runs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Role
from cases.deadlines import count_of
from cases.due_words import basis_en, basis_lv, count_en, count_lv
from engine.core.decisions import Table
from engine.core.definition import Definition, Element
from engine.errors import RuleUnresolved
from web.words import is_latvian

_TOLD = ("userTask", "serviceTask", "scriptTask", "businessRuleTask")


def steps_of(definition: Definition, now: datetime) -> list[dict[str, Any]]:
    """Each task of the diagram with who does it and by when."""
    return [
        {
            "name": named(element),
            "lane": _lane(definition, element),
            "who": who_does(element),
            "due": due_words(element, now),
            "decides": element.properties.get("decides") == "true",
            "escalates": _role(element.escalate),
        }
        for element in definition.elements.values()
        if element.type in _TOLD
    ]


def named(thing: Any) -> str:
    """The name of a part of a diagram in the page's language."""
    return str(thing.name if is_latvian() else thing.name_en or thing.name)


def who_does(element: Element) -> str:
    """The role that does the step; a person whom the case names; else the system."""
    if element.type != "userTask":
        return _("the system")
    return _role(element.group) or _("whom the case names")


def _role(group: str) -> str:
    role = group.partition("@")[0]
    return str(Role(role).label) if role in Role.values else ""


def due_words(element: Element, now: datetime) -> str:
    """`5 darbdienas. Termiņu noteikusi ministrija.`; empty without a due date."""
    if element.due is None:
        return ""
    try:
        count = count_of(element.due, now)
    except RuleUnresolved:
        return ""
    if count is None:
        return ""
    days, basis = (count_lv(count), basis_lv(count)) if is_latvian() else (count_en(count), basis_en(count))
    return f"{days}. {basis}" if count.days else f"{_('the same working day')}. {basis}"


def table_of(table: Table) -> dict[str, Any]:
    """A decision table as rows of cells; a hyphen stands for anything."""
    return {
        "name": table.name,
        "inputs": [column.label or column.expression for column in table.inputs],
        "outputs": table.outputs,
        "rules": [
            {
                "tests": [_cell(text) for text in rule.tests],
                "outputs": [_result(text) for text in rule.outputs],
            }
            for rule in table.rules
        ],
    }


def _cell(text: str) -> str:
    return _("any") if text.strip() in ("", "-") else _result(text)


def _result(text: str) -> str:
    plain = text.replace('"', "").strip()
    truth = {"true": ("jā", "yes"), "false": ("nē", "no")}.get(plain)
    if truth is not None:
        return truth[0] if is_latvian() else truth[1]
    return plain.replace(",", ", ") or "–"


def _lane(definition: Definition, element: Element) -> str:
    lane = definition.lanes.get(element.lane)
    return named(lane) if lane is not None else ""
