# mypy: allow-subclassing-any
"""How gateways split and join: one flow, all of them, those whose condition holds, what happens first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import (
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)

from engine.core.boundaries import happen
from engine.core.errors import ExpressionFailed, NoFlowChosen
from engine.core.expressions import Expression
from engine.core.nodes import HOLDING, Holder, Link, Node
from engine.core.tree import CANCELLED, WAITING, Instance, Scope, Token


class ExclusiveNode(Node, ExclusiveGateway):
    """An exclusive gateway: the first flow whose condition holds, else the default flow."""

    def taken(self, token: Token) -> Iterable[Link]:
        """The one flow that is chosen; NoFlowChosen."""
        if len(self.links) == 1:
            return self.links
        variables = token.data
        default = None
        for link in self.links:
            if link.condition is None:
                default = link
            elif _holds(link, variables):
                return (link,)
        if default is None:
            raise NoFlowChosen(gateway=self.name)
        return (default,)


def _holds(link: Link, variables: Mapping[str, Any]) -> bool:
    condition = link.condition
    try:
        return condition is None or condition.is_true(variables)
    except ExpressionFailed as error:
        raise ExpressionFailed(flow=link.flow, **error.details) from error


class ParallelNode(Node, ParallelGateway):
    """A parallel gateway: takes one token from each incoming flow, puts one on each outgoing flow."""

    arriving: frozenset[int] = frozenset()

    def _update_hook(self, token: Token) -> bool:
        if len(self.arriving) < 2:
            return True
        token._set_state(WAITING)
        oldest: dict[int, Token] = {token.flow: token}
        for other in token.workflow.tasks.values():
            if other.task_spec is self and other._state == WAITING:
                oldest.setdefault(other.flow, other)
        if len(oldest) < len(self.arriving):
            return False
        for other in oldest.values():
            other._set_state(CANCELLED)
        token._set_state(WAITING)
        return True

    def _on_cancel(self, token: Token) -> None:
        """A token that waits at a join has not reached it, so nothing is left."""


class InclusiveNode(Node, InclusiveGateway):
    """An inclusive gateway: puts a token on each flow whose condition holds, waits for all that may come."""

    arriving: frozenset[int] = frozenset()
    # For each incoming flow the elements from which a token may still come by it, not through this gateway.
    upstream: Mapping[int, frozenset[str]] = MappingProxyType({})

    def _update_hook(self, token: Token) -> bool:
        if len(self.arriving) < 2:
            return True
        token._set_state(WAITING)
        return False

    def taken(self, token: Token) -> Iterable[Link]:
        """The flows that are chosen, or the default flow; NoFlowChosen."""
        if len(self.links) == 1:
            return self.links
        variables = token.data
        chosen = [link for link in self.links if link.condition is not None and _holds(link, variables)]
        chosen = chosen or [link for link in self.links if link.condition is None]
        if not chosen:
            raise NoFlowChosen(gateway=self.name)
        return chosen

    def may_join(self, scope: Scope) -> list[Token]:
        """The tokens that meet now, one of each flow; none while another may come (BPMN 2.0.2, 13.4.3)."""
        oldest: dict[int, Token] = {}
        others: set[str] = set()
        for token in scope.open_tokens():
            if token.task_spec is self:
                oldest.setdefault(token.flow, token)
            elif token.task_spec.element is not None:
                others.add(token.task_spec.element.id)
        empty = self.arriving - oldest.keys()
        for element in others:
            awaited = any(element in self.upstream[flow] for flow in empty)
            if awaited and not any(element in self.upstream[flow] for flow in oldest):
                return []
        return list(oldest.values())

    def _on_cancel(self, token: Token) -> None:
        """A token that waits at a join has not reached it, so nothing is left."""


def settle(instance: Instance) -> bool:
    """Lets what is not moved by one token alone happen, one thing at a time; whether there was something.

    The tokens at an inclusive join go on when no more can come; a conditional event happens when it comes
    true: one that does not interrupt again after it has been false.
    """
    return _joined(instance) or _became_true(instance)


def _became_true(instance: Instance) -> bool:
    if not instance.net.conditional:
        return False
    for scope in instance.scopes():
        for token in scope.open_tokens():
            condition = token.task_spec.condition
            if condition is None:
                continue
            holds = _is_true(condition, token.data)
            if token._state == HOLDING and not holds:
                token._set_state(WAITING)
            elif token._state == WAITING and holds:
                happen(token)
                return True
    return False


def _is_true(condition: Expression, variables: Mapping[str, Any]) -> bool:
    """Whether it holds now; what cannot be computed, because a value is missing, does not hold yet."""
    try:
        return condition.is_true(variables)
    except ExpressionFailed:
        return False


def _joined(instance: Instance) -> bool:
    for join in instance.net.joins:
        for scope in instance.scopes():
            if scope.spec is join._wf_spec and (met := join.may_join(scope)):
                *others, last = met
                for other in others:
                    other._set_state(CANCELLED)
                last._ready()
                return True
    return False


class EventGatewayNode(Holder, EventBasedGateway):
    """An event-based gateway: arms the events behind it; the first that happens takes the others away."""
