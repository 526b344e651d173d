# mypy: allow-subclassing-any
"""Multi-instance tasks: several instances of one task, beside one another or one after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.defaults import NoneTask

from engine.core.errors import TooManyInstances
from engine.core.expressions import Expression
from engine.core.nodes import Node, ServiceNode, UserNode
from engine.core.tree import FUTURE, READY, STARTED, Token

MOST: Final = 500


class ManyNode(Node, NoneTask):
    """A task with several instances: its token holds theirs, and goes on when enough of them are done."""

    each: Node
    cardinality: Expression | None = None
    until: Expression | None = None

    def __init__(self, scope: Any, name: str) -> None:
        super().__init__(scope, name)
        self.manual = False

    def _update_hook(self, token: Token) -> bool:
        instance = token.workflow.top_workflow
        count = self._count(instance.data)
        if count > MOST:
            raise TooManyInstances(element=self.name, count=count)
        instance.note("entered", token)
        instance.data[f"{self.name}_done"] = instance.data[f"{self.name}_yes"] = 0
        token._set_state(STARTED)
        if count == 0:
            self._over(token)
            return False
        together = 1 if self._is_sequential() else count
        opened = [token._add_child(self.each, FUTURE, number + 1) for number in range(together)]
        for child in opened:
            self.each._update(child)
        return False

    def _count(self, variables: Mapping[str, Any]) -> int:
        if self.cardinality is not None:
            return max(int(self.cardinality.evaluate(variables) or 0), 0)
        return len(items(self, variables))

    def one_done(self, token: Token, number: int, said_yes: bool) -> None:
        """What follows when the instance with this number is done: the next one, the end, or nothing yet."""
        instance = token.workflow.top_workflow
        data = instance.data
        data[f"{self.name}_done"] += 1
        data[f"{self.name}_yes"] += said_yes
        enough = self.until is not None and self.until.is_true(data)
        left = any(child.is_open for child in token.children)
        if not enough and not left and number < self._count(data) and self._is_sequential():
            child = token._add_child(self.each, FUTURE, number + 1)
            self.each._update(child)
        elif enough or not left:
            for child in token.children:
                if child.is_open:
                    child.cancel()
            self._over(token)

    def _is_sequential(self) -> bool:
        return self.element is not None and self.element.many is not None and self.element.many.sequential

    def _over(self, token: Token) -> None:
        token._set_state(READY)
        token.workflow.top_workflow.queue.append(token)

    def _on_cancel(self, token: Token) -> None:
        for child in token.children:
            if child.is_open:
                child.cancel()
        super()._on_cancel(token)


def items(node: ManyNode, variables: Mapping[str, Any]) -> list[str]:
    """The keys of the collection, one for each instance."""
    many = node.element.many if node.element is not None else None
    return list(variables.get(many.collection) or ()) if many is not None else []


class _Each(Node):
    """One instance: its number is kept where a token keeps the flow that it came by."""

    def _on_ready(self, token: Token) -> None:
        """The task has been entered once, by its holder."""

    def _on_cancel(self, token: Token) -> None:
        """The task is left once, by its holder."""

    def _on_complete(self, token: Token) -> None:
        holder = token.parent
        said_yes = bool(token.internal_data.pop("yes", False))
        holder.task_spec.one_done(holder, token.flow, said_yes)


class EachUserNode(_Each, UserNode):
    """One instance of a user task."""


class EachServiceNode(_Each, ServiceNode):
    """One instance of a service task."""


def seen_by(token: Token) -> dict[str, Any]:
    """The variables as the token of a task sees them: with its own key, if it is one of several."""
    data: dict[str, Any] = token.workflow.top_workflow.data
    holder = token.parent
    if not isinstance(token.task_spec, _Each) or holder is None:
        return data
    element = holder.task_spec.element
    keys = items(holder.task_spec, data)
    if not element.many.item or token.flow > len(keys):
        return data
    return {**data, element.many.item: keys[token.flow - 1]}
