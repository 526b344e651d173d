"""P5, P10, P13: what one step of an instance passes before it rests again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.core.definition import Definition, Element
from engine.core.regions import with_insides
from engine.core.rules.found import Found
from engine.core.rules.shape import at_once, busy_loops, start_of_scope, waits_inside

MOST_PASSED: Final = 200
MOST_HANDLERS: Final = 20

# How much an element adds to a step; None where the step ends.
Weight = Callable[[Element], int | None]


def step_violations(found: Found) -> None:
    """Adds timers that never get to go off, and steps that pass more than a step may; for sound shapes."""
    definition = found.definition
    for busy in busy_loops(definition):
        found.add("busy_loop", min(busy), ", ".join(sorted(busy)))
        return

    def is_in_step(element: Element) -> bool:
        return element.type == "serviceTask" and found.known.topics.get(element.topic) == "in_step"

    def handlers(element: Element) -> int | None:
        if element.type == "serviceTask":
            return 1 if is_in_step(element) else None
        return None if _rests(definition, element) else 0

    def passed(element: Element) -> int | None:
        return None if element.type == "serviceTask" or _rests(definition, element) else 1

    for element in definition.elements.values():
        host = definition.elements.get(element.attached_to)
        if (element.timer is not None or element.awaits) and host is not None and is_in_step(host):
            found.add("timer_in_step", element.id, host.id)
        if element.many is not None and element.type == "subProcess":
            opening = start_of_scope(definition, element.id)
            if _heaviest(definition, opening, _only_inside(definition, element, handlers), {}):
                found.add("many_in_step", element.id, element.id)
    _at_most(found, "long_step", MOST_PASSED, passed)
    _at_most(found, "many_handlers", MOST_HANDLERS, handlers)


def _only_inside(definition: Definition, scope: Element, weight: Weight) -> Weight:
    inside = with_insides(definition, frozenset({scope.id})) - {scope.id}
    return lambda element: weight(element) if element.id in inside else None


def _rests(definition: Definition, element: Element) -> bool:
    return element.type != "subProcess" and waits_inside(definition, element.id)


def _at_most(found: Found, kind: str, most: int, weight: Weight) -> None:
    if len(found.definition.elements) <= most:
        return
    sums: dict[str, int] = {}
    for key in found.definition.elements:
        if _heaviest(found.definition, key, weight, sums) > most:
            found.add(kind, key, sums[key])
            return


def _heaviest(definition: Definition, start: str, weight: Weight, sums: dict[str, int]) -> int:
    """The weight of the heaviest path from an element to the end of the step; no step loops."""
    pending = [start]
    while pending:
        key = pending[-1]
        own = weight(definition.elements[key])
        after = () if own is None else at_once(definition, key)
        missing = [other for other in after if other not in sums]
        if key not in sums and missing:
            pending.extend(missing)
            continue
        pending.pop()
        sums.setdefault(key, 0 if own is None else own + max((sums[other] for other in after), default=0))
    return sums[start]
