"""P12: a thousand random walks of tokens, timers, errors and escalations too, must all finish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Final

from engine.core.definition import Definition, Element, Flow
from engine.core.regions import catcher, caught_by, path_of, splits, upstream
from engine.core.rules.found import Found

WALKS: Final = 1000
LONGEST: Final = 3000


def walk_violations(found: Found) -> None:
    """Adds where a walk stopped for ever, or where two tokens met without a join."""
    definition = found.definition
    if not may_stop(definition):
        return
    joins = inclusive_joins(definition)
    for seed in range(WALKS):
        problem = Walk(definition, Random(seed), joins).run()  # noqa: S311 (no secret)
        if problem is not None:
            found.add(*problem)
            return


def may_stop(definition: Definition) -> bool:
    """Whether there is anything at which a walk could stop for ever: a split or a join."""
    return any(True for _ in splits(definition)) or any(
        e.type in ("parallelGateway", "inclusiveGateway") and len(definition.incoming(e.id)) > 1
        for e in definition.elements.values()
    )


def inclusive_joins(definition: Definition) -> dict[str, Mapping[str, frozenset[str]]]:
    """For each inclusive gateway from where a token may come by each flow into it."""
    elements = definition.elements.values()
    return {e.id: upstream(definition, e.id) for e in elements if e.type == "inclusiveGateway"}


class Walk:
    """One walk: which elements hold a token, and which flows hold one before a join.

    An event that may happen several times happens while nothing is on its path: what happens meanwhile meets
    nothing (P4), so it goes the same way by itself. So does an event subprocess that begins while it is open.
    """

    def __init__(
        self, definition: Definition, random: Random, joins: Mapping[str, Mapping[str, frozenset[str]]]
    ) -> None:
        self.definition = definition
        self.random = random
        self.joins = joins
        self.active: list[str] = []
        self.waiting: set[str] = set()
        self.fired: set[str] = set()
        self.problem: tuple[str, str] | None = None

    def run(self) -> tuple[str, str] | None:
        """What went wrong from the start to the end, if anything did."""
        self._enter("")
        return self.go_on()

    def go_on(self) -> tuple[str, str] | None:
        """What went wrong from where the tokens are, if anything did."""
        for _ in range(LONGEST):
            if self.problem is not None:
                return self.problem
            self._settle()
            moves = self._moves()
            if not moves:
                break
            self._move(self.random.choice(moves))
        if self.waiting and not self._moves():
            return "stuck", self.definition.flows[min(self.waiting)].target
        return self.problem

    def _moves(self) -> list[str]:
        """The elements that can be left, and the events and event subprocesses that can happen meanwhile."""
        moves: list[str] = []
        left, around = self._to_leave()
        for element in self.active:
            if element in left:
                moves.append(element)
            elif element not in around:
                # Only gateways wait in it; that an event may take it away does not make that right.
                continue
            moves += [
                e.id
                for e in self.definition.boundaries(element)
                if e.id not in self.fired and e.catches != "escalation" and not self._is_on_its_way(e)
            ]
        return [*moves, *self._triggered()] if moves else moves

    def _is_on_its_way(self, event: Element) -> bool:
        """Whether an event that may happen several times has, and its path has not come to its end."""
        if not event.happens_again:
            return False
        before_joins = {self.definition.flows[flow].target for flow in self.waiting}
        return not path_of(self.definition, event).isdisjoint({*self.active, *before_joins})

    def _triggered(self) -> Iterator[str]:
        scopes = ("", *(e for e in self.active if self.definition.elements[e].type == "subProcess"))
        for start in (start for scope in scopes for start in self.definition.triggers(scope)):
            if start.parent in self.fired or start.parent in self.active or start.catches == "escalation":
                continue
            if start.catches != "error" or self._may_fail(start):
                yield start.parent

    def _may_fail(self, start: Element) -> bool:
        """Whether the handler of a service that holds a token may throw what this start event catches."""
        services = (e for e in self.active if self.definition.elements[e].type == "serviceTask")
        return any(caught_by(self.definition, e, "error", start.code) is start for e in services)

    def _to_leave(self) -> tuple[set[str], set[str]]:
        """What can be left, a subprocess when nothing is in it; and the subprocesses around such things."""
        elements, flows = self.definition.elements, self.definition.flows
        occupied = {elements[e].parent for e in self.active}
        occupied |= {elements[flows[f].target].parent for f in self.waiting}
        left = {e for e in self.active if elements[e].type != "subProcess" or e not in occupied}
        around: set[str] = set()
        for element in left:
            scope = elements[element].parent
            while scope and scope not in around:
                around.add(scope)
                scope = elements[scope].parent
        return left, around

    def _move(self, move: str) -> None:
        element = self.definition.elements[move]
        if element.by_event and move not in self.active:
            self.fired.add(move)
            (start,) = (e for e in self.definition.triggers(element.parent) if e.parent == move)
            self._begin(start)
            return
        if element.attached_to:
            self.fired.add(move)
            if element.interrupting:
                self._leave(element.attached_to)
        else:
            self._leave(move)
        if element.terminate:
            self._clear(element.parent)
        if self._is_caught_and_interrupted(element):
            return
        flows = self.definition.outgoing(move)
        if element.type in ("exclusiveGateway", "eventBasedGateway") and flows:
            flows = (self.random.choice(flows),)
        if element.type == "inclusiveGateway" and len(flows) > 1:
            flows = self._some(flows)
        for flow in flows:
            self._arrive(flow.id)

    def _some(self, flows: tuple[Flow, ...]) -> tuple[Flow, ...]:
        """Flows that an inclusive gateway may take at once: the default only when it takes no other."""
        others = [flow for flow in flows if not flow.default]
        count = self.random.randint(1 if len(others) == len(flows) else 0, len(others))
        return tuple(self.random.sample(others, count)) or tuple(flow for flow in flows if flow.default)

    def _is_caught_and_interrupted(self, element: Element) -> bool:
        event = catcher(self.definition, element.id)
        if event is None:
            return False
        if not event.attached_to:
            if event.parent not in self.active:
                self._begin(event)
            return event.interrupting
        if event.interrupting:
            self._leave(event.attached_to)
        for flow in self.definition.outgoing(event.id) if not self._is_on_its_way(event) else ():
            self._arrive(flow.id)
        return event.interrupting

    def _begin(self, start: Element) -> None:
        """An event subprocess begins; an interrupting one takes all else in its scope away."""
        if start.interrupting:
            self._clear(self.definition.elements[start.parent].parent)
        self._reach(start.parent)

    def _settle(self) -> None:
        """Opens the inclusive joins to which no other token can come any more."""
        for join, upstream_of in self.joins.items():
            filled = [flow for flow in upstream_of if flow in self.waiting]
            if not filled or len(upstream_of) < 2:
                continue
            empty = upstream_of.keys() - set(filled)
            positions = {*self.active, *(self.definition.flows[f].target for f in self.waiting)} - {join}
            if not any(
                any(place in upstream_of[flow] for flow in empty)
                and not any(place in upstream_of[flow] for flow in filled)
                for place in positions
            ):
                self.waiting -= set(filled)
                self._reach(join)

    def _leave(self, element: str) -> None:
        self.active.remove(element)
        self.fired -= {event.id for event in self.definition.boundaries(element)}
        self.fired -= {start.parent for start in self.definition.triggers(element)}
        if self.definition.elements[element].type == "subProcess":
            self._clear(element)

    def _clear(self, scope: str) -> None:
        elements, flows = self.definition.elements, self.definition.flows
        self.waiting = {f for f in self.waiting if elements[flows[f].target].parent != scope}
        for element in [e for e in self.active if elements[e].parent == scope]:
            self._leave(element)

    def _arrive(self, flow: str) -> None:
        target = self.definition.flows[flow].target
        incoming = self.definition.incoming(target)
        kind = self.definition.elements[target].type
        if kind in ("parallelGateway", "inclusiveGateway") and len(incoming) > 1:
            if flow in self.waiting:
                self.problem = "twice", target
            self.waiting.add(flow)
            arrived = {other.id for other in incoming}
            if kind == "inclusiveGateway" or not arrived <= self.waiting:
                return
            self.waiting -= arrived
        self._reach(target)

    def _reach(self, target: str) -> None:
        if target in self.active:
            self.problem = "twice", target
            return
        self.active.append(target)
        if self.definition.elements[target].type == "subProcess":
            self._enter(target)

    def _enter(self, scope: str) -> None:
        starts = [e.id for e in self.definition.children(scope) if e.type == "startEvent"]
        self.active.append(starts[0] if len(starts) == 1 else self.random.choice(starts))
