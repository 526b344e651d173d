# mypy: allow-subclassing-any
"""How each element of a diagram behaves: the library's task specifications, moving one token at a time."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    IntermediateCatchEvent,
    ManualTask,
    ReceiveTask,
    ScriptTask,
    ServiceTask,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)

from engine.core.decisions import CompiledDecision
from engine.core.definition import Element
from engine.core.expressions import Expression, assigned
from engine.core.tree import FUTURE, STARTED, WAITING, Subprocess, Token
from engine.core.values import checked
from engine.core.waits import Passed

# How a conditional event rests that has happened: its condition must turn false before it is armed again.
HOLDING: Final[int] = STARTED


@dataclass(frozen=True, slots=True)
class Link:
    """A sequence flow as a token takes it."""

    number: int
    flow: str
    target: Any
    condition: Expression | None = None


class Node:
    """The common life of a token on an element: reached, ready, run, gone on along its flows."""

    name: str
    manual: bool
    element: Element | None = None
    index: int = 0
    links: tuple[Link, ...] = ()
    guarded: bool = False
    # Whether its tokens only wait beside those that keep a scope open.
    aside: bool = False
    # What a conditional event waits for; none of the others has it.
    condition: Expression | None = None

    def _predict(self, *_: Any, **__: Any) -> None:
        """Tokens go where they go; nothing is predicted."""

    def _update(self, token: Token) -> None:
        if self._update_hook(token):
            token._ready()

    def _update_hook(self, token: Token) -> bool:  # noqa: ARG002
        return True

    def _on_ready(self, token: Token) -> None:
        instance = token.workflow.top_workflow
        instance.note("entered", token)
        if not self.manual:
            instance.queue.append(token)

    def _run(self, token: Token) -> bool:
        return self._run_hook(token)

    def _run_hook(self, token: Token) -> bool:  # noqa: ARG002
        return True

    def _on_complete(self, token: Token) -> None:
        instance = token.workflow.top_workflow
        instance.note("completed", token)
        self._on_complete_hook(token)
        self.go_on(token, self.taken(token))
        token.workflow._task_completed_notify(token)

    def _on_complete_hook(self, token: Token) -> None:
        if self.guarded:
            disarm(token)

    def taken(self, token: Token) -> Iterable[Link]:  # noqa: ARG002
        """The sequence flows that the token leaves by."""
        return self.links

    def go_on(self, token: Token, links: Iterable[Link]) -> None:
        """Puts a token on the target of each flow: all of them first, then they are reached."""
        instance = token.workflow.top_workflow
        moved = []
        for link in links:
            instance.passed.append(Passed("flow", link.flow))
            moved.append(token._add_child(link.target, FUTURE, link.number))
        for child in moved:
            child.task_spec._update(child)

    def _on_cancel(self, token: Token) -> None:
        token.workflow.top_workflow.note("cancelled", token)


class Holder(Node):
    """An element whose finished token is kept while what hangs from it is open."""


class StartNode(Node, StartEvent):
    """Where the process or a subprocess begins."""


class EndNode(Node, EndEvent):
    """Where a token ends; a terminate end takes the other tokens of its scope with it."""

    def _on_complete_hook(self, token: Token) -> None:
        if self.element is not None and self.element.terminate:
            token.workflow.cancel_open()


class ManualNode(Node, ManualTask):
    """A manual task: done outside, so a token only passes it."""

    def __init__(self, scope: Any, name: str) -> None:
        super().__init__(scope, name)
        self.manual = False


class UserNode(Node, UserTask):
    """A user task: waits for a person."""


class ServiceNode(Node, ServiceTask):
    """A service task: waits for its handler, so that nothing outside ever runs inside the library."""


class ScriptNode(Node, ScriptTask):
    """A script task: `NAME = expression` lines over the instance's variables."""

    assignments: tuple[tuple[str, Expression], ...] = ()

    def _run_hook(self, token: Token) -> bool:
        after = assigned(self.assignments, token.data)
        token.data.update(checked(token.workflow.spec.types, after))
        return True


