"""P7, P9, P12: how a process begins: by a person, by a message or signal, by the calendar."""

from __future__ import annotations

from engine.core.definition import Element
from engine.core.rules.found import Found


def start_violations(found: Found) -> None:
    """Adds start events that nobody could use, and those that two things would use at once."""
    definition = found.definition
    starts = [e for e in definition.children() if e.type == "startEvent"]
    triggered = [element for element in starts if element.is_triggered]
    if len(starts) - len(triggered) > 1:
        found.add("plain_starts", definition.key)
    if definition.start_roles and len(starts) == len(triggered):
        found.add("start_of_people", definition.key, ", ".join(definition.start_roles))
    ways = (*definition.start_roles, *(element.id for element in triggered))
    if definition.thrown and ways:
        found.add("throws_start", definition.key, ", ".join(ways))
    for element in triggered:
        _calendar(found, element)
        if element.key:
            found.add("start_key", element.id, element.key)
    for element in definition.elements.values():
        if element.type == "startEvent" and element.writes and not element.awaits:
            found.add("carries", element.id, ", ".join(element.writes))
    _told_apart(found, [element for element in triggered if element.awaits and element.code])


def _calendar(found: Found, element: Element) -> None:
    if "schedule" in element.texts and element.schedule is None:
        found.add("schedule", element.id, element.texts["schedule"] or "-")


def _told_apart(found: Found, starts: list[Element]) -> None:
    """A name begins a process at one place; a message, which is for one instance, begins one process."""
    seen: set[tuple[str, str]] = set()
    for element in starts:
        named = (element.catches, element.code)
        if named in seen:
            found.add("start_twice", element.id, element.code)
        seen.add(named)
        other = found.known.started.get(element.code) if element.catches == "message" else None
        if other is not None and other != found.definition.key:
            found.add("start_taken", element.id, element.code, process=other)
