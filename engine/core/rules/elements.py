"""P1, P7, P10, P13, P14, P15: what single elements must carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from engine.core.definition import Element
from engine.core.rules.texts import Found
from engine.core.specification import ELEMENTS
from engine.core.waits import DueRule

MOST_ELEMENTS: Final = 300
DEEPEST: Final = 100
_HOSTS: Final = {
    "timer": frozenset({"userTask", "serviceTask", "subProcess"}),
    "error": frozenset({"serviceTask", "subProcess"}),
}


def element_violations(found: Found, topics: Mapping[str, str], forms: Collection[str]) -> None:
    """Adds what is wrong with single elements."""
    definition = found.definition
    if len(definition.elements) > MOST_ELEMENTS:
        found.add("size", definition.key, f"{len(definition.elements)} > {MOST_ELEMENTS}")
    if definition.depth > DEEPEST:
        found.add("size", definition.key, f"{definition.depth} > {DEEPEST}")
    for element in definition.elements.values():
        _allowed(found, element)
        _rules(found, element)
        if element.type == "boundaryEvent":
            _attached(found, element)
        if element.type == "serviceTask" and element.topic not in topics:
            found.add("topic", element.id, element.topic)
        if element.type == "userTask":
            _user_task(found, element, forms)


def _allowed(found: Found, element: Element) -> None:
    if element.type not in ELEMENTS:
        found.add("element", element.id, element.type)
    for part in element.unsupported:
        link = part.startswith(("link", "compensate"))
        found.add("link" if link else "part", element.id, part)
    if "error" in element.texts:
        found.add("error", element.id, element.texts["error"])


def _rules(found: Found, element: Element) -> None:
    written: tuple[tuple[str, DueRule | tuple[DueRule, ...] | None], ...] = (
        ("due", element.due),
        ("timer", element.timer),
        ("remind", element.reminders),
    )
    for name, rule in written:
        if name in element.texts and not rule:
            found.add("timer", element.id, element.texts[name] or "-")


def _attached(found: Found, element: Element) -> None:
    host = found.definition.elements.get(element.attached_to)
    kind = "error" if element.catches_error else "timer"
    where = host.type if host is not None else element.attached_to
    wrong = host is None or host.parent != element.parent or where not in _HOSTS[kind]
    if wrong or found.definition.incoming(element.id) or (kind == "error" and not element.interrupting):
        found.add("attached", element.id, where)


def _user_task(found: Found, element: Element, forms: Collection[str]) -> None:
    if element.form_key not in forms:
        found.add("form", element.id, element.form_key or "-")
    if not element.group and not element.assignee:
        found.add("who", element.id)
    if element.due is None and "due" not in element.texts:
        found.add("due", element.id)
    for other in element.differs_from:
        task = found.definition.elements.get(other)
        if task is None or task.type != "userTask" or other == element.id:
            found.add("differs", element.id, other)
