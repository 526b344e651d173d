"""P2, P4, P5, P12: how flows may split, meet, repeat and end."""

from __future__ import annotations

from typing import Final

from engine.core.definition import Definition
from engine.core.regions import (
    branches,
    loops,
    meeting_points,
    path_of,
    reachable,
    splits,
    successors,
)
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
        _repeated_paths(found)


def _ends(found: Found, scope: str) -> None:
    definition = found.definition
    children = definition.children(scope)
    starts = [e for e in children if e.type == "startEvent"]
    ends = [e for e in children if e.type == "endEvent"]
    wrong_start = any(definition.incoming(e.id) for e in starts)
    wrong_end = any(definition.outgoing(e.id) for e in ends)
    wrong_number = len(starts) != 1 if scope else not starts
    if wrong_number or not ends or wrong_start or wrong_end:
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
    from_start = reachable(definition, *(e.id for e in children if e.type == "startEvent"))
    for element in children:
        if element.by_event:
            continue
        if element.id not in from_start:
            found.add("unreachable", element.id)
        ahead = reachable(definition, element.id)
        if not any(definition.elements[other].type == "endEvent" for other in ahead):
            found.add("dead_end", element.id)


def _loops(found: Found) -> None:
    definition = found.definition
    rounds = loops(definition)
    for split in splits(definition):
        origin = definition.elements[split.at].attached_to or split.at
        if any(origin in members for members in rounds):
            found.add("split_in_loop", split.at)
    elements = definition.elements
    for branch in branches(definition):
        if elements[branch.split].by_event:
            continue  # What runs beside an event subprocess never meets it.
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


def _repeated_paths(found: Found) -> None:
    """Two tokens of one event must never meet: a join would take a token of each for two of one."""
    for event in found.definition.elements.values():
        if event.happens_again:
            for gateway in meeting_points(found.definition, path_of(found.definition, event)):
                found.add("meets_itself", gateway, event.id)


def start_of_scope(definition: Definition, scope: str) -> str:
    """The id of the plain start event of a subprocess or of the process; empty where none is drawn."""
    starts = (e for e in definition.children(scope) if e.type == "startEvent" and not e.is_triggered)
    return next((e.id for e in starts), "")


def waits_inside(definition: Definition, element: str, once: bool = False) -> bool:
    """Whether nothing passes an element without waiting for a person, for time or for others.

    What may be done no time at all passes; with `once` one time of it is looked at.
    """
    kind, loop = definition.elements[element].type, definition.elements[element].loop
    if not once and (definition.elements[element].many or (loop is not None and loop.tests_before)):
        return False
    if kind in ("userTask", "receiveTask", "intermediateCatchEvent"):
        return not definition.elements[element].condition
    host = definition.elements[element].attached_to
    if host:
        return definition.elements[element].timer is not None or definition.elements[element].awaits
    if kind == "subProcess":
        return _rests_through(definition, element)
    call = definition.elements[element].call
    inner = definition.called.get(call.key) if call is not None else None
    return inner is not None and _rests_through(inner, "")


def _rests_through(definition: Definition, scope: str) -> bool:
    """Whether no way from the start of a scope to an end passes without waiting."""
    children = frozenset(e.id for e in definition.children(scope))
    passing = frozenset(e for e in children if not waits_inside(definition, e))
    through = _within(definition, passing, start_of_scope(definition, scope))
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
