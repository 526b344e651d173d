"""What a wait state sees: the scopes around it, the variables that it can read, and whose each of them is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.definition import BETWEEN, Definition
from engine.core.many import EachNode, own_key, seen_by
from engine.core.tree import Instance, Scope, Token

Held = Mapping[int, tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Around:
    """A subprocess or call around a wait, or its own task where that is repeated.

    `number` says which of several it is, from 1, or 0 of one that is not repeated; `key` is its of the list.
    """

    element: str
    number: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A declared variable as a wait sees it; None where it has no value.

    `path` is before its name in what is told: empty for one of the process, `call/` for one of what is
    called, `asked#2/` for one of the second of several. `scope` is the element whose inside has it, `holder`
    the token of that one; empty and 0 for the process.
    """

    name: str
    type: str
    value: Any
    path: str = ""
    scope: str = ""
    holder: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a wait sees; `element` is empty where the process itself is looked at."""

    element: str
    around: tuple[Around, ...]
    variables: tuple[Known, ...]


def seen_from(instance: Instance, token: Token | None) -> Seen:
    """What the token of a wait sees; without one, what the process itself knows."""
    scope: Any = instance if token is None else token.workflow
    values = scope.variables if token is None else seen_by(token)
    found = []
    for name, kind in sorted(scope.spec.types.items()):
        if not is_of_others(scope, name):
            owner = owner_of(scope, name)
            value = values.get(name)
            value = list(value) if isinstance(value, list) else value
            found.append(Known(name, kind, value, path_of(owner), scope_of(owner), _holder(owner)))
    element = "" if token is None else str(token.task_spec.element.id)
    return Seen(element, () if token is None else around(token), tuple(found))


def around(token: Token) -> tuple[Around, ...]:
    """What is around a wait, outermost first; at the end itself, if it is one of several."""
    hosts = reversed([_described(host) for host in _hosts(token.workflow)])
    return (*hosts, _described(token)) if isinstance(token.task_spec, EachNode) else tuple(hosts)


def held_by(instance: Instance) -> Held:
    """The values of the process, under 0, and of each open scope with variables of its own, with its path."""
    scopes = (instance, *(s for s in instance.subprocesses.values() if s.spec.name in instance.net.locals))
    return {_holder(scope): (path_of(scope), _own(scope)) for scope in scopes}


def owner_of(scope: Any, name: str) -> Any:
    """The scope whose variable a declared name is, as it is seen inside this scope."""
    instance: Instance = scope.top_workflow
    while scope is not instance and name not in instance.net.locals.get(scope.spec.name, ()):
        scope = _outside(scope)
    return scope


def is_of_others(scope: Any, name: str) -> bool:
    """Whether only instances of a subprocess have the variable, and this scope is in none of them."""
    instance, owner = scope.top_workflow, owner_of(scope, name)
    if owner is not instance and not owner.spec.is_called:
        return False
    definition: Definition = instance.net.definition
    home = "" if owner is instance else owner.spec.name
    return any(
        name in names and inside not in definition.namespaces and _home(definition, inside) == home
        for inside, names in instance.net.locals.items()
    )


def scope_of(scope: Any) -> str:
    """The subprocess whose inside this is; empty for the process itself."""
    return "" if scope is scope.top_workflow else str(_host(scope).task_spec.element.id)


def path_of(scope: Any) -> str:
    """What is before the names of a scope's own variables, so that no two of an instance are told alike."""
    found = ""
    while scope is not scope.top_workflow:
        if scope.spec.name in scope.top_workflow.net.locals:
            host = _host(scope)
            number = f"#{host.flow}" if isinstance(host.task_spec, EachNode) else ""
            found = f"{host.task_spec.element.id.rpartition(BETWEEN)[2]}{number}/{found}"
        scope = _outside(scope)
    return found


def _home(definition: Definition, scope: str) -> str:
    """The call whose process drew a subprocess; empty for the process itself."""
    while scope and scope not in definition.namespaces:
        scope = definition.elements[scope].parent
    return scope


def _own(scope: Scope) -> dict[str, Any]:
    own = scope.variables if scope is scope.top_workflow else scope.own
    return {name: list(one) if isinstance(one, list) else one for name, one in own.items() if one is not None}


def _holder(scope: Any) -> int:
    return 0 if scope is scope.top_workflow else int(scope.parent_task_id)


def _host(scope: Any) -> Any:
    return scope.top_workflow.token(scope.parent_task_id)


def _outside(scope: Any) -> Any:
    return _host(scope).workflow


def _hosts(scope: Any) -> Iterator[Token]:
    while scope is not scope.top_workflow:
        yield _host(scope)
        scope = _outside(scope)


def _described(token: Token) -> Around:
    element = str(token.task_spec.element.id)
    if not isinstance(token.task_spec, EachNode):
        return Around(element)
    return Around(element, token.flow, next(iter(own_key(token).values()), ""))
