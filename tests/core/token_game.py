"""A second, plain reading of BPMN, to compare the machine with: tokens on elements, nothing clever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.core.definition import Definition, Element, Flow

RESTING = ("userTask", "serviceTask", "receiveTask", "intermediateCatchEvent")


@dataclass(eq=False)
class Token:
    """On an element; one of several instances of a subprocess stands on none, and holds what is its own."""

    element: str
    scope: Token | None
    # The events that are armed on it, and when each was; conditions among them that must turn false first.
    unfired: dict[str, int] = field(default_factory=dict)
    holding: set[str] = field(default_factory=set)
    left: int = 1
    number: int = 0
    # When its task was last opened: each of a sequence opens it anew.
    opened: int = 0
    own: dict[str, Any] | None = None
    called: bool = False


class Game:
    """Conditions and scripts are read by Python itself, which tests may do and the product may not."""

    def __init__(self, definition: Definition, variables: dict[str, Any], at: str) -> None:
        self.definition = definition
        self.variables = dict(variables)
        self.tokens: list[Token] = []
        self.arrived: list[tuple[Token | None, str]] = []
        self.armed: list[Token] = []
        self.clock = 0
        self._begin_at(None, "", at)
        self._settle()

    def open_elements(self) -> list[str]:
        return sorted(element for element, _ in self._open())

    def seen(self, scope: Token | None) -> dict[str, Any]:
        """The variables that a scope sees."""
        if scope is None:
            return dict(self.variables)
        around = {} if scope.called else self.seen(scope.scope)
        return {**around, **(scope.own or {})}

    def seen_at(self, element: str, place: int) -> dict[str, Any]:
        return self.seen(self._pick(element, place).scope)

    def write(self, scope: Token | None, values: dict[str, Any]) -> None:
        while scope is not None and scope.own is None:
            scope = scope.scope
        (self.variables if scope is None or scope.own is None else scope.own).update(values)

    def _open(self) -> list[tuple[str, Token]]:
        found = [
            (t.element, t)
            for t in sorted(self.tokens, key=lambda token: token.opened)
            for _ in range(1 if self._is_in_turn(t.element) else t.left)
            if self._type(t.element) in RESTING
        ]
        events = sorted((at, e, n) for n, t in enumerate(self.tokens) for e, at in t.unfired.items())
        armed = [(e, self.tokens[n]) for _, e, n in events if self._is_armed(e)]
        behind = [(f.target, t) for t in self.tokens if self._awaits(t) for f in self._flows(t.element)]
        awaited = [(e, t) for e, t in behind if not self.definition.elements[e].condition]
        return found + armed + awaited + [(t.element, t) for t in self.armed]

    def _pick(self, element: str, place: int) -> Token:
        """The token at this place of those that the element holds open, first by what is around them."""
        alike = [token for key, token in self._open() if key == element]
        return sorted(alike, key=lambda token: _around(token.scope))[place]

    @property
    def ended(self) -> bool:
        return not self.tokens and not self.arrived

    def complete(self, element: str, variables: dict[str, Any], place: int = 0) -> None:
        token = self._pick(element, place)
        if self.definition.elements[element].many is not None:
            self._count(token)
        else:
            self.write(token.scope, variables)
            token.left = 1 if self._is_again(token, 1) else 0
        if token.left == 0:
            self._leave(token)
        self._open_anew(token)
        self._settle()

    def _open_anew(self, token: Token) -> None:
        if self._is_in_turn(token.element) or self.definition.elements[token.element].loop is not None:
            self.clock += 1
            token.opened = self.clock

    def _count(self, token: Token) -> None:
        seen = self.seen(token.scope)
        done = f"{token.element.rpartition('/')[2]}_done"
        self.write(token.scope, {done: seen[done] + 1})
        token.left -= 1

    def _is_again(self, token: Token, done: int) -> bool:
        loop = self.definition.elements[token.element].loop
        if loop is None:
            return False
        token.number += done
        return token.number < (loop.most or 10**6) and bool(eval(loop.condition, {}, self.seen(token.scope)))

    def _is_in_turn(self, element: str) -> bool:
        many = self.definition.elements[element].many if element else None
        return many is not None and many.sequential

    def fire(self, element: str, place: int = 0) -> None:
        event = self.definition.elements[element]
        host = self._pick(element, place)
        if host in self.armed:
            self.armed.remove(host)
            self._begin_aside(event, host.scope)
        elif not event.attached_to:
            if self._awaits(host):
                self._remove(host)
                self._flow_on(element, host.scope)
            else:
                self._leave(host)
        else:
            self._happen(event, host)
        self._settle()

    def _happen(self, event: Element, host: Token) -> None:
        if event.interrupting:
            self._remove(host)
        else:
            del host.unfired[event.id]
            if event.timer is None:
                self.clock += 1
                host.unfired[event.id] = self.clock
        self._flow_on(event.id, host.scope)

    def throw(self, element: str, code: str, place: int = 0) -> bool:
        token = self._pick(element, place)
        found = self._thrown(token, token.scope, "error", code)
        self._settle()
        return found is not None

    def _thrown(self, token: Token | None, scope: Token | None, kind: str, code: str) -> bool | None:
        """Whether what is thrown interrupted the scope it was thrown in; None if nothing catches it."""
        while True:
            element = self.definition.elements[token.element] if token is not None and token.element else None
            for event in self.definition.boundaries(element.id) if element is not None else ():
                if token is not None and event.catches == kind and event.code in (code, ""):
                    if event.interrupting:
                        self._remove(token)
                    self._flow_on(event.id, token.scope)
                    return event.interrupting
            # What holds several instances has no events of its own: each instance has them.
            passes = element.by_event if element is not None else token is not None
            for start in () if passes else self._triggers(scope):
                if start.catches == kind and start.code in (code, ""):
                    self._begin_aside(start, scope)
                    return start.interrupting
            if scope is None:
                return None
            token, scope = scope, scope.scope

    def _triggers(self, scope: Token | None) -> tuple[Element, ...]:
        if scope is not None and not scope.element:
            scope = scope.scope
        return self.definition.triggers("" if scope is None else scope.element)

    def _begin_aside(self, start: Element, scope: Token | None) -> None:
        if start.interrupting:
            self._empty(scope)
        self._reach(start.parent, scope)

    def _empty(self, scope: Token | None) -> None:
        for inside in [t for t in self.tokens if t.scope is scope]:
            if inside in self.tokens:
                self._remove(inside)
        self.arrived = [(s, flow) for s, flow in self.arrived if s is not scope]
        self.armed = [t for t in self.armed if t.scope is not scope]

    def _is_armed(self, element: str) -> bool:
        event = self.definition.elements[element]
        return event.catches not in ("error", "escalation") and not event.condition

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
                if condition and eval(condition, {}, self.seen(token.scope)):
                    self._remove(token)
                    self._flow_on(flow.target, token.scope)
                    self._settle()
                    return
        for token in self.tokens:
            for event in self.definition.boundaries(token.element):
                if self._comes_true(event, token):
                    self._happen(event, token)
                    self._settle()
                    return

    def _comes_true(self, event: Element, host: Token) -> bool:
        held = event.id in host.holding
        if event.condition and eval(event.condition, {}, self.seen(host.scope)):
            host.holding.add(event.id)
            return not held
        host.holding.discard(event.id)
        return False

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
        return self.definition.elements[element].type if element else "instance"

    def _remove(self, token: Token) -> None:
        self.tokens.remove(token)
        self._empty(token)

    def _leave(self, token: Token) -> None:
        self._remove(token)
        call = self.definition.elements[token.element].call
        if call is not None and token.own is not None:
            self.write(token.scope, {target: token.own[source] for source, target in call.outputs})
        if self.definition.elements[token.element].by_event and self._is_busy(token.scope):
            self._arm_again(token)
        self._flow_on(token.element, token.scope)

    def _arm_again(self, ended: Token) -> None:
        (start,) = [one for one in self._triggers(ended.scope) if one.parent == ended.element]
        if start.awaits and not start.interrupting:
            self.armed.append(Token(start.id, ended.scope))

    def _is_busy(self, scope: Token | None) -> bool:
        return any(t.scope is scope for t in self.tokens) or any(s is scope for s, _ in self.arrived)

    def _flow_on(self, element: str, scope: Token | None) -> None:
        flows = list(self.definition.outgoing(element))
        if self._type(element) in ("exclusiveGateway", "inclusiveGateway") and len(flows) > 1:
            holding = [f for f in flows if f.condition and eval(f.condition, {}, self.seen(scope))]
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
        self.clock += 1
        events = {e.id: self.clock for e in self.definition.boundaries(element)}
        token = Token(element, scope, events, opened=self.clock)
        self.tokens.append(token)
        kind = self._type(element)
        many = self.definition.elements[element].many
        loop = self.definition.elements[element].loop
        if many is not None:
            token.left = eval(many.cardinality, {}, self.seen(scope))
            drawn = element.rpartition("/")[2]
            self.write(scope, {f"{drawn}_done": 0, f"{drawn}_yes": 0})
        if token.left == 0 or (loop is not None and loop.tests_before and not self._is_again(token, 0)):
            self._leave(token)
        elif kind == "subProcess" and (many or loop):
            for _ in range(1 if self._is_in_turn(element) else token.left):
                self._begin(token)
        elif many is not None:
            return
        elif kind == "subProcess":
            self._call(token, element, scope)
            self._enter(token, element)
        elif kind not in RESTING and kind != "eventBasedGateway":
            if kind == "scriptTask":
                self._run(self.definition.elements[element].script, scope)
            if self.definition.elements[element].terminate:
                self._empty(scope)
                self.tokens.append(token)
            thrower = self.definition.elements[element]
            outwards = thrower.throws in ("error", "escalation")
            if outwards and self._thrown(None, scope, thrower.throws, thrower.code):
                return
            self._leave(token)

    def _run(self, text: str, scope: Token | None) -> None:
        before, after = self.seen(scope), self.seen(scope)
        exec(text, {}, after)
        self.write(scope, {name: value for name, value in after.items() if before.get(name) != value})

    def _begin(self, holder: Token) -> None:
        """One more of several instances of a subprocess."""
        many = self.definition.elements[holder.element].many
        self.clock += 1
        instance = Token("", holder, opened=self.clock, own=None if many is None else {})
        self._call(instance, holder.element, holder.scope)
        self.tokens.append(instance)
        self._enter(instance, holder.element)

    def _call(self, token: Token, element: str, scope: Token | None) -> None:
        """What a called process begins with, and all that it knows."""
        call = self.definition.elements[element].call
        if call is not None:
            token.called, seen = True, self.seen(scope)
            token.own = {name: eval(text, {}, seen) for name, text in call.inputs}

    def _one_done(self, holder: Token, instance: Token) -> None:
        self._remove(instance)
        if self.definition.elements[holder.element].many is None:
            if self._is_again(holder, 1):
                self._begin(holder)
            else:
                self._leave(holder)
            return
        self._count(holder)
        if holder.left == 0:
            self._leave(holder)
        elif self._is_in_turn(holder.element):
            self._begin(holder)

    def _enter(self, scope: Token | None, parent: str) -> None:
        (start,) = [e.id for e in self.definition.children(parent) if e.type == "startEvent"]
        self._begin_at(scope, parent, start)

    def _begin_at(self, scope: Token | None, parent: str, start: str) -> None:
        waiting = [e for e in self.definition.triggers(parent) if e.catches not in ("error", "escalation")]
        self.armed += [Token(event.id, scope) for event in waiting]
        self._reach(start, scope)

    def _close(self, scope: Token | None) -> None:
        if self._is_busy(scope):
            return
        if scope is None:
            self.armed = []
        if scope is None or scope not in self.tokens:
            return
        if scope.element:
            self._leave(scope)
        else:
            assert scope.scope is not None
            self._one_done(scope.scope, scope)


def _around(scope: Token | None) -> tuple[int, ...]:
    """When each subprocess around was opened, outermost first; one of several after what holds them."""
    return () if scope is None else (*_around(scope.scope), scope.opened)
