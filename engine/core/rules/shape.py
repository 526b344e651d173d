"""P2, P4, P5, P12: how flows may split, meet, repeat and end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.core.definition import Definition, Element
from engine.core.regions import (
    branches,
    catcher,
    interrupts,
    loops,
    meeting_points,
    path_of,
    reachable,
    splits,
    successors,
    with_insides,
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
        _caught_twice(found, found.definition.boundaries(element.id))
    for scope in scopes:
        _caught_twice(found, found.definition.triggers(scope))
    if len(found.violations) == before:
        for scope in scopes:
            _connected(found, scope)
        _loops(found)
        _repeated_paths(found)


def _caught_twice(found: Found, events: tuple[Element, ...]) -> None:
    """Of the events of one place the first catches an error or escalation; a second would never happen."""
    first: dict[tuple[str, str], Element] = {}
    for event in events:
        if event.catches in ("error", "escalation"):
            other = first.setdefault((event.catches, event.code), event)
            if other is not event:
                found.add("caught_twice", event.id, event.code or "*", other=other.id)


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
    for busy in busy_loops(definition):
        found.add("busy_loop", min(busy), ", ".join(sorted(busy)))


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


def busy_loops(definition: Definition) -> tuple[frozenset[str], ...]:
    """The sets of elements that one step could pass again and again without a rest."""
    after = {key: at_once(definition, key) for key in definition.elements}
    reach = {key: _reached(after, *after[key]) for key in after}
    circles = {
        frozenset(other for other in reach[key] if key in reach[other]) for key in after if key in reach[key]
    }
    return tuple(sorted(circles, key=min))


def reached_at_once(definition: Definition, *sources: str) -> frozenset[str]:
    """The sources and all that one step may come to from them, up to where it rests."""
    after = {key: at_once(definition, key) for key in definition.elements}
    return _reached(after, *sources)


def at_once(definition: Definition, key: str) -> tuple[str, ...]:
    """What one step may come to right after an element, inside and around it too; nothing where it rests."""
    element = definition.elements[key]
    caught = catcher(definition, key)
    if caught is not None and caught.interrupting:
        return (caught.id,)
    after = () if caught is None else (caught.id,)
    if element.type == "subProcess":
        start = start_of_scope(definition, key)
        inside = (start,) if start else ()
        return (*after, *inside, *(successors(definition, key) if _may_be_left_out(element) else ()))
    if waits_inside(definition, key):
        return ()
    ended = _ended_by(definition, element)
    return (*after, *successors(definition, key), *(successors(definition, ended) if ended else ()))


def waits_inside(definition: Definition, element: str, once: bool = False) -> bool:
    """Whether nothing passes an element without waiting for a person, for time or for others.

    What may be done no time at all passes; with `once` one time of it is looked at.
    """
    kind = definition.elements[element].type
    if not once and _may_be_left_out(definition.elements[element]):
        return False
    if kind in ("userTask", "receiveTask", "intermediateCatchEvent"):
        return not definition.elements[element].condition
    host = definition.elements[element].attached_to
    if host:
        return definition.elements[element].timer is not None or definition.elements[element].awaits
    if kind == "subProcess":
        return rests_through(definition, element)
    call = definition.elements[element].call
    inner = definition.called.get(call.key) if call is not None else None
    return inner is not None and rests_through(inner, "")


def rests_through(definition: Definition, scope: str) -> bool:
    """Whether no way from the start of a scope leads out of it without waiting."""
    inside = with_insides(definition, frozenset(e.id for e in definition.children(scope)))
    after = {key: tuple(other for other in at_once(definition, key) if other in inside) for key in inside}
    start = start_of_scope(definition, scope)
    through = _reached(after, start) if start else frozenset()
    return not any(_leaves(definition, element, scope, inside) for element in through)


def _leaves(definition: Definition, key: str, scope: str, inside: frozenset[str]) -> bool:
    """Whether an element that is passed ends a scope, or throws what takes the scope away."""
    caught = catcher(definition, key)
    if caught is not None and caught.interrupting:
        return caught.id not in inside
    element = definition.elements[key]
    return element.type == "endEvent" and scope in (element.parent, _ended_by(definition, element))


def _ended_by(definition: Definition, element: Element) -> str | None:
    """The scope that an end event may end: of an event subprocess that interrupts the one around it."""
    if element.type != "endEvent":
        return None
    around = definition.elements.get(element.parent)
    if around is None or not around.by_event:
        return element.parent
    return around.parent if interrupts(definition, around) else None


def _may_be_left_out(element: Element) -> bool:
    """Whether an activity may be done no time at all."""
    if element.many is not None:
        number = element.many.cardinality.strip()
        return not number.isdecimal() or int(number[:9]) == 0
    return element.loop is not None and element.loop.tests_before


def _reached(after: Mapping[str, tuple[str, ...]], *sources: str) -> frozenset[str]:
    seen: set[str] = set()
    open_ends = list(sources)
    while open_ends:
        key = open_ends.pop()
        if key not in seen:
            seen.add(key)
            open_ends.extend(after[key])
    return frozenset(seen)
