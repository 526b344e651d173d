"""P1, P7, P10, P13, P15: what single elements must carry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from engine.core.definition import Definition, Element
from engine.core.regions import catcher
from engine.core.rules.found import Found
from engine.core.rules.known import OURS, PROCESS
from engine.core.specification import ELEMENTS
from engine.core.timers import NONE
from engine.core.vocabulary import ENGINES
from engine.core.waits import Deadline, DueRule, Duration, ReminderRule, WorkingDays

MOST_ELEMENTS: Final = 300
DEEPEST: Final = 100
LONGEST_ID: Final = 100
_WAITING: Final = frozenset({"userTask", "serviceTask", "receiveTask", "subProcess", "callActivity"})
_HOSTS: Final = {
    "timer": _WAITING,
    "error": frozenset({"serviceTask", "subProcess", "callActivity"}),
    "escalation": frozenset({"subProcess", "callActivity"}),
    "condition": _WAITING,
    "message": _WAITING,
    "signal": _WAITING,
}
_EVENTS: Final = frozenset({"boundaryEvent", "intermediateCatchEvent"})
_UNSUPPORTED: Final = (
    ("^(link|compensate)", "link"),
    ("^isForCompensation ", "compensation"),
    ("^eventDefinitionRef$", "reference"),
    ("(anguage|scriptFormat) ", "script_language"),
    ("^camunda:property ", "property"),
    (f"(^| )({'|'.join(ENGINES.values())}):", "engine"),
)


def size_violations(found: Found) -> None:
    """Adds that the diagram is too large for the other rules to read it in good time."""
    definition = found.definition
    if len(definition.elements) > MOST_ELEMENTS:
        found.add("size", definition.key, f"{len(definition.elements)} > {MOST_ELEMENTS}")
    if definition.depth > DEEPEST:
        found.add("size", definition.key, f"{definition.depth} > {DEEPEST}")
    for element in definition.elements.values():
        if len(element.id) > LONGEST_ID:
            found.add("size", element.id, element.id)


def element_violations(found: Found) -> None:
    """Adds what is wrong with single elements."""
    definition = found.definition
    _properties(found, definition.key, PROCESS, definition.properties)
    for where, part in definition.unsupported:
        _unsupported(found, where, part)
    for element in definition.elements.values():
        _allowed(found, element)
        _rules(found, element)
        _properties(found, element.id, element.type, element.properties)
        if element.type == "boundaryEvent":
            _attached(found, element)
        if element.by_event:
            _event_subprocess(found, element)
        if element.type == "serviceTask" and element.topic not in found.known.topics:
            found.add("topic", element.id, element.topic)
        if element.type == "userTask":
            _user_task(found, element)


def _allowed(found: Found, element: Element) -> None:
    if element.type not in ELEMENTS:
        found.add("element", element.id, element.type)
    for part in element.unsupported:
        _unsupported(found, element.id, part)
    if "code" in element.texts:
        found.add("code", element.id, element.texts["code"])
    elif element.throws in ("error", "escalation") and not _is_caught(found.definition, element):
        found.add("uncaught", element.id, element.code)
    if "condition" in element.texts and not element.condition:
        found.add("expression", element.id, "-")
    _message(found, element)


def _is_caught(definition: Definition, element: Element) -> bool:
    """Whether somebody catches what it throws: in the process itself, or its caller, as the process says."""
    if catcher(definition, element.id) is not None:
        return True
    return (element.throws, element.code) in definition.thrown


def _unsupported(found: Found, where: str, part: str) -> None:
    """Adds that nothing runs it, with what to draw instead of such a thing."""
    kind = next((kind for words, kind in _UNSUPPORTED if re.search(words, part)), "part")
    found.add(kind, where, part.removeprefix("camunda:property "))


def _message(found: Found, element: Element) -> None:
    """P9: a message reaches one instance by its key, and who catches it says which variables it may bring."""
    kind = element.catches or element.throws
    if element.is_triggered:
        return
    if kind == "message" and "${" not in element.key:
        found.add("correlation", element.id, element.key or "-")
    if kind != "message" and element.key:
        found.add("correlation", element.id, element.key)
    if element.carries and element.throws not in ("message", "signal"):
        found.add("carries", element.id, ", ".join(element.carries))
    if element.writes and element.type in _EVENTS and not element.awaits:
        found.add("carries", element.id, ", ".join(element.writes))


def _rules(found: Found, element: Element) -> None:
    written: tuple[tuple[str, DueRule | tuple[ReminderRule, ...] | None], ...] = (
        ("due", element.due),
        ("timer", element.timer),
        ("remind", element.reminders),
    )
    for name, rule in written:
        if name in element.texts and not rule and not (name == "remind" and element.texts[name] == NONE):
            found.add("timer", element.id, element.texts[name] or "-")
    if element.timer in (Duration(), WorkingDays(0)):
        found.add("timer", element.id, element.texts["timer"])
    _deadlines(found, element)


def _deadlines(found: Found, element: Element) -> None:
    """A deadline that nobody knows would be an incident on the day on which it is first counted."""
    for rule in (element.due, element.timer, *element.reminders):
        if isinstance(rule, Deadline) and rule.name not in found.known.deadlines:
            found.add("deadline", element.id, rule.name)


def _properties(found: Found, where: str, kind: str, written: Mapping[str, str]) -> None:
    """A property that nobody reads there is a word misspelt, and what it should say would not happen."""
    known = {**OURS, **found.known.properties}
    for name, value in written.items():
        group = name.partition(":")[0]
        if kind == PROCESS and group in ("var", "start", "throws"):
            if group == "start" and value != "true":
                found.add("flag", where, f"{name} = {value}")
            if group == "throws" and (value not in ("error", "escalation") or name == "throws:"):
                found.add("throws", where, f"{name} = {value}")
            continue
        about = known.get(name)
        if about is None or (about.on and kind not in about.on):
            found.add("property", where, name or "-")
        elif about.flag and value not in ("true", "false"):
            found.add("flag", where, f"{name} = {value}")
        elif about.deadline and value not in found.known.deadlines:
            found.add("deadline", where, value or "-")


def _event_subprocess(found: Found, element: Element) -> None:
    """Nothing leads to it or away from it, it is done once at a time, and an error always interrupts."""
    definition = found.definition
    flows = definition.incoming(element.id) or definition.outgoing(element.id)
    starts = [e for e in definition.children(element.id) if e.type == "startEvent"]
    beside_error = any(start.catches == "error" and not start.interrupting for start in starts)
    if flows or element.many or element.loop or definition.boundaries(element.id) or beside_error:
        found.add("event_subprocess", element.id, element.id)


def _attached(found: Found, element: Element) -> None:
    host = found.definition.elements.get(element.attached_to)
    kind = element.catches or "timer"
    where = host.type if host is not None else element.attached_to
    wrong = host is None or host.parent != element.parent or where not in _HOSTS[kind]
    if wrong or found.definition.incoming(element.id) or (kind == "error" and not element.interrupting):
        found.add("attached", element.id, where)


def _user_task(found: Found, element: Element) -> None:
    if element.form_key not in {*found.known.forms, *found.definition.forms}:
        found.add("form", element.id, element.form_key or "-")
    if not element.group and not element.assignee:
        found.add("who", element.id)
    if element.due is None and "due" not in element.texts:
        found.add("due", element.id)
