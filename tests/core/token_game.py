"""A second, plain reading of BPMN, to compare the machine with: tokens on elements, nothing clever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.core.definition import Definition

RESTING = ("userTask", "serviceTask", "intermediateCatchEvent")


@dataclass(eq=False)
class Token:
    element: str
    scope: Token | None
    unfired: set[str] = field(default_factory=set)


class Game:
    """Conditions and scripts are read by Python itself, which tests may do and the product may not."""

    def __init__(self, definition: Definition, variables: dict[str, Any]) -> None:
        self.definition = definition
        self.variables = dict(variables)
        self.tokens: list[Token] = []
        self.arrived: list[tuple[Token | None, str]] = []
        self._enter(None, "")

    def open_elements(self) -> list[str]:
        found = [t.element for t in self.tokens if self._type(t.element) in RESTING]
        timers = [e for t in self.tokens for e in t.unfired if self.definition.elements[e].timer is not None]
        return sorted(found + timers)

    @property
    def ended(self) -> bool:
        return not self.tokens and not self.arrived

    def complete(self, element: str, variables: dict[str, Any]) -> None:
        self.variables.update(variables)
        self._leave(self._at(element))

    def fire(self, element: str) -> None:
        event = self.definition.elements[element]
        if not event.attached_to:
            self._leave(self._at(element))
            return
        host = self._at(event.attached_to)
        if event.interrupting:
            self._remove(host)
        else:
            host.unfired.discard(element)
        self._flow_on(element, host.scope)

    def throw(self, element: str, code: str) -> bool:
        token: Token | None = self._at(element)
        while token is not None:
            for event in self.definition.boundaries(token.element):
                if event.catches_error and event.error_code in (code, ""):
                    self._remove(token)
                    self._flow_on(event.id, token.scope)
                    return True
            token = token.scope
        return False

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
        if self._type(element) == "exclusiveGateway" and len(flows) > 1:
            holding = [f for f in flows if f.condition and eval(f.condition, {}, dict(self.variables))]
            flows = holding[:1] or [f for f in flows if f.default]
        for flow in flows:
            self._arrive(flow.id, flow.target, scope)
        self._close(scope)

    def _arrive(self, flow: str, target: str, scope: Token | None) -> None:
        incoming = self.definition.incoming(target)
        if self._type(target) == "parallelGateway" and len(incoming) > 1:
            self.arrived.append((scope, flow))
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
        if kind == "subProcess":
            self._enter(token, element)
        elif kind not in RESTING:
            if kind == "scriptTask":
                exec(self.definition.elements[element].script, {}, self.variables)
            if self.definition.elements[element].terminate:
                for other in [t for t in self.tokens if t.scope is scope and t is not token]:
                    if other in self.tokens:
                        self._remove(other)
                self.arrived = [(s, f) for s, f in self.arrived if s is not scope]
            self._leave(token)

    def _enter(self, scope: Token | None, parent: str) -> None:
        (start,) = [e.id for e in self.definition.children(parent) if e.type == "startEvent"]
        self._reach(start, scope)

    def _close(self, scope: Token | None) -> None:
        inside = any(t.scope is scope for t in self.tokens) or any(s is scope for s, _ in self.arrived)
        if scope is not None and scope in self.tokens and not inside:
            self._leave(scope)
