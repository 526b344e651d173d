"""Builds the library's specification of a definition, once; instances never change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import DurationTimerEventDefinition

from engine.core.asides import AsideNode, TriggerNode
from engine.core.calling import CallNode, EachCallNode
from engine.core.definition import Definition, Element, Loop, Many
from engine.core.errors import StartNotFound
from engine.core.expressions import Expression, Template, compiled, script, template
from engine.core.gateways import EventGatewayNode, ExclusiveNode, InclusiveNode, ParallelNode
from engine.core.many import (
    EachServiceNode,
    EachSubprocessNode,
    EachUserNode,
    LoopNode,
    ManyNode,
    RepeatedNode,
)
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
from engine.core.usage import decision_of, local_names, writable_names


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
    locals: Mapping[str, frozenset[str]]


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
            self.scopes[scope].triggers = ()
            self.scopes[scope].types = definition.types_in(scope)
            self.scopes[scope].is_called = scope in definition.namespaces
        for element in definition.elements.values():
            self._add(element)
        for element in definition.elements.values():
            self._guard(element)
        for scope in self.scopes:
            self._arm(scope)
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
            groups=MappingProxyType({e.id: template(e.group, self._types(e)) for e in elements}),
            assignees=MappingProxyType({e.id: template(e.assignee, self._types(e)) for e in elements}),
            keys=MappingProxyType({e.id: template(e.key, self._types(e)) for e in elements}),
            writable=MappingProxyType(writable_names(definition)),
            locals=MappingProxyType(
                local_names(definition) | {s: frozenset(names) for s, names in definition.namespaces.items()}
            ),
        )

    def _types(self, element: Element) -> Mapping[str, str]:
        return self.definition.types_in(element.parent)

    def _register(self, node: Any, element: Element | None) -> Any:
        node.element = element
        node.index = len(self.nodes)
        self.nodes.append(node)
        return node

    def _add(self, element: Element) -> None:
        if element.many is not None or element.loop is not None:
            self._add_repeated(element)
            return
        node = self._register(_MAKE[element.type](self.scopes[element.parent], element), element)
        self.by_element[element.id] = self.doors[element.id] = node
        if element.type != "startEvent":
            node.condition = self._condition(element)
        if isinstance(node, ScriptNode):
            node.assignments = script(element.script, self._types(element))
        if isinstance(node, DecisionNode):
            node.decision = decision_of(self.definition, element)

    def _add_repeated(self, element: Element) -> None:
        scope = self.scopes[element.parent]
        made = self._many(scope, element, element.many) if element.many else self._loop(scope, element)
        node = self._register(made, element)
        node.each = self._register(_EACH[element.type](scope, element), element)
        self.by_element[element.id] = self.doors[element.id] = node
        _join(node, node.each)

    def _many(self, scope: Any, element: Element, many: Many) -> ManyNode:
        node, types = ManyNode(scope, element.id), self._types(element)
        node.many, node.counters = many, element.counters
        node.cardinality = compiled(many.cardinality, types, "int") if many.cardinality else None
        node.until = compiled(many.until, types, "bool") if many.until else None
        return node

    def _loop(self, scope: Any, element: Element) -> LoopNode:
        node, loop = LoopNode(scope, element.id), element.loop or Loop("")
        node.loop, node.again = loop, compiled(loop.condition, self._types(element), "bool")
        return node

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

    def _arm(self, scope: str) -> None:
        spec = self.scopes[scope]
        for element in self.definition.triggers(scope):
            made = TriggerNode(spec, f"{element.id}.armed", _happening(element), manual=True)
            trigger = self._register(made, element)
            trigger.opens = self.by_element[element.parent]
            trigger.opens.trigger = trigger
            trigger.condition = self._condition(element)
            spec.triggers += (trigger,)

    def _condition(self, element: Element) -> Expression | None:
        return compiled(element.condition, self._types(element), "bool") if element.condition else None

    def _connect(self, element: Element) -> None:
        node: Any = self.by_element[element.id]
        numbers = {flow: number for number, flow in enumerate(self.definition.flows, start=1)}
        outgoing = self.definition.outgoing(element.id)
        links = []
        for flow in outgoing:
            target = self.doors[flow.target]
            conditional = flow.condition and not flow.default and len(outgoing) > 1
            condition = compiled(flow.condition, self._types(element), "bool") if conditional else None
            links.append(Link(numbers[flow.id], flow.id, target, condition))
            _join(node, target)
        node.links = tuple(links)
        if isinstance(node, ParallelNode | InclusiveNode):
            node.arriving = frozenset(numbers[flow.id] for flow in self.definition.incoming(element.id))
        if isinstance(node, InclusiveNode):
            found = upstream(self.definition, element.id)
            node.upstream = {numbers[flow]: elements for flow, elements in found.items()}
        inner = node.each if isinstance(node, RepeatedNode) else node
        if isinstance(inner, SubprocessNode):
            starts = [e for e in self.definition.children(element.id) if e.type == "startEvent"]
            inner.start = self.by_element[starts[0].id]
        if isinstance(inner, CallNode) and element.call is not None:
            types = self._types(element)
            inner.inputs = tuple((name, compiled(text, types)) for name, text in element.call.inputs)
            inner.outputs = element.call.outputs
        if element.type == "startEvent" and not element.parent:
            _join(self.scopes[""].start, node)


def _join(source: Any, target: Any) -> None:
    source._outputs.append(target.name)
    target._inputs.append(source.name)


def start_of(net: Net, element: str = "") -> Any:
    """The node of the start event of the process, the plain one or the one of this id; StartNotFound."""
    definition = net.definition
    start = definition.elements.get(element) if element else definition.plain_start
    if start is None or start.type != "startEvent" or start.parent:
        raise StartNotFound(process=definition.key, element=element)
    return next(node for node in net.nodes if node.name == start.id)


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


def _subprocess(element: Element) -> type[SubprocessNode]:
    if element.call is not None:
        return CallNode
    return AsideNode if element.by_event else SubprocessNode


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
    "subProcess": lambda scope, e: _subprocess(e)(scope, e.id, e.id),
}
ELEMENTS = frozenset(_MAKE) | {"callActivity"}
_EACH: dict[str, Callable[[Any, Element], Any]] = {
    "userTask": lambda scope, e: EachUserNode(scope, f"{e.id}.each"),
    "serviceTask": lambda scope, e: EachServiceNode(scope, f"{e.id}.each", manual=True),
    "subProcess": lambda scope, e: (EachCallNode if e.call else EachSubprocessNode)(
        scope, f"{e.id}.each", e.id
    ),
}
