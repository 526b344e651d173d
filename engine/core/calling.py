# mypy: allow-subclassing-any
"""Call activities: another process inside a scope of its own, with variables of its own."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from engine.core.expressions import Expression
from engine.core.many import EachSubprocessNode, seen_by
from engine.core.nodes import SubprocessNode
from engine.core.tree import Token
from engine.core.values import checked


class CallNode(SubprocessNode):
    """A call activity: gives the called process what it asks for, and takes what it brings."""

    inputs: tuple[tuple[str, Expression], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()

    def given(self, token: Token, variables: MutableMapping[str, Any]) -> None:
        """The variables that the called process begins with; WrongType, ExpressionFailed."""
        seen = seen_by(token)
        values = {name: expression.evaluate(seen) for name, expression in self.inputs}
        types = token.workflow.top_workflow.subprocesses[token.id].spec.types
        variables.update(checked(types, {name: value for name, value in values.items() if value is not None}))

    def left(self, token: Token, variables: MutableMapping[str, Any]) -> None:
        """What the called process knew at its end; what it did not know takes a value away."""
        for source, target in self.outputs:
            value = variables.get(source)
            if value is None:
                token.data.pop(target, None)
            else:
                token.data[target] = value


class EachCallNode(EachSubprocessNode, CallNode):
    """One of several calls; of a loop each brings what it knew, of several instances none does."""

    def given(self, token: Token, variables: MutableMapping[str, Any]) -> None:
        """What the called process begins with; each of a list may give its own key."""
        CallNode.given(self, token, variables)

    def left(self, token: Token, variables: MutableMapping[str, Any]) -> None:
        """Whether it said yes, and what it brings."""
        super().left(token, variables)
        CallNode.left(self, token, variables)
