"""What a person may do to an instance that cannot go on: set variables, skip a wait, move a token."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from engine.core import soundness
from engine.core.boundaries import happen, interrupt
from engine.core.definition import Definition, Element
from engine.core.errors import (
    JoinWouldStarve,
    NotOnTheWay,
    NumberInUse,
    RepairRefused,
    TargetInMany,
    TargetIsJoin,
    TargetNotEnterable,
    TokensWouldMeet,
    UndeclaredVariable,
    WaitNotFound,
)
from engine.core.expressions import compiled
from engine.core.machine import Machine
from engine.core.many import ManyNode
from engine.core.nodes import BoundaryNode, Guard, SubprocessNode, rivals
from engine.core.tree import COMPLETED, FUTURE, STARTED, WAITING, Instance, Scope, Token
from engine.core.values import checked
from engine.core.waits import ServiceWait, UserTaskWait, Variables


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Gives declared variables other values; None takes a value away."""

    values: Variables


@dataclass(frozen=True, slots=True)
class Skip:
    """Goes on from a wait as if it had come to its end, with the variables that it should have written."""

    wait: str
    values: Variables


@dataclass(frozen=True, slots=True)
class Move:
    """Takes the branch of a wait away and goes on at another element."""

    wait: str
    target: str


Change = SetVariables | Skip | Move


def repair(machine: Machine, change: Change) -> None:
    """Carries out a person's change as one step; after an error the machine must be loaded again.

    WaitNotFound, UndeclaredVariable, WrongType, WriteRefused, RepairRefused.
    """
    match change:
        case SetVariables(values):
            machine.change(lambda instance: _set(instance, instance.variables, values))
        case Skip(wait, values):
            _skip(machine, wait, values)
        case Move(wait, target):
            machine.change(lambda instance: _move(instance, wait, target))


def targets(definition: Definition) -> tuple[Element, ...]:
    """The elements that a token can be moved to, if nothing stands against it where the process is."""
    return tuple(e for e in definition.elements.values() if _against(definition, e) is None)


def _set(instance: Instance, into: MutableMapping[str, Any], values: Variables) -> None:
    taken = checked(instance.net.variables, values)
    for name in taken:
        if into is instance.variables and name in _of_instances(instance):
            raise UndeclaredVariable(name=name)
        for node in _open_manys(instance):
            if name in _counted_by(node, instance.net.variables):
                raise NumberInUse(name=name, element=node.name)
    into.update(taken)


def _of_instances(instance: Instance) -> frozenset[str]:
    """The variables of ours that only instances of a subprocess have."""
    called = instance.net.definition.namespaces
    return frozenset().union(*(own for scope, own in instance.net.locals.items() if scope not in called))


def _open_manys(instance: Instance) -> list[ManyNode]:
    tokens = (token for scope in instance.scopes() for token in scope.open_tokens())
    return [token.task_spec for token in tokens if isinstance(token.task_spec, ManyNode)]


def _counted_by(node: ManyNode, types: Mapping[str, str]) -> frozenset[str]:
    many = node.element.many if node.element is not None else None
    if many is None:
        return frozenset()
    number = compiled(many.cardinality, types, "int").names if many.cardinality else frozenset()
    return number | {many.collection, *node.counters}


def _skip(machine: Machine, wait_id: str, values: Variables) -> None:
    wait = next((one for one in machine.waits() if one.id == wait_id), None)
    if wait is None:
        raise WaitNotFound(id=wait_id[:20])
    if isinstance(wait, UserTaskWait | ServiceWait):
        machine.complete(wait_id, values)
    else:
        machine.change(lambda instance: _happen(instance, wait_id, values))


def _happen(instance: Instance, wait_id: str, values: Variables) -> None:
    token = _resting(instance, wait_id)
    _set(instance, token.data, values)
    happen(token)


