"""What happens at boundary events: timers going off, errors caught, elements interrupted."""

from __future__ import annotations

from engine.core.nodes import BoundaryNode, Guard, disarm
from engine.core.tree import FUTURE, READY, Token


def host_of(timer: Token) -> Token | None:
    """The open token of the element that a boundary timer stands on."""
    guard = timer.parent
    if guard is None or not isinstance(guard.task_spec, Guard):
        return None
    host = guard.task_spec.host
    return next((child for child in guard.children if child.task_spec is host and child.is_open), None)


def go_off(timer: Token) -> None:
    """Lets an armed timer fire: an interrupting one first takes its element and the other timers away."""
    node = timer.task_spec
    if isinstance(node, BoundaryNode):
        host = host_of(timer)
        if node.element is not None and node.element.interrupting and host is not None:
            timer._set_state(READY)
            interrupt(host)
        timer.workflow.top_workflow.note("entered", timer)
    timer.run()


def interrupt(token: Token) -> None:
    """Takes a token and the timers that are armed on its element away."""
    disarm(token)
    token.cancel()


def catch(token: Token, code: str) -> Token | None:
    """The boundary event that catches an error, found from the token outwards; its host is interrupted."""
    while True:
        guard = token.parent
        if guard is not None and isinstance(guard.task_spec, Guard):
            for wanted in (code, ""):
                for node in guard.task_spec.errors:
                    if node.element is not None and node.element.error_code == wanted:
                        interrupt(token)
                        caught: Token = guard._add_child(node, FUTURE)
                        return caught
        scope = token.workflow
        if scope is scope.top_workflow:
            return None
        host = scope.top_workflow.token(scope.parent_task_id)
        if host is None:
            return None
        token = host
