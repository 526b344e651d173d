"""Whether an instance can still come to its end from where its tokens are: the gate's random walks (P12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from engine.core.asides import AsideNode, TriggerNode
from engine.core.definition import Definition
from engine.core.gateways import EventGatewayNode, InclusiveNode, ParallelNode
from engine.core.nodes import HOLDING, BoundaryNode, Guard, armed
from engine.core.regions import repeated_paths
from engine.core.rules.walks import Walk, inclusive_joins, may_stop
from engine.core.tree import WAITING, Instance, Scope, Token

WALKS: Final = 200


@dataclass(frozen=True, slots=True)
class Marking:
    """The elements that hold a token, the flows that hold one before a join, events that happened already."""

    active: tuple[str, ...]
    waiting: tuple[str, ...]
    fired: frozenset[str]


def markings(instance: Instance) -> tuple[Marking, ...]:
    """Where the open tokens are; what is there several times and never meets is looked at one by one.

    Such are the instances of a subprocess that has several, and the tokens on the path of one event. Each is
    looked at with those in which it lies, and the first of all others.
    """
    several = [*_instances(instance), *_on_one_path(instance)]
    left_out = dict.fromkeys(
        _left_out(several, _with_outside(instance, one)) for alike in several for one in alike
    )
    return tuple(dict.fromkeys(_marking(instance, keys) for keys in left_out or (frozenset(),)))


def _with_outside(instance: Instance, tokens: Iterable[int]) -> set[int]:
    """The tokens and all that hold them, outwards."""
    found = set()
    open_ends = list(tokens)
    while open_ends:
        token: Any = instance.token(open_ends.pop())
        found.add(token.id)
        if token.parent is not None and token.parent.is_open:
            open_ends.append(token.parent.id)
        elif token.workflow is not instance:
            open_ends.append(token.workflow.parent_task_id)
    return found


def _instances(instance: Instance) -> Iterator[list[set[int]]]:
    """The tokens of the open instances of each subprocess that has several, each a set of its id alone.

    An event subprocess has several when an escalation begins it while it is open.
    """
    found: dict[tuple[int, str], list[set[int]]] = {}
    for host in instance.subprocesses:
        token = instance.token(host)
        holder = token.parent if token is not None else None
        if token is not None and isinstance(token.task_spec, AsideNode):
            found.setdefault((token.workflow.parent_task_id, token.task_spec.name), []).append({host})
        elif holder is not None and holder.is_open:
            found.setdefault((holder.id, ""), []).append({host})
    yield from found.values()


def _on_one_path(instance: Instance) -> Iterator[list[set[int]]]:
    """The tokens on the path of each event that may happen several times; what awaits the first is one."""
    for path in repeated_paths(instance.net.definition):
        for scope in instance.scopes():
            found: dict[int, set[int]] = {}
            for token in _tokens((scope,)):
                if _element(token).id in path:
                    parent = token.parent
                    waits = parent is not None and isinstance(parent.task_spec, EventGatewayNode)
                    found.setdefault(parent.id if waits and parent else token.id, set()).add(token.id)
            if found:
                yield list(found.values())


def _left_out(several: Iterable[list[set[int]]], kept: set[int]) -> frozenset[int]:
    """Of those that are alike all tokens but the ones that are kept, or the first."""
    found: set[int] = set()
    for alike in several:
        stays = next((tokens for tokens in alike if tokens & kept), alike[0])
        found = found.union(*(tokens for tokens in alike if tokens is not stays))
    return frozenset(found)


def _scopes(instance: Instance, left_out: frozenset[int]) -> list[Scope]:
    """The scopes that no token which is left out holds."""
    found: list[Scope] = []
    for scope in instance.scopes():
        around: Any = scope
        while around is not instance and around.parent_task_id not in left_out:
            around = instance.token(around.parent_task_id).workflow  # type: ignore[union-attr]
        if around is instance:
            found.append(scope)
    return found


def _marking(instance: Instance, left_out: frozenset[int]) -> Marking:
    """Where the tokens are but those left out; an event-based gateway stands for the events behind it."""
    scopes = _scopes(instance, left_out)
    flows = tuple(instance.net.definition.flows)
    active: list[str] = []
    waiting: list[str] = []
    gateways: set[int] = set()
    fired: set[str] = set()
    for scope in scopes:
        still_armed = {token.task_spec for token in scope.open_tokens()}
        fired |= {trigger.opens.name for trigger in scope.spec.triggers if trigger not in still_armed}
    for token in (one for one in _tokens(scopes) if one.id not in left_out):
        node, parent = token.task_spec, token.parent
        if parent is not None and isinstance(parent.task_spec, EventGatewayNode):
            if parent.id not in gateways:
                gateways.add(parent.id)
                active.append(parent.task_spec.name)
        elif isinstance(node, ParallelNode | InclusiveNode) and token._state == WAITING:
            waiting.append(flows[token.flow - 1])
        else:
            active.append(_element(token).id)
            fired |= _fired(token)
    return Marking(tuple(active), tuple(waiting), frozenset(fired))


def _tokens(scopes: Iterable[Scope]) -> Iterator[Token]:
    """The open tokens of elements; armed events and the instances of a task go with what holds them."""
    for scope in scopes:
        for token in scope.open_tokens():
            resting = token._state in (WAITING, HOLDING)
            is_armed = resting and isinstance(token.task_spec, BoundaryNode | TriggerNode)
            is_one_of_many = token.parent is not None and token.parent.is_open
            if _element(token) is not None and not is_armed and not is_one_of_many:
                yield token


def _element(token: Token) -> Any:
    """The element that a token is on; before an element with events that is the element itself."""
    node = token.task_spec
    return node.host.element if isinstance(node, Guard) else node.element


def _fired(token: Token) -> set[str]:
    guard: Any = token.parent
    if guard is None or not isinstance(guard.task_spec, Guard):
        return set()
    still = {event.task_spec.name for event in armed(token)}
    return {node.name for node in guard.task_spec.armed} - still


def problem(instance: Instance) -> tuple[str, str] | None:
    """What keeps the instance from its end and at which element; none if nothing does.

    "stuck": a gateway would wait for ever. "twice": two tokens would be on one element.
    """
    return problem_at(instance.net.definition, markings(instance))


def problem_at(definition: Definition, places: Iterable[Marking]) -> tuple[str, str] | None:
    """What keeps an instance with these markings from its end; none if nothing does."""
    found = (_problem(definition, at) for at in places)
    return next((one for one in found if one is not None), None)


def _problem(definition: Definition, at: Marking) -> tuple[str, str] | None:
    for element in at.active:
        if at.active.count(element) > 1:
            return "twice", element
    for flow in at.waiting:
        if at.waiting.count(flow) > 1:
            return "twice", definition.flows[flow].target
    alone = sum(definition.elements[element].type != "subProcess" for element in at.active) < 2
    if alone and not may_stop(definition):
        return None
    joins = inclusive_joins(definition)
    for seed in range(WALKS):
        walk = Walk(definition, Random(seed), joins)  # noqa: S311 (no secret)
        walk.active, walk.waiting, walk.fired = list(at.active), set(at.waiting), set(at.fired)
        found = walk.go_on()
        if found is not None:
            return found
    return None