def _move(instance: Instance, wait_id: str, target_id: str) -> None:
    definition = instance.net.definition
    target = definition.elements.get(target_id)
    if target is None:
        raise TargetNotEnterable(element=target_id[:60])
    against = _against(definition, target)
    if against is not None:
        raise against(element=target.id)
    branches = {_scope_of(top.workflow): top for top in _outwards(_resting(instance, wait_id))}
    to_open: list[str] = []
    scope = target.parent
    while scope not in branches:
        to_open.insert(0, scope)
        scope = definition.elements[scope].parent
    branch = branches[scope]
    for other in rivals(branch):
        other.cancel()
    interrupt(branch)
    _put(instance, branch.workflow, to_open, target)
    _must_reach_end(instance)


def _against(definition: Definition, target: Element) -> type[RepairRefused] | None:
    """Why no token can ever be put on this element."""
    if target.type in ("boundaryEvent", "startEvent"):
        return TargetNotEnterable
    sources = [definition.elements[flow.source].type for flow in definition.incoming(target.id)]
    if not sources or "eventBasedGateway" in sources:
        return TargetNotEnterable
    if target.type in ("parallelGateway", "inclusiveGateway") and len(sources) > 1:
        return TargetIsJoin
    scope = target.parent
    while scope:
        holder = definition.elements[scope]
        if holder.many is not None or holder.loop is not None:
            return TargetInMany
        if holder.type != "subProcess":
            return TargetNotEnterable
        scope = holder.parent
    return None


def _resting(instance: Instance, wait_id: str) -> Token:
    token = instance.token(int(wait_id)) if wait_id.isdecimal() and len(wait_id) < 20 else None
    if token is None or not token.is_open:
        raise WaitNotFound(id=wait_id[:20])
    if isinstance(token.task_spec, BoundaryNode):
        raise NotOnTheWay(element=token.task_spec.name)
    return token


def _outwards(token: Token) -> list[Token]:
    """The branch that the token is, then the subprocesses around it, each as the token that holds it."""
    found = []
    while True:
        while token.parent is not None and token.parent.is_open:
            token = token.parent
        found.append(token)
        scope: Any = token.workflow
        if scope is scope.top_workflow:
            return found
        token = scope.top_workflow.token(scope.parent_task_id)


def _scope_of(scope: Any) -> str:
    """The subprocess whose inside this is; empty for the process itself."""
    if scope is scope.top_workflow:
        return ""
    host = scope.top_workflow.token(scope.parent_task_id)
    return str(host.task_spec.element.id)


def _put(instance: Instance, scope: Scope, to_open: list[str], target: Element) -> None:
    for subprocess in to_open:
        scope = _opened(instance, scope, _node(instance, subprocess))
    node = _node(instance, target.id)
    door = _guard_of(instance, node) or node
    token = scope.task_tree._add_child(door, FUTURE)
    door._update(token)


def _opened(instance: Instance, scope: Scope, node: SubprocessNode) -> Scope:
    """The inside of a subprocess that is entered elsewhere than at its start, its events armed."""
    place, guard = scope.task_tree, _guard_of(instance, node)
    if guard is not None:
        place = place._add_child(guard, COMPLETED)
    token = place._add_child(node, STARTED)
    for event in guard.armed if guard is not None else ():
        place._add_child(event, WAITING)
    instance.note("entered", token)
    inside = instance.open_subprocess(token)
    node.given(token, inside.variables)
    inside.open_at()
    inside.arm()
    return inside


def _node(instance: Instance, element: str) -> Any:
    return next(node for node in instance.net.nodes if node.name == element)


def _guard_of(instance: Instance, node: Any) -> Guard | None:
    return next((one for one in instance.net.nodes if isinstance(one, Guard) and one.host is node), None)


def _must_reach_end(instance: Instance) -> None:
    match soundness.problem(instance):
        case "stuck", gateway:
            raise JoinWouldStarve(element=gateway)
        case "twice", element:
            raise TokensWouldMeet(element=element)
