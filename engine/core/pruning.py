"""Keeps of an instance only what can still move, so that loops never make it deeper or larger."""

from __future__ import annotations

from engine.core.nodes import Holder
from engine.core.tree import Instance, Scope, Token


def prune(instance: Instance) -> None:
    """Drops every finished token but those that open ones hang from, and scopes that no open token holds.

    Joins count the tokens that wait on each flow, boundary events hang from their guard and awaited events
    from their gateway, so no other finished token can change what happens next. Variables stay.
    """
    kept = {host: scope for host, scope in instance.subprocesses.items() if _is_held(instance, host)}
    instance.subprocesses.clear()
    instance.subprocesses.update(kept)
    for scope in instance.scopes():
        _prune(scope)


def _is_held(instance: Instance, host: int) -> bool:
    token = instance.token(host)
    return token is not None and token.is_open


def _prune(scope: Scope) -> None:
    root = scope.task_tree
    tokens = list(scope.open_tokens())
    holders = {token.parent.id: token.parent for token in tokens if _held(token)}
    every = {token.id: token for token in (*holders.values(), *tokens)}
    # Oldest first, and a parent before its children: a guard may have been put before a standing element.
    oldest = dict(reversed([(token._parent, token.id) for token in tokens if token._parent in holders]))
    kept = sorted(every.values(), key=lambda t: (min(t.id, oldest.get(t.id, t.id)), t._parent in holders))
    scope.tasks.clear()
    scope.tasks[root.id] = root
    root._children = []
    for token in kept:
        scope.tasks[token.id] = token
        token._children = []
    for token in kept:
        if token._parent not in holders:
            token._parent = root.id
        scope.tasks[token._parent]._children.append(token.id)


def _held(token: Token) -> bool:
    parent = token.parent
    return parent is not None and (parent.is_open or isinstance(parent.task_spec, Holder))


def depth(scope: Scope) -> int:
    """How many tokens lie between the root of a scope and its deepest token."""
    deepest = 0
    levels: dict[int | None, int] = {scope.task_tree.id: 0}
    for token in scope.tasks.values():
        path: list[Token] = []
        current: Token | None = token
        while current is not None and current.id not in levels:
            path.append(current)
            current = current.parent
        level = levels[current.id] if current is not None else 0
        for passed in reversed(path):
            level += 1
            levels[passed.id] = level
        deepest = max(deepest, level)
    return deepest
