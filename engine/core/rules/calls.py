"""P1, P3: what call activities call, and what they give and take."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from engine.core.definition import BETWEEN, Call, Definition, Element
from engine.core.expressions import compiled
from engine.core.regions import catcher
from engine.core.rules.expressions import tried
from engine.core.rules.found import Found

_LATVIAN: Final = {"error": "kļūdu", "escalation": "eskalāciju"}


def call_violations(found: Found) -> None:
    """Adds calls of what is not there or cannot begin, and values that do not fit."""
    for element in found.definition.elements.values():
        if element.call is None:
            continue
        inner = found.definition.called.get(element.call.key)
        if inner is None or not _begins(inner):
            found.add("called", element.id, element.call.key or "-")
        else:
            _given(found, element, element.call, inner)
            _taken(found, element, element.call, inner)
            _thrown(found, element, inner)


def _thrown(found: Found, call: Element, inner: Definition) -> None:
    """What the called process leaves to its caller is caught here, or left to our own caller."""
    for kind, code in sorted(inner.thrown - found.definition.thrown):
        inside = Element(f"{call.id}{BETWEEN}", "endEvent", parent=call.id, throws=kind, code=code)
        elements = MappingProxyType({**found.definition.elements, inside.id: inside})
        if catcher(replace(found.definition, elements=elements, private={}), inside.id) is None:
            found.add("call_uncaught", call.id, code, process=inner.key, what=kind, ko=_LATVIAN[kind])


def _begins(inner: Definition) -> bool:
    return any(e.type == "startEvent" and not e.is_triggered for e in inner.children())


def _given(found: Found, element: Element, call: Call, inner: Definition) -> None:
    types = found.definition.types_in(element.parent)
    for name, text in call.inputs:
        kind = inner.variables.get(name)
        if kind is None:
            found.add("call_value", element.id, name)
        else:
            tried(found, element.id, partial(compiled, types=types, wanted=kind), text)
    names = [name for name, _ in call.inputs]
    for name in {name for name in names if names.count(name) > 1}:
        found.add("call_value", element.id, name)


def _taken(found: Found, element: Element, call: Call, inner: Definition) -> None:
    types = found.definition.variables
    for source, target in call.outputs:
        if inner.variables.get(source) is None or inner.variables.get(source) != types.get(target):
            found.add("call_value", element.id, f"{source} → {target}")
    if element.many is not None and call.outputs:
        found.add("call_value", element.id, ", ".join(target for _, target in call.outputs))
