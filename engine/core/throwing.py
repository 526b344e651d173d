# mypy: allow-subclassing-any
"""Events that throw an error or an escalation, from a subprocess to the boundary event that catches it."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.defaults import EndEvent, IntermediateThrowEvent

from engine.core.boundaries import catch
from engine.core.errors import ErrorNotCaught
from engine.core.nodes import Node
from engine.core.tree import Token


class Throws(Node):
    """What is thrown goes outwards; an interrupting boundary event takes the scope of the throw away."""

    def _on_complete(self, token: Token) -> None:
        token.workflow.top_workflow.note("completed", token)
        if not self._is_interrupted_by_throw(token):
            self.go_on(token, self.links)
            token.workflow._task_completed_notify(token)

    def _is_interrupted_by_throw(self, token: Token) -> bool:
        element = self.element
        if element is None or not element.throws:
            return False
        boundary = catch(token, element.throws, element.code)
        if boundary is None:
            if element.throws == "error":
                raise ErrorNotCaught(element=element.id, code=element.code)
            return False
        boundary._ready()
        boundary.run()
        return bool(boundary.task_spec.element.interrupting)


class ThrowNode(Throws, IntermediateThrowEvent):
    """An intermediate throw event; without a definition it only marks a place."""


class ThrowEndNode(Throws, EndEvent):
    """An end event that throws."""