class DecisionNode(Node, ScriptTask):
    """A business rule task: one decision table, its outputs into declared variables."""

    decision: CompiledDecision

    def _run_hook(self, token: Token) -> bool:
        instance = token.workflow.top_workflow
        outcome = self.decision.decide(token.data, instance.today)
        token.data.update(checked(token.workflow.spec.types, outcome.values))
        instance.decided.append((self.name, outcome))
        return True


class Catches(Node):
    """Armed when reached, goes on when what it waits for happens."""

    def _update_hook(self, token: Token) -> bool:
        token._set_state(WAITING)
        token.workflow.top_workflow.note("entered", token)
        return False

    def _on_complete_hook(self, token: Token) -> None:
        super()._on_complete_hook(token)
        for rival in rivals(token):
            rival.cancel()


class CatchNode(Catches, IntermediateCatchEvent):
    """An intermediate catch event: a timer, a message or a signal."""


class ReceiveNode(Catches, ReceiveTask):
    """A receive task: a message."""


def rivals(token: Token) -> list[Token]:
    """The other open events behind the same event-based gateway: the first that happens takes them away."""
    gateway = token.parent
    if gateway is None or not isinstance(gateway.task_spec, Holder):
        return []
    return [other for other in gateway.children if other is not token and other.is_open]


class BoundaryNode(Node, BoundaryEvent):
    """A boundary event: an armed timer, message, signal or condition, or a throw that is caught."""

    def _on_complete_hook(self, token: Token) -> None:
        """What does not interrupt is armed anew, under an id of its own and with that of the first time."""
        super()._on_complete_hook(token)
        element = self.element
        if element is not None and element.happens_again and element.catches != "escalation":
            state = WAITING if self.condition is None else HOLDING
            token.parent._add_child(self, state, token.flow or token.id)

    def _on_cancel(self, token: Token) -> None:
        """Disarming is not a thing that happens to the diagram."""


class Guard(Holder, BoundaryEventSplit):
    """Stands before an element with boundary events: one token for the element, one for each armed event."""

    host: Node
    armed: tuple[BoundaryNode, ...] = ()
    catchers: tuple[BoundaryNode, ...] = ()

    def _on_complete(self, token: Token) -> None:
        child = token._add_child(self.host, FUTURE, token.flow)
        for event in self.armed:
            token._add_child(event, WAITING)
        self.host._update(child)


def armed(token: Token) -> list[Token]:
    """The events that are armed on the element of a token, when a guard stands before it."""
    guard = token.parent
    if guard is None or not isinstance(guard.task_spec, Guard):
        return []
    return [
        other
        for other in guard.children
        if other._state in (WAITING, HOLDING) and isinstance(other.task_spec, BoundaryNode)
    ]


def disarm(token: Token) -> None:
    """Takes the events of a finished or interrupted element away."""
    for event in armed(token):
        event.cancel()


class SubprocessNode(Node, SubWorkflowTask):
    """An embedded subprocess: a scope of its own over the same variables."""

    start: Node

    def _update_hook(self, token: Token) -> bool:
        token.workflow.top_workflow.note("entered", token)
        self.begin(token)
        return False

    def begin(self, token: Token) -> Subprocess:
        """Opens the scope and puts its first token on the start event."""
        token._set_state(STARTED)
        scope: Subprocess = token.workflow.top_workflow.open_subprocess(token)
        self.given(token, scope.variables)
        scope.enter(self.start)
        return scope

    def given(self, token: Token, variables: MutableMapping[str, Any]) -> None:
        """What the scope finds among its variables when it begins."""

    def left(self, token: Token, variables: MutableMapping[str, Any]) -> None:
        """What stays of the variables of the scope when it has ended."""

    def drop(self, token: Token) -> None:
        """Takes the scope away with everything in it."""
        scope = token.workflow.top_workflow.subprocesses.pop(token.id, None)
        if scope is not None:
            scope.cancel_open()

    def _on_cancel(self, token: Token) -> None:
        self.drop(token)
        token.workflow.top_workflow.note("cancelled", token)
