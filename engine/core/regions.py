"""Which elements run beside each other, which loop: the shape of a diagram as sets of element ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.definition import Definition, Element


@dataclass(frozen=True, slots=True)
class Split:
    """Where one token becomes several: the first elements of each path by its name.

    `continues` names the path that goes on beside an event that does not interrupt; `instead` are the first
    elements of a path that is taken when none of the others is.
    """

    at: str
    paths: Mapping[str, frozenset[str]]
    continues: str | None = None
    instead: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Branch:
    """One of several paths that run at the same time after a split, insides of subprocesses included.

    `continues` marks the path that goes on beside an event that does not interrupt; `instead` is what only a
    path reaches that is taken when none of these is.
    """

    split: str
    name: str
    members: frozenset[str]
    continues: bool = False
    instead: frozenset[str] = frozenset()


def successors(definition: Definition, element: str, events: bool = True) -> tuple[str, ...]:
    """The elements that a token may reach next, boundary events of the element among them."""
    after = tuple(flow.target for flow in definition.outgoing(element))
    return after + tuple(e.id for e in definition.boundaries(element)) if events else after


def reachable(definition: Definition, *sources: str) -> frozenset[str]:
    """The sources and everything behind them in their scope."""
    seen: set[str] = set()
    open_ends = list(sources)
    while open_ends:
        element = open_ends.pop()
        if element not in seen:
            seen.add(element)
            open_ends.extend(successors(definition, element))
    return frozenset(seen)


def path_of(definition: Definition, event: Element) -> frozenset[str]:
    """The elements in its scope that a token may come to once a boundary event has happened."""
    return reachable(definition, event.id)


def meeting_points(definition: Definition, members: frozenset[str]) -> tuple[str, ...]:
    """The parallel and inclusive gateways among them that split or join."""
    return tuple(
        member
        for member in sorted(members)
        if definition.elements[member].type in ("parallelGateway", "inclusiveGateway")
        and max(len(definition.incoming(member)), len(definition.outgoing(member))) > 1
    )


def repeated_paths(definition: Definition) -> tuple[frozenset[str], ...]:
    """The paths of events that may happen several times; of one inside another only the outer one.

    Tokens on one never meet, because nothing on it splits or joins, so each is on its way for itself. A path
    of an older version that does split or join is left out.
    """
    events = [event for event in definition.elements.values() if event.happens_again]
    paths = {path_of(definition, event) for event in events}
    alone = {path for path in paths if not meeting_points(definition, path)}
    return tuple(path for path in alone if not any(path < other for other in alone))


def upstream(definition: Definition, join: str) -> dict[str, frozenset[str]]:
    """For each flow into a gateway the elements from which a token may come by it, not through it."""
    before: dict[str, set[str]] = {}
    for element in definition.elements:
        if element != join:
            for after in successors(definition, element):
                before.setdefault(after, set()).add(element)
    found = {}
    for flow in definition.incoming(join):
        seen: set[str] = set()
        open_ends = [flow.source]
        while open_ends:
            element = open_ends.pop()
            if element not in seen and element != join:
                seen.add(element)
                open_ends.extend(before.get(element, ()))
        found[flow.id] = frozenset(seen)
    return found


def catcher(definition: Definition, element: str) -> Element | None:
    """The event that catches the error or escalation an element throws; None if it throws neither."""
    thrown = definition.elements[element]
    if thrown.throws not in ("error", "escalation"):
        return None
    return caught_by(definition, element, thrown.throws, thrown.code)


def caught_by(definition: Definition, element: str, kind: str, code: str) -> Element | None:
    """The event that catches an error or escalation from an element, found from it outwards.

    In each scope that is a boundary event on it or the start of an event subprocess beside it; one with the
    same code comes before one without.
    """
    inside = definition.elements[element]
    while True:
        events = () if inside.by_event else definition.triggers(inside.parent)
        for catching in (definition.boundaries(inside.id), events):
            for wanted in (code, ""):
                for event in catching:
                    if (event.catches, event.code) == (kind, wanted):
                        return event
        if not inside.parent:
            return None
        inside = definition.elements[inside.parent]


def with_insides(definition: Definition, members: frozenset[str]) -> frozenset[str]:
    """The members and everything inside the subprocesses among them."""
    inside = set(members)
    for element in definition.elements.values():
        if element.parent in inside:
            inside.add(element.id)
    return frozenset(inside)


def splits(definition: Definition) -> Iterator[Split]:
    """Each element where one token becomes several."""
    for element in definition.elements.values():
        flows = definition.outgoing(element.id)
        together = tuple(flow for flow in flows if not flow.default)
        if element.type in ("parallelGateway", "inclusiveGateway") and len(together) > 1:
            instead = frozenset(flow.target for flow in flows if flow.default)
            paths = {flow.id: frozenset({flow.target}) for flow in together}
            yield Split(element.id, paths, instead=instead)
        if element.type == "boundaryEvent" and not element.interrupting:
            host = element.attached_to
            others = {event.id for event in definition.boundaries(host) if event.id != element.id}
            main = frozenset({*successors(definition, host, events=False), *others})
            yield Split(element.id, {element.id: frozenset({element.id}), host: main}, continues=host)
        if element.by_event and not interrupts(definition, element):
            # What a start event writes is there before anything runs beside.
            around = [other for other in definition.children(element.parent) if other.type != "startEvent"]
            beside = {other.id for other in around} - {element.id}
            paths = {element.id: frozenset({element.id}), element.parent: frozenset(beside)}
            yield Split(element.id, paths, continues=element.parent)


def interrupts(definition: Definition, event_subprocess: Element) -> bool:
    """Whether an event subprocess takes all else in its scope away when it begins."""
    starts = definition.triggers(event_subprocess.parent)
    return all(start.interrupting for start in starts if start.parent == event_subprocess.id)


def branches(definition: Definition) -> tuple[Branch, ...]:
    """The paths beside each other: of each split, what one path reaches and the others do not."""
    found = []
    for split in splits(definition):
        reach = {name: reachable(definition, *first) for name, first in split.paths.items()}
        alone = reachable(definition, *split.instead) - frozenset().union(*reach.values())
        instead = with_insides(definition, alone)
        for name, members in reach.items():
            others = frozenset().union(*(reach[other] for other in reach if other != name))
            own = members - others
            host = definition.elements[split.at].attached_to
            if host and name == host:
                own |= {host}
            continues = name == split.continues
            members = with_insides(definition, own)
            found.append(Branch(split.at, name, members, continues, instead))
    return tuple(found)


def loops(definition: Definition) -> tuple[frozenset[str], ...]:
    """The sets of elements from which a token can come back to where it was."""
    reach = {
        element: reachable(definition, *successors(definition, element)) for element in definition.elements
    }
    found: list[frozenset[str]] = []
    placed: set[str] = set()
    for element in definition.elements:
        if element in placed or element not in reach[element]:
            continue
        members = frozenset(other for other in reach[element] if element in reach[other]) | {element}
        placed |= members
        found.append(members)
    return tuple(found)
