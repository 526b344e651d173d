# mypy: allow-subclassing-any
"""Elements that throw: errors and escalations to a boundary event around, messages and signals to others."""

from __future__ import annotations

from typing import Any, Literal

from SpiffWorkflow.bpmn.specs.defaults import EndEvent, IntermediateThrowEvent, SendTask
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.core.boundaries import catch
from engine.core.definition import Element
from engine.core.errors import ErrorNotCaught
from engine.core.nodes import Node
from engine.core.tree import Token
from engine.core.waits import Sent


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
        if element.throws in ("message", "signal"):
            _send(token, element)
            return False
        event = catch(token, element.throws, element.code)
        if event is None and element.throws == "error":
            raise ErrorNotCaught(element=element.id, code=element.code)
        return event is not None and event.interrupting


def _send(token: Token, element: Element) -> None:
    instance, variables = token.workflow.top_workflow, token.data
    key = instance.net.keys[element.id].render(variables)
    carried = {name: variables[name] for name in element.carries if name in variables}
    kind: Literal["message", "signal"] = "message" if element.throws == "message" else "signal"
    instance.sent.append(Sent(element.id, kind, element.code, key, carried))


class ThrowNode(Throws, IntermediateThrowEvent):
    """An intermediate throw event; without a definition it only marks a place."""


class SendNode(Throws, SendTask):
    """A send task: throws its message and goes on."""

    def __init__(self, scope: Any, name: str) -> None:
        super().__init__(scope, name, NoneEventDefinition())
        self.manual = False


class ThrowEndNode(Throws, EndEvent):
    """An end event that throws."""
