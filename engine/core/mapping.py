"""Maps the rows of a stored state from one version of a process to another, token by token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.core.asides import TriggerNode
from engine.core.changes import aspects, is_same_kind
from engine.core.definition import Element
from engine.core.gateways import EventGatewayNode, InclusiveNode, ParallelNode
from engine.core.nodes import HOLDING, BoundaryNode, Guard
from engine.core.rows import ScopeRow, State, TokenRow
from engine.core.specification import Net
from engine.core.tree import COMPLETED, WAITING


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing met on the way: its kind, and the element or variable; `other` is where a token goes."""

    kind: str
    element: str = ""
    other: str = ""


class Mapper:
    """One state on its way from the source to the target; `chosen` sends open elements to other ones."""

    def __init__(self, source: Net, target: Net, chosen: Mapping[str, str], state: State) -> None:
        self.source, self.target, self.chosen = source, target, chosen
        self.findings: list[Finding] = []
        self._before = state
        self._last_id = state.last_id
        self._scopes: list[ScopeRow] = []
        self._flow_ids = ("", *source.definition.flows)
        self._numbers = {flow: at for at, flow in enumerate(target.definition.flows, start=1)}
        self._nodes = {node.name: node for node in target.nodes}

    def map(self) -> None:
        """Maps every scope; what cannot be mapped is a finding."""
        for scope in self._before.scopes:
            self._own_variables(scope)
            self._scopes.append(replace(scope, tokens=self._tokens(scope)))

    def state(self, values: tuple[Any, ...]) -> State:
        """The state under the target, with these values."""
        return State(
            digest=bytes.fromhex(self.target.definition.digest[:16]),
            last_id=self._last_id,
            ended=self._before.ended,
            values=values,
            scopes=tuple(self._scopes),
        )

    def _tokens(self, scope: ScopeRow) -> tuple[TokenRow, ...]:
        by_id = {token.id: token for token in scope.tokens}
        found: list[TokenRow] = []
        for token in scope.tokens:
            node = self._node(token)
            if isinstance(node, Guard | BoundaryNode | TriggerNode):
                continue
            found += self._placed(token, node, by_id.get(token.parent), scope)
        found += self._asides(scope)
        # A parent comes before those that hang from it, as pruning writes them.
        return tuple(sorted(found, key=lambda row: (row.parent != 0, row.id)))

    def _own_variables(self, scope: ScopeRow) -> None:
        """What a subprocess has for itself must be the same on both sides."""
        place = self._place(scope)
        names = self.source.locals.get(place, frozenset())
        if names != self.target.locals.get(place, frozenset()) or any(
            self.source.scopes[place].types[name] != self.target.scopes[place].types.get(name)
            for name in names
        ):
            self._add("many_changed", place)

    def _place(self, scope: ScopeRow) -> str:
        """The element whose inside a scope is; empty for the process itself."""
        tokens = (token for other in self._before.scopes for token in other.tokens)
        return next((str(self._node(token).element.id) for token in tokens if token.id == scope.host), "")

    def _asides(self, scope: ScopeRow) -> list[TokenRow]:
        """The event subprocesses of the target's scope: as they stand, or newly armed; not those begun."""
        armed = (token for token in scope.tokens if isinstance(self._node(token), TriggerNode))
        standing = {self._node(token).element.id: token for token in armed}
        inside = self.target.scopes.get(self._place(scope))
        found = []
        for node in inside.triggers if inside is not None and scope.tokens else ():
            event: Element = node.element
            before = self.source.definition.elements.get(event.id)
            known = before is not None and is_same_kind(before, event)
            if known and event.id in standing and before is not None:
                for kind in aspects(self.source.definition, before, self.target.definition, event):
                    self._add(kind, event.id)
                found.append(replace(standing.pop(event.id), node=node.index))
            elif not known and node.is_armed:
                self._add("timer_added" if event.timer is not None else "event_added", event.id)
                found.append(TokenRow(self._new_id(), node.index, WAITING, 0, 0))
        self._dropped(standing)
        return found

    def _node(self, token: TokenRow) -> Any:
        return self.source.nodes[token.node]

    def _placed(self, token: TokenRow, node: Any, parent: TokenRow | None, scope: ScopeRow) -> list[TokenRow]:
        element: Element = node.element
        target = self._target(element, node)
        if target is None:
            return []
        new = self._nodes.get(target.id + node.name[len(element.id) :])
        if new is None or type(new) is not type(node):
            self._add("many_changed", element.id)
            return []
        guard = parent if parent is not None and isinstance(self._node(parent), Guard) else None
        row = replace(token, node=new.index, flow=self._flow(token, node, element, target))
        if node.name != element.id:
            return [row]  # one of several: its number is kept, and it hangs from its holder
        if isinstance(node, EventGatewayNode):
            self._events_behind(node, target)
        if guard is None and parent is not None:
            return [row]
        standing = self._standing(guard, scope)
        if target.id != element.id and target.form_key != element.form_key:
            # Another form is another task: this one ends, and the events on it.
            self._dropped(standing)
            return self._guarded(replace(row, id=self._new_id()), None, {}, element, target)
        return self._guarded(row, guard, standing, element, target)

    def _target(self, element: Element, node: Any) -> Element | None:
        chosen = self.chosen.get(element.id)
        target = self.target.definition.elements.get(chosen or element.id)
        if target is None or not is_same_kind(element, target):
            self._add("target_unfit" if chosen else _gone(element, node), element.id, chosen or "")
            return None
        if target.parent != element.parent:
            self._add("target_unfit" if chosen else "place_changed", element.id, chosen or "")
            return None
        if node.name == element.id:
            source, own = self.source.definition, self.target.definition
            for kind in aspects(source, element, own, target):
                self._add(kind, element.id)
            if target.id != element.id:
                self._add("moved", element.id, target.id)
        return target

    def _flow(self, token: TokenRow, node: Any, element: Element, target: Element) -> int:
        """The number of the flow that it came by; only a join asks for it, and must still have it."""
        if node.name != element.id:
            return token.flow
        flow = self._flow_ids[token.flow] if token.flow < len(self._flow_ids) else ""
        number = self._numbers.get(flow, 0)
        if isinstance(node, ParallelNode | InclusiveNode):
            arriving = [one.id for one in self.target.definition.incoming(target.id)]
            if flow not in arriving or len(arriving) < 2:
                self._add("join_changed", element.id)
        return number

    def _events_behind(self, node: Any, target: Element) -> None:
        before = {flow.target for flow in self.source.definition.outgoing(node.name)}
        if before != {flow.target for flow in self.target.definition.outgoing(target.id)}:
            self._add("gateway_changed", node.name)

    def _standing(self, guard: TokenRow | None, scope: ScopeRow) -> dict[str, TokenRow]:
        """The events that are armed beside the token behind this guard, by their ids."""
        return {
            self._node(token).element.id: token
            for token in scope.tokens
            if guard is not None
            and token.parent == guard.id
            and isinstance(self._node(token), BoundaryNode)
            and token.state in (WAITING, HOLDING)
        }

    def _guarded(
        self,
        row: TokenRow,
        guard: TokenRow | None,
        standing: dict[str, TokenRow],
        element: Element,
        target: Element,
    ) -> list[TokenRow]:
        """The token with the guard and the armed events that the target has before and on its element."""
        wanted = self._nodes.get(f"{target.id}.guard")
        if wanted is None:
            self._dropped(standing)
            return [replace(row, parent=0)]
        first = replace(guard or TokenRow(self._new_id(), 0, COMPLETED, row.flow, 0), node=wanted.index)
        found = [first, replace(row, parent=first.id)]
        for node in wanted.armed:
            event = self._armed(node, standing, element)
            if event is not None:
                found.append(replace(event, parent=first.id))
        self._dropped(standing)
        return found

    def _armed(self, node: Any, standing: dict[str, TokenRow], host: Element) -> TokenRow | None:
        """The token of an event of the target: as it stands, newly armed, or none if it has happened."""
        event: Element = node.element
        before = self.source.definition.elements.get(event.id)
        same = before is not None and is_same_kind(before, event) and before.attached_to == host.id
        if same and before is not None and event.id in standing:
            for kind in aspects(self.source.definition, before, self.target.definition, event):
                self._add(kind, event.id)
            return replace(standing.pop(event.id), node=node.index)
        if same and not event.interrupting and event.timer is not None:
            return None
        self._add("timer_added" if event.timer is not None else "event_added", event.id)
        state = HOLDING if same and node.condition is not None else WAITING
        return TokenRow(self._new_id(), node.index, state, 0, 0)

    def _dropped(self, standing: Mapping[str, TokenRow]) -> None:
        for key in standing:
            timer = self.source.definition.elements[key].timer
            self._add("timer_dropped" if timer is not None else "event_dropped", key)

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _add(self, kind: str, element: str, other: str = "") -> None:
        self.findings.append(Finding(kind, element, other))


def renumbered(state: State, ids: Mapping[int, int], last_id: int) -> State:
    """The same state with other ids for some tokens, and all ids after `last_id` free."""

    def scope_of(scope: ScopeRow) -> ScopeRow:
        found = (
            replace(token, id=ids.get(token.id, token.id), parent=ids.get(token.parent, token.parent))
            for token in scope.tokens
        )
        tokens = tuple(sorted(found, key=lambda row: (row.parent != 0, row.id)))
        return replace(scope, host=ids.get(scope.host, scope.host), tokens=tokens)

    return replace(state, last_id=last_id, scopes=tuple(scope_of(scope) for scope in state.scopes))


def _gone(element: Element, node: Any) -> str:
    if isinstance(node, ParallelNode | InclusiveNode):
        return "join_changed"
    if isinstance(node, EventGatewayNode):
        return "gateway_changed"
    if element.type == "subProcess":
        return "subprocess_gone"
    return "element_gone"
