"""Between an instance in memory and the rows of the codec."""

from __future__ import annotations

from typing import Any, Final

from engine.core.errors import StateUnreadable
from engine.core.gateways import InclusiveNode, ParallelNode
from engine.core.many import RepeatedNode
from engine.core.nodes import HOLDING, BoundaryNode, Holder, SubprocessNode
from engine.core.rows import ScopeRow, State, TokenRow
from engine.core.specification import Net
from engine.core.tree import (
    CANCELLED,
    COMPLETED,
    READY,
    STARTED,
    WAITING,
    Instance,
    Local,
    Scope,
    Subprocess,
    Token,
)

FINISHED: Final = (COMPLETED, CANCELLED)


def snapshot(instance: Instance) -> State:
    """The rows of an instance at rest."""
    net, data = instance.net, instance.data
    return State(
        digest=bytes.fromhex(net.definition.digest[:16]),
        last_id=instance.last_id,
        ended=instance.completed,
        values=_values(net, data),
        scopes=tuple(_rows(scope) for scope in instance.scopes()),
    )


def _values(net: Net, data: dict[str, Any]) -> tuple[Any, ...]:
    """The declared variables by position, then, if there are any, all others by name."""
    values = tuple(data.get(name) for name in net.names)
    if data.keys() <= net.variables.keys():
        return values
    return (*values, {name: value for name, value in data.items() if name not in net.variables})


def _rows(scope: Scope) -> ScopeRow:
    root = scope.task_tree.id
    tokens = (
        TokenRow(t.id, t.task_spec.index, t._state, t.flow, 0 if t._parent in (root, None) else t._parent)
        for t in scope.tasks.values()
        if t.id != root
    )
    host = scope.parent_task_id if isinstance(scope, Subprocess) else 0
    values: tuple[Any, ...] = ()
    if isinstance(scope.variables, Local):
        values = tuple(scope.own.get(name) for name in sorted(scope.variables.names))
    return ScopeRow(host, root, tuple(tokens), values)


def restored(net: Net, state: State) -> Instance:
    """The instance of the rows; StateUnreadable when they do not fit the definition."""
    if state.digest != bytes.fromhex(net.definition.digest[:16]):
        raise StateUnreadable(because="it belongs to another definition")
    values, others = state.values[: len(net.names)], state.values[len(net.names) :]
    if len(values) != len(net.names) or len(others) > 1 or not state.scopes:
        raise StateUnreadable(because="it does not fit the definition")
    instance = Instance(net)
    found = zip(net.names, values, strict=True)
    instance.data.update({name: value for name, value in found if value is not None})
    for named in others:
        instance.data.update(named)
    _fill(net, instance, state.scopes[0])
    for row in state.scopes[1:]:
        host = instance.token(row.host)
        if host is None or not isinstance(host.task_spec, SubprocessNode) or host.id in instance.subprocesses:
            raise StateUnreadable(because="a subprocess has no token")
        scope = instance.open_subprocess(host)
        _fill(net, scope, row)
        _give(scope, row.values)
    instance.last_id = state.last_id
    instance.completed = state.ended
    _must_hold_together(instance)
    return instance


def _fill(net: Net, scope: Any, row: ScopeRow) -> None:
    root = scope.open_at(row.root)
    known: dict[int, Token] = {0: root}
    for token in row.tokens:
        node = net.nodes[token.node] if token.node < len(net.nodes) else None
        parent = known.get(token.parent)
        if node is None or parent is None or node._wf_spec is not scope.spec:
            raise StateUnreadable(because="a token is nowhere in the diagram")
        if token.id in scope.tasks or not (token.state in FINISHED or token.state in _states(node)):
            raise StateUnreadable(because="a token is in no known state")
        known[token.id] = Token(scope, node, parent, token.state, token.id, token.flow)


def _give(scope: Subprocess, values: tuple[Any, ...]) -> None:
    names = sorted(scope.variables.names) if isinstance(scope.variables, Local) else []
    if len(values) != len(names):
        raise StateUnreadable(because="it does not fit the definition")
    scope.own.update({name: value for name, value in zip(names, values, strict=True) if value is not None})


def _states(node: Any) -> tuple[int, ...]:
    """How a token can rest on this node."""
    if isinstance(node, Holder):
        return ()
    if isinstance(node, RepeatedNode | SubprocessNode):
        return (STARTED,)
    if isinstance(node, ParallelNode | InclusiveNode):
        return (WAITING,)
    if isinstance(node, BoundaryNode) and node.condition is not None:
        return (WAITING, HOLDING)
    return (READY, WAITING) if node.manual else ()


def _must_hold_together(instance: Instance) -> None:
    ids = [key for scope in instance.scopes() for key in scope.tasks]
    if len(ids) != len(set(ids)) or max(ids) > instance.last_id:
        raise StateUnreadable(because="two tokens have one id")
    hosts = {
        token.id
        for scope in instance.scopes()
        for token in scope.open_tokens()
        if isinstance(token.task_spec, SubprocessNode)
    }
    if hosts != set(instance.subprocesses):
        raise StateUnreadable(because="a subprocess is missing")
    if instance.completed == any(True for _ in instance.open_tokens()):
        raise StateUnreadable(because="it has ended and has not")
    for scope in instance.subprocesses.values():
        if not any(True for _ in scope.open_tokens()):
            raise StateUnreadable(because="a subprocess has no token")
