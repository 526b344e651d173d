# mypy: allow-subclassing-any
"""Activities that are done several times: beside one another, in turn, or while a condition holds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.defaults import NoneTask

from engine.core.definition import Loop, Many
from engine.core.errors import TooManyInstances
from engine.core.expressions import Expression
from engine.core.nodes import Node, ServiceNode, SubprocessNode, UserNode
from engine.core.tree import FUTURE, READY, STARTED, Token

MOST: Final = 500


class RepeatedNode(Node, NoneTask):
    """An activity that is done several times: its token holds theirs, and goes on when they are over."""

    each: Node

    def __init__(self, scope: Any, name: str) -> None:
        super().__init__(scope, name)
        self.manual = False

    def _update_hook(self, token: Token) -> bool:
        token.workflow.top_workflow.note("entered", token)
        token._set_state(STARTED)
        self.begin(token)
        return False

    @abstractmethod
    def begin(self, token: Token) -> None:
        """What follows when the activity is reached."""

    @abstractmethod
    def one_done(self, token: Token, number: int, said_yes: bool) -> None:
        """What follows when the instance with this number is done."""

    def open_each(self, token: Token, *numbers: int) -> None:
        """Opens the instances with these numbers: all of them first, then they are reached."""
        for child in [token._add_child(self.each, FUTURE, number) for number in numbers]:
            self.each._update(child)

    def over(self, token: Token) -> None:
        """What is still open is taken away, and the token goes on."""
        _cancel_open(token)
        token._set_state(READY)
        token.workflow.top_workflow.queue.append(token)

    def _on_cancel(self, token: Token) -> None:
        _cancel_open(token)
        super()._on_cancel(token)


def _cancel_open(token: Token) -> None:
    for child in token.children:
        if child.is_open:
            child.cancel()


class ManyNode(RepeatedNode):
    """A multi-instance activity: done for each of a list, or a number of times, until enough are done."""

    many: Many
    counters: tuple[str, str]
    cardinality: Expression | None = None
    until: Expression | None = None

    def begin(self, token: Token) -> None:
        """Opens all instances, or the first of a sequence; TooManyInstances."""
        count = self._count(token.data)
        if count > MOST:
            raise TooManyInstances(element=self.name, count=count)
        token.data.update(dict.fromkeys(self.counters, 0))
        if count == 0:
            self.over(token)
        else:
            self.open_each(token, *range(1, 2 if self.many.sequential else count + 1))

    def _count(self, variables: Mapping[str, Any]) -> int:
        if self.cardinality is not None:
            return max(int(self.cardinality.evaluate(variables) or 0), 0)
        return len(self.items(variables))

    def items(self, variables: Mapping[str, Any]) -> Sequence[str]:
        """The keys of the collection, one for each instance."""
        return variables.get(self.many.collection) or ()

    def one_done(self, token: Token, number: int, said_yes: bool) -> None:
        """Counts it; then the next one opens, all are over, or others are waited for."""
        data = token.data
        done, yes = self.counters
        data[done] += 1
        data[yes] += said_yes
        enough = self.until is not None and self.until.is_true(data)
        left = any(child.is_open for child in token.children)
        if not enough and not left and number < self._count(data) and self.many.sequential:
            self.open_each(token, number + 1)
        elif enough or not left:
            self.over(token)


class LoopNode(RepeatedNode):
    """A standard loop: the activity again while its condition holds."""

    loop: Loop
    again: Expression

    def begin(self, token: Token) -> None:
        """Opens the activity for the first time, unless the condition is asked before and does not hold."""
        if self.loop.tests_before:
            self.one_done(token, 0, said_yes=False)
        else:
            self.open_each(token, 1)

    def one_done(self, token: Token, number: int, said_yes: bool) -> None:  # noqa: ARG002 (nobody counts)
        """Opens it once more, or goes on."""
        if (not self.loop.most or number < self.loop.most) and self.again.is_true(token.data):
            self.open_each(token, number + 1)
        else:
            self.over(token)


class EachNode(Node):
    """One instance: its number is kept where a token keeps the flow that it came by."""

    def _on_ready(self, token: Token) -> None:
        """The activity has been entered once, by its holder."""

    def _on_cancel(self, token: Token) -> None:
        """The activity is left once, by its holder."""

    def _on_complete(self, token: Token) -> None:
        holder = token.parent
        said_yes = bool(token.internal_data.pop("yes", False))
        holder.task_spec.one_done(holder, token.flow, said_yes)


class EachUserNode(EachNode, UserNode):
    """One instance of a user task."""


class EachServiceNode(EachNode, ServiceNode):
    """One instance of a service task."""


class EachSubprocessNode(EachNode, SubprocessNode):
    """One instance of a subprocess: what it writes is its own and ends with it."""

    def _update_hook(self, token: Token) -> bool:
        token.workflow.top_workflow.begun += 1
        self.begin(token)
        return False

    def given(self, token: Token, variables: MutableMapping[str, Any]) -> None:
        """Each of a list finds its own key."""
        variables.update(own_key(token))

    def left(self, token: Token, variables: MutableMapping[str, Any]) -> None:
        """Whether it said yes."""
        many = token.parent.task_spec.element.many
        token.internal_data["yes"] = many is not None and variables.get(many.yes) is True

    def _on_cancel(self, token: Token) -> None:
        self.drop(token)


def seen_by(token: Token) -> Mapping[str, Any]:
    """The variables as the token of a task sees them: with its own key, if it is one of several."""
    data: Mapping[str, Any] = token.data
    return {**data, **own_key(token)} if isinstance(token.task_spec, EachNode) else data


def own_key(token: Token) -> dict[str, str]:
    """The variable with the key of its own that one of several finds; none if they have no keys."""
    holder = token.parent.task_spec
    if not isinstance(holder, ManyNode) or not holder.many.item:
        return {}
    keys = holder.items(token.data)
    return {holder.many.item: keys[token.flow - 1]} if token.flow <= len(keys) else {}
