"""What a person may do to an instance that cannot go on: set variables, skip a wait, move a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.core import soundness
from engine.core.boundaries import happen, interrupt
from engine.core.calling import CallNode
from engine.core.definition import Definition, Element
from engine.core.errors import (
    JoinWouldStarve,
    KeyOfEach,
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
from engine.core.surroundings import is_of_others, owner_of, scope_of
from engine.core.tree import COMPLETED, FUTURE, STARTED, WAITING, Instance, Scope, Token
from engine.core.values import checked
from engine.core.waits import ServiceWait, UserTaskWait, Variables


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Gives variables that a wait sees, or without one the process, other values; None takes one away."""

    values: Variables
    wait: str = ""


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
        case SetVariables(values, wait):
            machine.change(lambda instance: _set(_seen_by(instance, wait), values))
        case Skip(wait, values):
            _skip(machine, wait, values)
        case Move(wait, target):
            machine.change(lambda instance: _move(instance, wait, target))


def targets(definition: Definition, *sources: str) -> tuple[Element, ...]:
    """The elements that a token on one of these can be moved to, if nothing stands against it where it is.

    What is repeated is entered only from within the same instance of it.
    """
    around = frozenset().union(*(repeated_around(definition, source) for source in sources))
    return tuple(
        element
        for element in definition.elements.values()
        if _against(definition, element) is None and repeated_around(definition, element.id) <= around
    )


def repeated_around(definition: Definition, element: str) -> frozenset[str]:
    """The subprocesses and calls around an element that are done several times."""
    found = set()
    scope = definition.elements[element].parent if element in definition.elements else ""
    while scope:
        if _is_repeated(definition.elements[scope]):
            found.add(scope)
        scope = definition.elements[scope].parent
    return frozenset(found)


def _is_repeated(element: Element) -> bool:
    return element.many is not None or element.loop is not None


def _seen_by(instance: Instance, wait_id: str) -> Scope:
    return _open(instance, wait_id).workflow if wait_id else instance


def _set(scope: Any, values: Variables) -> None:
    """Each value goes to the scope whose variable it is: one of several, what is called, or the process."""
    taken = checked(scope.spec.types, values)
    for name in taken:
        if is_of_others(scope, name):
            raise UndeclaredVariable(name=name)
        owner = owner_of(scope, name)
        for token in _open_manys(scope.top_workflow):
            if owner_of(token.workflow, name) is owner:
                _must_be_free(token.task_spec, name, token.workflow.spec.types)
    scope.variables.update(taken)


def _must_be_free(node: ManyNode, name: str, types: Mapping[str, str]) -> None:
    if name in _counted_by(node, types):
        raise NumberInUse(name=name, element=node.name)
    if name == node.many.item and not _keeps_key(node):
        raise KeyOfEach(name=name, element=node.name)


def _keeps_key(node: ManyNode) -> bool:
    """Whether each instance has its key among variables of its own, and not from the list each time."""
    return isinstance(node.each, SubprocessNode) and not isinstance(node.each, CallNode)


def _open_manys(instance: Instance) -> list[Token]:
    tokens = (token for scope in instance.scopes() for token in scope.open_tokens())
    return [token for token in tokens if isinstance(token.task_spec, ManyNode)]


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
    _set(token.workflow, values)
    happen(token)


def _move(instance: Instance, wait_id: str, target_id: str) -> None:
    definition = instance.net.definition
    target = definition.elements.get(target_id)
    if target is None:
        raise TargetNotEnterable(element=target_id[:60])
    against = _against(definition, target)
    if against is not None:
        raise against(element=target.id)
    branches = {scope_of(top.workflow): top for top in _outwards(_resting(instance, wait_id))}
    to_open: list[str] = []
    scope = target.parent
    while scope not in branches:
        if _is_repeated(definition.elements[scope]):
            raise TargetInMany(element=target.id)
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
        if holder.type != "subProcess":
            return TargetNotEnterable
        scope = holder.parent
    return None


def _open(instance: Instance, wait_id: str) -> Token:
    token = instance.token(int(wait_id)) if wait_id.isdecimal() and len(wait_id) < 20 else None
    if token is None or not token.is_open:
        raise WaitNotFound(id=wait_id[:20])
    return token


def _resting(instance: Instance, wait_id: str) -> Token:
    token = _open(instance, wait_id)
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
