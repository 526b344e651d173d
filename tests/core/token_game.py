"""A second, plain reading of BPMN, to compare the machine with: tokens on elements, nothing clever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.core.definition import Definition, Flow

RESTING = ("userTask", "serviceTask", "receiveTask", "intermediateCatchEvent")


@dataclass(eq=False)
class Token:
    element: str
    scope: Token | None
    unfired: set[str] = field(default_factory=set)
    left: int = 1


class Game:
    """Conditions and scripts are read by Python itself, which tests may do and the product may not."""

    def __init__(self, definition: Definition, variables: dict[str, Any]) -> None:
        self.definition = definition
        self.variables = dict(variables)
        self.tokens: list[Token] = []
        self.arrived: list[tuple[Token | None, str]] = []
        self._enter(None, "")
        self._settle()

    def open_elements(self) -> list[str]:
        found = [
            t.element
            for t in self.tokens
            for _ in range(1 if self._is_in_turn(t.element) else t.left)
            if self._type(t.element) in RESTING
        ]
        armed = [e for t in self.tokens for e in t.unfired if self._is_armed(e)]
        behind = [f.target for t in self.tokens if self._awaits(t) for f in self._flows(t.element)]
        awaited = [target for target in behind if not self.definition.elements[target].condition]
        return sorted(found + armed + awaited)

    @property
    def ended(self) -> bool:
        return not self.tokens and not self.arrived

    def complete(self, element: str, variables: dict[str, Any]) -> None:
        token = self._at(element)
        if self.definition.elements[element].many is not None:
            self.variables[f"{element}_done"] += 1
            token.left -= 1
        else:
            self.variables.update(variables)
            token.left = 0
        if token.left == 0:
            self._leave(token)
        self._settle()

    def _is_in_turn(self, element: str) -> bool:
        many = self.definition.elements[element].many
        return many is not None and many.sequential

    def fire(self, element: str) -> None:
        event = self.definition.elements[element]
        gateways = [t for t in self.tokens if self._awaits(t)]
        if not event.attached_to:
            gateway = next((t for t in gateways for f in self._flows(t.element) if f.target == element), None)
            if gateway is not None:
                self._remove(gateway)
                self._flow_on(element, gateway.scope)
            else:
                self._leave(self._at(element))
        else:
            host = self._at(event.attached_to)
            if event.interrupting:
                self._remove(host)
            else:
                host.unfired.discard(element)
            self._flow_on(element, host.scope)
        self._settle()

    def throw(self, element: str, code: str) -> bool:
        found = self._thrown(self._at(element), "error", code)
        self._settle()
        return found is not None

    def _thrown(self, token: Token | None, kind: str, code: str) -> bool | None:
        """Whether what is thrown interrupted the scope it was thrown in; None if nothing catches it."""
        while token is not None:
            for event in self.definition.boundaries(token.element):
                if event.catches == kind and event.code in (code, ""):
                    if event.interrupting:
                        self._remove(token)
                    self._flow_on(event.id, token.scope)
                    return event.interrupting
            token = token.scope
        return None

    def _is_armed(self, element: str) -> bool:
        return self.definition.elements[element].catches not in ("error", "escalation")

    def _awaits(self, token: Token) -> bool:
        return self._type(token.element) == "eventBasedGateway"

    def _flows(self, element: str) -> list[Flow]:
        return list(self.definition.outgoing(element))

    def _settle(self) -> None:
        """Inclusive joins that nothing can reach by an empty flow alone; conditions that hold now."""
        for scope, flow in list(self.arrived):
            join = self.definition.flows[flow].target
            if self._type(join) != "inclusiveGateway" or (scope, flow) not in self.arrived:
                continue
            incoming = [other.id for other in self.definition.incoming(join)]
            filled = {f for f in incoming if (scope, f) in self.arrived}
            places = {t.element for t in self.tokens if t.scope is scope}
            places |= {self.definition.flows[f].target for s, f in self.arrived if s is scope}
            reached = [self._ways(place, join) & set(incoming) for place in places - {join}]
            if all(not ways - filled or ways & filled for ways in reached):
                for f in filled:
                    self.arrived.remove((scope, f))
                self._reach(join, scope)
                self._settle()
                return

        for token in self.tokens:
            for flow in self._flows(token.element) if self._awaits(token) else ():
                condition = self.definition.elements[flow.target].condition
                if condition and eval(condition, {}, dict(self.variables)):
                    self._remove(token)
                    self._flow_on(flow.target, token.scope)
                    self._settle()
                    return

    def _ways(self, place: str, join: str) -> set[str]:
        """The flows on all ways from an element to a join, those by boundary events too."""
        seen, ways, ahead = set(), set(), [place]
        while ahead:
            element = ahead.pop()
            if element in seen or element == join:
                continue
            seen.add(element)
            ways |= {flow.id for flow in self._flows(element)}
            ahead += [flow.target for flow in self._flows(element)]
            ahead += [event.id for event in self.definition.boundaries(element)]
        return ways

    def _type(self, element: str) -> str:
        return self.definition.elements[element].type

    def _at(self, element: str) -> Token:
        (token,) = [token for token in self.tokens if token.element == element]
        return token

    def _remove(self, token: Token) -> None:
        self.tokens.remove(token)
        for inside in [t for t in self.tokens if t.scope is token]:
            if inside in self.tokens:
                self._remove(inside)
        self.arrived = [(scope, flow) for scope, flow in self.arrived if scope is not token]

    def _leave(self, token: Token) -> None:
        self._remove(token)
        self._flow_on(token.element, token.scope)

    def _flow_on(self, element: str, scope: Token | None) -> None:
        flows = list(self.definition.outgoing(element))
        if self._type(element) in ("exclusiveGateway", "inclusiveGateway") and len(flows) > 1:
            holding = [f for f in flows if f.condition and eval(f.condition, {}, dict(self.variables))]
            some = 1 if self._type(element) == "exclusiveGateway" else len(flows)
            flows = holding[:some] or [f for f in flows if f.default]
        for flow in flows:
            self._arrive(flow.id, flow.target, scope)
        self._close(scope)

    def _arrive(self, flow: str, target: str, scope: Token | None) -> None:
        incoming = self.definition.incoming(target)
        if self._type(target) in ("parallelGateway", "inclusiveGateway") and len(incoming) > 1:
            self.arrived.append((scope, flow))
            if self._type(target) == "inclusiveGateway":
                return
            wanted = [(scope, other.id) for other in incoming]
            if not all(pair in self.arrived for pair in wanted):
                return
            for pair in wanted:
                self.arrived.remove(pair)
        self._reach(target, scope)

    def _reach(self, element: str, scope: Token | None) -> None:
        token = Token(element, scope, {e.id for e in self.definition.boundaries(element)})
        self.tokens.append(token)
        kind = self._type(element)
        many = self.definition.elements[element].many
        if many is not None:
            token.left = eval(many.cardinality, {}, dict(self.variables))
            self.variables |= {f"{element}_done": 0, f"{element}_yes": 0}
            if token.left == 0:
                self._leave(token)
            return
        if kind == "subProcess":
            self._enter(token, element)
        elif kind not in RESTING and kind != "eventBasedGateway":
            if kind == "scriptTask":
                exec(self.definition.elements[element].script, {}, self.variables)
            if self.definition.elements[element].terminate:
                for other in [t for t in self.tokens if t.scope is scope and t is not token]:
                    if other in self.tokens:
                        self._remove(other)
                self.arrived = [(s, f) for s, f in self.arrived if s is not scope]
            thrower = self.definition.elements[element]
            outwards = thrower.throws in ("error", "escalation")
            if outwards and self._thrown(scope, thrower.throws, thrower.code):
                return
            self._leave(token)

    def _enter(self, scope: Token | None, parent: str) -> None:
        (start,) = [e.id for e in self.definition.children(parent) if e.type == "startEvent"]
        self._reach(start, scope)

    def _close(self, scope: Token | None) -> None:
        inside = any(t.scope is scope for t in self.tokens) or any(s is scope for s, _ in self.arrived)
        if scope is not None and scope in self.tokens and not inside:
            self._leave(scope)
