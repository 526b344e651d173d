# mypy: allow-subclassing-any
"""Event subprocesses: armed while their scope is open, begun beside its tokens or instead of them."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.defaults import IntermediateCatchEvent

from engine.core.nodes import Node, SubprocessNode
from engine.core.tree import FUTURE, WAITING, Scope, Token


class TriggerNode(Node, IntermediateCatchEvent):
    """The start event of an event subprocess as its scope sees it: armed, and not a reason to stay open."""

    aside = True
    opens: AsideNode

    @property
    def is_armed(self) -> bool:
        """Whether a token waits for it; errors and escalations are looked for when they are thrown."""
        return self.element is not None and self.element.catches not in ("error", "escalation")

    @property
    def is_repeated(self) -> bool:
        """Whether it can happen again once what it began has ended."""
        return self.element is not None and self.element.awaits and not self.element.interrupting

    def begin(self, scope: Scope) -> None:
        """Opens the event subprocess; an interrupting one takes all else in its scope away."""
        if self.element is not None and self.element.interrupting:
            scope.cancel_open()
        child = scope.task_tree._add_child(self.opens, FUTURE)
        self.opens._update(child)

    def _on_complete(self, token: Token) -> None:
        self.begin(token.workflow)

    def _on_cancel(self, token: Token) -> None:
        """Disarming is not a thing that happens to the diagram."""


class AsideNode(SubprocessNode):
    """An event subprocess; when it has ended, a message or signal may begin it again."""

    trigger: TriggerNode

    def _on_complete_hook(self, token: Token) -> None:
        super()._on_complete_hook(token)
        if self.trigger.is_repeated and not token.workflow.is_idle():
            token.workflow.task_tree._add_child(self.trigger, WAITING)


def catching(scope: Scope, thrower: Token, kind: str, code: str) -> TriggerNode | None:
    """The event subprocess of a scope that catches what is thrown in it, but not by another one of them."""
    if isinstance(thrower.task_spec, AsideNode):
        return None
    for wanted in (code, ""):
        for trigger in scope.spec.triggers:
            element = trigger.element
            if (element.catches, element.code) == (kind, wanted):
                found: TriggerNode = trigger
                return found
    return None
