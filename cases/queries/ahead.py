"""What may still follow in a case: the elements that its diagram reaches from where it stands.

A condition whose variables nothing on the way can change is decided now. A way back is followed only from
where the case stands, so that what a correction would begin anew is not listed before it is needed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from engine.core.definition import Definition, Element, Flow
from engine.core.expressions import compiled
from engine.core.usage import writes_of

# An element, and whether the way to it passed a task of a person after where the case stands.
Spot = tuple[str, bool]
_NOTHING: Final[frozenset[str]] = frozenset()


class Ahead:
    """The part of a diagram ahead of the elements `now`, at which a case with these variables stands.

    Without variables every condition counts as open. `kept` are variables that an element of `now` could
    write and will not: a correction opens only the answers that it was returned for.
    """

    def __init__(
        self,
        definition: Definition,
        now: Iterable[str],
        variables: Mapping[str, Any] | None,
        kept: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self._kept = kept or {}
        self._definition = definition
        self._variables = variables
        self._everything = frozenset(definition.variables)
        self._back = _ways_back(definition)
        self._begin = tuple((name, False) for name in now if name in definition.elements)
        self._changed: dict[Spot, frozenset[str]] = {}
        self._next: dict[Spot, list[Spot]] = {}
        self.elements: tuple[Element, ...] = self._walked()

    def is_sure(self, names: set[str]) -> bool:
        """Whether the case must pass one of these elements, unless time or an error takes it elsewhere."""
        return any(self._must_pass(spot, names) for spot in self._begin)

    def _walked(self) -> tuple[Element, ...]:
        """The elements reached after where the case stands, nearest first."""
        found: dict[str, Element] = {}
        unchanged = _NOTHING if self._variables is not None else self._everything
        self._changed = dict.fromkeys(self._begin, unchanged)
        waiting = list(self._begin)
        while waiting:
            spot = waiting.pop(0)
            self._next[spot] = []
            after = self._changed[spot] | self._writes_at(spot)
            for target, regular in self._following(spot, after):
                if regular:
                    self._next[spot].append(target)
                known = self._changed.get(target)
                if known is not None and after <= known:
                    continue
                self._changed[target] = after | (known or _NOTHING)
                waiting.append(target)
                found.setdefault(target[0], self._definition.elements[target[0]])
        return tuple(found.values())

    def _following(self, spot: Spot, changed: frozenset[str]) -> Iterator[tuple[Spot, bool]]:
        """The next spots, and whether the case goes there by itself and not because of time or an error."""
        name, passed = spot
        element = self._definition.elements[name]
        passed = passed or (element.type == "userTask" and spot not in self._begin)
        for flow in self._flows(element, changed):
            if flow.id not in self._back or not passed:
                yield (flow.target, passed), True
        if element.type == "subProcess":
            for child in self._definition.children(name):
                if child.type == "startEvent":
                    yield (child.id, passed), True
        around = element
        while True:
            for boundary in self._definition.boundaries(around.id):
                yield (boundary.id, passed), False
            for start in self._definition.triggers(around.parent):
                yield (start.id, passed), False
            if not around.parent:
                return
            around = self._definition.elements[around.parent]

    def _flows(self, element: Element, changed: frozenset[str]) -> Iterator[Flow]:
        """The sequence flows that the case may take from an element."""
        flows = self._definition.outgoing(element.id)
        if element.type == "subProcess" and self._definition.children(element.id):
            return  # its inner end goes on
        if not flows and element.parent:
            yield from self._definition.outgoing(element.parent)
            return
        if element.type != "exclusiveGateway":
            yield from flows
            return
        for flow in flows:
            if flow.default or not flow.condition:
                continue
            condition = compiled(flow.condition, self._definition.types_in(element.parent))
            if condition.names & changed or self._is_of_its_own(element):
                yield flow
            elif condition.is_true(self._variables or {}):
                yield flow
                return
        yield from (flow for flow in flows if flow.default or not flow.condition)

    def _is_of_its_own(self, element: Element) -> bool:
        """Whether it lies where variables are not those of the case: in a call, or in one of several."""
        scope = element.parent
        while scope:
            around = self._definition.elements[scope]
            if around.call is not None or around.many is not None:
                return True
            scope = around.parent
        return False

    def _writes_at(self, spot: Spot) -> frozenset[str]:
        written = self._writes(spot[0])
        return written - self._kept.get(spot[0], _NOTHING) if spot in self._begin else written

    def _writes(self, name: str) -> frozenset[str]:
        element = self._definition.elements[name]
        if element.type == "serviceTask" and "writes" not in element.properties:
            return self._everything
        return writes_of(self._definition, element)

    def _must_pass(self, begin: Spot, names: set[str]) -> bool:
        waiting, seen = [begin], {begin}
        while waiting:
            spot = waiting.pop()
            element = self._definition.elements[spot[0]]
            if element.type == "endEvent" and not self._next.get(spot):
                return False
            for target in self._next.get(spot, ()):
                if target not in seen and target[0] not in names:
                    seen.add(target)
                    waiting.append(target)
        return True


def _ways_back(definition: Definition) -> frozenset[str]:
    """The sequence flows that lead back to an element on the way to them; kept with the definition."""
    known: frozenset[str] | None = definition.private.get("ways_back")
    if known is not None:
        return known
    found: set[str] = set()
    seen: set[str] = set()
    on_the_way: set[str] = set()
    starts = [element.id for element in definition.elements.values() if element.type == "startEvent"]
    for start in starts:
        if start in seen:
            continue
        stack = [(start, iter(_ways(definition, start)))]
        seen.add(start)
        on_the_way.add(start)
        while stack:
            name, ways = stack[-1]
            step = next(ways, None)
            if step is None:
                on_the_way.discard(name)
                stack.pop()
            elif step[1] in on_the_way:
                found.add(step[0])
            elif step[1] not in seen:
                seen.add(step[1])
                on_the_way.add(step[1])
                stack.append((step[1], iter(_ways(definition, step[1]))))
    definition.private["ways_back"] = frozenset(found)
    return frozenset(found)


def _ways(definition: Definition, name: str) -> list[tuple[str, str]]:
    """The sequence flows that leave an element, and those of its boundary events, with their targets."""
    sources = [name, *(boundary.id for boundary in definition.boundaries(name))]
    return [(flow.id, flow.target) for source in sources for flow in definition.outgoing(source)]
