"""P2, P4, P5, P12: how flows may split, meet, repeat and end."""

from __future__ import annotations

from typing import Final

from engine.core.definition import Definition
from engine.core.regions import branches, loops, reachable, splits, successors
from engine.core.rules.found import Found

_CHOOSING: Final = ("exclusiveGateway", "inclusiveGateway")
_SPLITTING: Final = (*_CHOOSING, "parallelGateway", "eventBasedGateway")


def shape_violations(found: Found) -> None:
    """Adds what is wrong with the way the elements are connected."""
    before = len(found.violations)
    scopes = ("", *(e.id for e in found.definition.elements.values() if e.type == "subProcess"))
    for scope in scopes:
        _ends(found, scope)
    for element in found.definition.elements.values():
        _outgoing(found, element.id)
    if len(found.violations) == before:
        for scope in scopes:
            _connected(found, scope)
        _loops(found)


def _ends(found: Found, scope: str) -> None:
    definition = found.definition
    children = definition.children(scope)
    starts = [e for e in children if e.type == "startEvent"]
    ends = [e for e in children if e.type == "endEvent"]
    wrong_start = any(definition.incoming(e.id) for e in starts)
    wrong_end = any(definition.outgoing(e.id) for e in ends)
    if len(starts) != 1 or not ends or wrong_start or wrong_end:
        found.add("start", scope or definition.key)


def _outgoing(found: Found, element: str) -> None:
    definition = found.definition
    kind = definition.elements[element].type
    flows = definition.outgoing(element)
    choosing = kind in _CHOOSING and len(flows) > 1
    if len(flows) > 1 and kind not in _SPLITTING:
        found.add("several_flows", element)
    if kind == "eventBasedGateway":
        _awaits(found, element)
    if choosing and not any(flow.default for flow in flows):
        found.add("default", element)
    for flow in flows:
        if bool(flow.condition) != (choosing and not flow.default) or (flow.default and not choosing):
            found.add("condition", flow.id)


def _awaits(found: Found, gateway: str) -> None:
    """What stands behind an event-based gateway: events that only it reaches."""
    definition = found.definition
    flows = definition.outgoing(gateway)
    for flow in flows:
        target = definition.elements[flow.target]
        if target.type != "intermediateCatchEvent" or len(definition.incoming(flow.target)) > 1:
            found.add("event_gateway", gateway, target.id)
    if len(flows) < 2:
        found.add("event_gateway", gateway, ", ".join(flow.target for flow in flows) or "-")


def _connected(found: Found, scope: str) -> None:
    definition = found.definition
    children = definition.children(scope)
    start = next(e.id for e in children if e.type == "startEvent")
    from_start = reachable(definition, start)
    for element in children:
        if element.id not in from_start:
            found.add("unreachable", element.id)
        ahead = reachable(definition, element.id)
        if not any(definition.elements[other].type == "endEvent" for other in ahead):
            found.add("dead_end", element.id)


def _loops(found: Found) -> None:
    definition = found.definition
    rounds = loops(definition)
    for split, _ in splits(definition):
        origin = definition.elements[split].attached_to or split
        if any(origin in members for members in rounds):
            found.add("split_in_loop", split)
    elements = definition.elements
    for branch in branches(definition):
        origin = elements[branch.split].attached_to or branch.split
        scope = elements[branch.split].parent
        for members in rounds:
            inside = members & branch.members
            if origin not in members and any(elements[other].parent == scope for other in inside):
                found.add("loop_in_branch", min(inside))
    for members in rounds:
        resting = frozenset(other for other in members if waits_inside(definition, other))
        busy = members - resting
        for element in sorted(busy):
            if element in _within(definition, busy, *successors(definition, element)):
                found.add("busy_loop", element, ", ".join(sorted(busy)))
                break


def waits_inside(definition: Definition, element: str) -> bool:
    """Whether nothing passes an element without waiting for a person, for time or for others."""
    kind = definition.elements[element].type
    if kind in ("userTask", "receiveTask", "intermediateCatchEvent"):
        return not definition.elements[element].condition and definition.elements[element].many is None
    host = definition.elements[element].attached_to
    if host:
        return definition.elements[element].timer is not None or definition.elements[element].awaits
    if kind != "subProcess":
        return False
    children = frozenset(e.id for e in definition.children(element))
    passing = frozenset(e for e in children if not waits_inside(definition, e))
    start = next(e.id for e in definition.children(element) if e.type == "startEvent")
    through = _within(definition, passing, start)
    return not any(definition.elements[e].type == "endEvent" for e in through)


def _within(definition: Definition, allowed: frozenset[str], *sources: str) -> frozenset[str]:
    seen: set[str] = set()
    open_ends = [source for source in sources if source in allowed]
    while open_ends:
        element = open_ends.pop()
        if element not in seen:
            seen.add(element)
            open_ends.extend(after for after in successors(definition, element) if after in allowed)
    return frozenset(seen)
