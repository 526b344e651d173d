"""From which elements a variable is read before anything has written it: where a new one needs a value."""

from __future__ import annotations

from engine.core.definition import Definition, Element
from engine.core.usage import reads_of, writes_of


def exposed(definition: Definition, name: str) -> frozenset[str]:
    """The elements from which a token comes to a reader of the variable without passing a writer of it."""
    elements = definition.elements
    before: dict[str, set[str]] = {}
    for key, element in elements.items():
        for after in _next(definition, element):
            before.setdefault(after, set()).add(key)
    seen: set[str] = set()
    open_ends = [key for key, element in elements.items() if _reads(definition, element, name)]
    while open_ends:
        key = open_ends.pop()
        if key not in seen:
            seen.add(key)
            open_ends += (one for one in before.get(key, ()) if not _stops(definition, one, key, name))
    return frozenset(seen)


def _next(definition: Definition, element: Element) -> list[str]:
    after = [flow.target for flow in definition.outgoing(element.id)]
    after += [event.id for event in definition.boundaries(element.id)]
    after += [inner.id for inner in definition.children(element.id) if inner.type == "startEvent"]
    if element.type == "endEvent" and element.parent:
        after += [flow.target for flow in definition.outgoing(element.parent)]
    if element.parent:
        # An event on the subprocess takes a token away from anywhere inside.
        after += [event.id for event in definition.boundaries(element.parent)]
    return after


def _reads(definition: Definition, element: Element, name: str) -> bool:
    return name in reads_of(definition, element) and not _is_counter(element, name)


def _is_counter(element: Element, name: str) -> bool:
    return element.many is not None and name in element.counters


def _stops(definition: Definition, writer: str, after: str, name: str) -> bool:
    """Whether the variable has been written when a token goes on; not so where an event took it away."""
    element = definition.elements[writer]
    by_event = definition.elements[after].attached_to == writer
    return not by_event and name in writes_of(definition, element)
