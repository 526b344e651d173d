"""What happens at boundary events: they happen or catch, and an interrupting one takes its host away."""

from __future__ import annotations

from engine.core.asides import catching
from engine.core.definition import Element
from engine.core.nodes import BoundaryNode, Guard, disarm
from engine.core.tree import FUTURE, READY, Token


def host_of(event: Token) -> Token | None:
    """The open token of the element that a boundary event stands on."""
    guard = event.parent
    if guard is None or not isinstance(guard.task_spec, Guard):
        return None
    host = guard.task_spec.host
    return next((child for child in guard.children if child.task_spec is host and child.is_open), None)


def happen(event: Token) -> None:
    """Lets an armed event happen: an interrupting one first takes its element and the other events away."""
    node = event.task_spec
    if isinstance(node, BoundaryNode):
        host = host_of(event)
        if node.element is not None and node.element.interrupting and host is not None:
            event._set_state(READY)
            interrupt(host)
        event.workflow.top_workflow.note("entered", event)
    event.run()


def interrupt(token: Token) -> None:
    """Takes a token and the events that are armed on its element away."""
    disarm(token)
    token.cancel()


def catch(token: Token, kind: str, code: str) -> Element | None:
    """Lets the event happen that catches an error or escalation, found from the token outwards; that event.

    It is a boundary event, whose token hangs from the guard of its host, or begins an event subprocess.
    """
    while True:
        guard = token.parent
        if guard is not None and guard.is_open:
            # One of several instances: what stands on its task stands on their holder.
            token = guard
            continue
        if guard is not None and isinstance(guard.task_spec, Guard):
            node = _catcher(guard.task_spec, kind, code)
            if node is not None and node.element is not None:
                if node.element.interrupting:
                    interrupt(token)
                caught: Token = guard._add_child(node, FUTURE)
                caught._ready()
                caught.run()
                return node.element
        scope = token.workflow
        trigger = catching(scope, token, kind, code)
        if trigger is not None:
            trigger.begin(scope)
            return trigger.element
        if scope is scope.top_workflow:
            return None
        host = scope.top_workflow.token(scope.parent_task_id)
        if host is None:
            return None
        token = host


def _catcher(guard: Guard, kind: str, code: str) -> BoundaryNode | None:
    for wanted in (code, ""):
        for node in guard.catchers:
            if node.element is not None and (node.element.catches, node.element.code) == (kind, wanted):
                return node
    return None
