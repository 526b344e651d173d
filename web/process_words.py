"""A process in words: who does each step, until when and why."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cases.deadlines import count_of
from cases.doers import doer, role_of
from cases.due_words import basis_en, basis_lv, count_en, count_lv
from engine.core.definition import Definition, Element
from engine.errors import RuleUnresolved
from web.words import is_latvian

_TOLD = ("userTask", "serviceTask", "scriptTask", "businessRuleTask")


def steps_of(definition: Definition, now: datetime) -> list[dict[str, Any]]:
    """Each task of the diagram with who does it and by when."""
    return [
        {
            "name": named(element),
            "who": who_does(definition, element),
            "due": due_words(element, now),
            "decides": element.properties.get("decides") == "true",
            "escalates": picked(role_of(element.escalate)),
        }
        for element in _in_order(definition)
        if element.type in _TOLD
    ]


def _in_order(definition: Definition, scope: str = "") -> Iterator[Element]:
    """The elements as they are drawn, what is inside of one right after it, called processes too."""
    for element in definition.elements.values():
        if element.parent == scope:
            yield element
            yield from _in_order(definition, element.id)


def named(thing: Any) -> str:
    """The name of a part of a diagram in the page's language."""
    return str(thing.name if is_latvian() else thing.name_en or thing.name)


def who_does(definition: Definition, element: Element) -> str:
    """Who does the step, in the process's own words; the system what no person does."""
    return picked(doer(definition, element)) if element.type == "userTask" else _("the system")


def picked(pair: tuple[str, str] | None) -> str:
    """The Latvian or the English of a pair; empty for none."""
    if pair is None:
        return ""
    return pair[0] if is_latvian() else pair[1] or pair[0]


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
