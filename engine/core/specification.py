"""Builds the library's specification of a definition, once; instances never change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import DurationTimerEventDefinition

from engine.core.definition import Definition, Element, Many
from engine.core.expressions import Template, compiled, script, template
from engine.core.gateways import EventGatewayNode, ExclusiveNode, InclusiveNode, ParallelNode
from engine.core.many import EachServiceNode, EachUserNode, ManyNode
from engine.core.nodes import (
    BoundaryNode,
    CatchNode,
    DecisionNode,
    EndNode,
    Guard,
    Link,
    ManualNode,
    Node,
    ReceiveNode,
    ScriptNode,
    ServiceNode,
    StartNode,
    SubprocessNode,
    UserNode,
)
from engine.core.regions import upstream
from engine.core.throwing import SendNode, ThrowEndNode, ThrowNode
from engine.core.usage import decision_of, writable_names


@dataclass(frozen=True, eq=False)
class Net:
    """Everything compiled that instances of one definition share, never changed after it is built."""

    definition: Definition
    scopes: Mapping[str, Any]
    subprocess_specs: Mapping[str, Any]
    nodes: tuple[Any, ...]
    joins: tuple[Any, ...]
    conditional: tuple[Any, ...]
    variables: Mapping[str, str]
    names: tuple[str, ...]
    groups: Mapping[str, Template]
    assignees: Mapping[str, Template]
    keys: Mapping[str, Template]
    writable: Mapping[str, frozenset[str]]


def net_of(definition: Definition) -> Net:
    """The compiled specification, built at first use; ExpressionInvalid when the gate was passed by."""
    net = definition.private.get("net")
    if net is None:
        net = definition.private.setdefault("net", _Builder(definition).build())
    return net  # type: ignore[no-any-return]


class _Builder:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.nodes: list[Any] = []
        self.by_element: dict[str, Any] = {}
        self.doors: dict[str, Any] = {}
        self.scopes: dict[str, Any] = {}

    def build(self) -> Net:
        definition = self.definition
        for scope in ("", *(e.id for e in definition.elements.values() if e.type == "subProcess")):
            self.scopes[scope] = BpmnProcessSpec(name=scope or definition.key)
        for element in definition.elements.values():
            self._add(element)
        for element in definition.elements.values():
            self._guard(element)
        for element in definition.elements.values():
            self._connect(element)
        types: Mapping[str, str] = definition.variables
        elements = definition.elements.values()
        return Net(
            definition=definition,
            scopes=MappingProxyType(self.scopes),
            subprocess_specs=MappingProxyType({k: v for k, v in self.scopes.items() if k}),
            nodes=tuple(self.nodes),
            joins=tuple(n for n in self.nodes if isinstance(n, InclusiveNode) and len(n.arriving) > 1),
            conditional=tuple(n for n in self.nodes if n.condition is not None),
            variables=types,
            names=tuple(sorted(types)),
            groups=MappingProxyType({e.id: template(e.group, types) for e in elements}),
            assignees=MappingProxyType({e.id: template(e.assignee, types) for e in elements}),
            keys=MappingProxyType({e.id: template(e.key, types) for e in elements}),
            writable=MappingProxyType(writable_names(definition)),
        )

    def _register(self, node: Any, element: Element | None) -> Any:
        node.element = element
        node.index = len(self.nodes)
        self.nodes.append(node)
        return node

    def _add(self, element: Element) -> None:
        if element.many is not None:
            self._add_many(element, element.many)
            return
        node = self._register(_MAKE[element.type](self.scopes[element.parent], element), element)
        self.by_element[element.id] = self.doors[element.id] = node
        if element.condition:
            node.condition = compiled(element.condition, self.definition.variables, "bool")
        if isinstance(node, ScriptNode):
            node.assignments = script(element.script, self.definition.variables)
        if isinstance(node, DecisionNode):
            node.decision = decision_of(self.definition, element)

    def _add_many(self, element: Element, many: Many) -> None:
        scope, types = self.scopes[element.parent], self.definition.variables
        node = self._register(ManyNode(scope, element.id), element)
        kind = EachUserNode if element.type == "userTask" else EachServiceNode
        options = {} if element.type == "userTask" else {"manual": True}
        node.each = self._register(kind(scope, f"{element.id}.each", **options), element)
        node.cardinality = compiled(many.cardinality, types, "int") if many.cardinality else None
        node.until = compiled(many.until, types, "bool") if many.until else None
        self.by_element[element.id] = self.doors[element.id] = node
        _join(node, node.each)

    def _guard(self, element: Element) -> None:
        boundaries = [self.by_element[event.id] for event in self.definition.boundaries(element.id)]
        if not boundaries:
            return
        host = self.by_element[element.id]
        guard = self._register(Guard(self.scopes[element.parent], f"{element.id}.guard"), None)
        guard.host, host.guarded = host, True
        guard.catchers = tuple(n for n in boundaries if n.element.catches in ("error", "escalation"))
        guard.armed = tuple(node for node in boundaries if node not in guard.catchers)
        for node in (host, *boundaries):
            _join(guard, node)
        self.doors[element.id] = guard

    def _connect(self, element: Element) -> None:
        node: Any = self.by_element[element.id]
        numbers = {flow: number for number, flow in enumerate(self.definition.flows, start=1)}
        outgoing = self.definition.outgoing(element.id)
        links = []
        for flow in outgoing:
            target = self.doors[flow.target]
            conditional = flow.condition and not flow.default and len(outgoing) > 1
            condition = compiled(flow.condition, self.definition.variables, "bool") if conditional else None
            links.append(Link(numbers[flow.id], flow.id, target, condition))
            _join(node, target)
        node.links = tuple(links)
        if isinstance(node, ParallelNode | InclusiveNode):
            node.arriving = frozenset(numbers[flow.id] for flow in self.definition.incoming(element.id))
        if isinstance(node, InclusiveNode):
            found = upstream(self.definition, element.id)
            node.upstream = {numbers[flow]: elements for flow, elements in found.items()}
        if isinstance(node, SubprocessNode):
            starts = [e for e in self.definition.children(element.id) if e.type == "startEvent"]
            node.start = self.by_element[starts[0].id]
        if element.type == "startEvent" and not element.parent:
            _join(self.scopes[""].start, node)


def _join(source: Any, target: Any) -> None:
    source._outputs.append(target.name)
    target._inputs.append(source.name)


def start_of(definition: Definition) -> str:
    """The id of the start event of the process."""
    return next(e.id for e in definition.children() if e.type == "startEvent")


def _boundary(scope: Any, element: Element) -> Node:
    return BoundaryNode(scope, element.id, _happening(element), element.interrupting, manual=True)


def _happening(element: Element) -> Any:
    return DurationTimerEventDefinition(element.id, "") if element.timer else NoneEventDefinition()


def _end(scope: Any, element: Element) -> Node:
    if element.throws:
        return ThrowEndNode(scope, element.id, NoneEventDefinition())
    return EndNode(
        scope, element.id, TerminateEventDefinition() if element.terminate else NoneEventDefinition()
    )


_MAKE: dict[str, Callable[[Any, Element], Any]] = {
    "startEvent": lambda scope, e: StartNode(scope, e.id, NoneEventDefinition()),
    "endEvent": _end,
    "userTask": lambda scope, e: UserNode(scope, e.id),
    "manualTask": lambda scope, e: ManualNode(scope, e.id),
    "receiveTask": lambda scope, e: ReceiveNode(scope, e.id, NoneEventDefinition(), manual=True),
    "sendTask": lambda scope, e: SendNode(scope, e.id),
    "serviceTask": lambda scope, e: ServiceNode(scope, e.id, manual=True),
    "scriptTask": lambda scope, e: ScriptNode(scope, e.id, ""),
    "businessRuleTask": lambda scope, e: DecisionNode(scope, e.id, ""),
    "exclusiveGateway": lambda scope, e: ExclusiveNode(scope, e.id),
    "inclusiveGateway": lambda scope, e: InclusiveNode(scope, e.id),
    "parallelGateway": lambda scope, e: ParallelNode(scope, e.id),
    "eventBasedGateway": lambda scope, e: EventGatewayNode(scope, e.id, NoneEventDefinition()),
    "intermediateCatchEvent": lambda scope, e: CatchNode(scope, e.id, _happening(e), manual=True),
    "intermediateThrowEvent": lambda scope, e: ThrowNode(scope, e.id, NoneEventDefinition()),
    "boundaryEvent": _boundary,
    "subProcess": lambda scope, e: SubprocessNode(scope, e.id, e.id),
}
ELEMENTS = frozenset(_MAKE)
