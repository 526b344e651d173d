"""Names what an element of a BPMN file holds and the engine does not run, for the rules to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.core.xml import BPMN, CAMUNDA, Node, flag, local

_REPEATED: Final = ("userTask", "serviceTask", "subProcess", "callActivity")
_MAPPED: Final = {"in": {"source", "sourceExpression", "target"}, "out": {"source", "target"}}
_ATTRIBUTES: Final = {
    "userTask": frozenset({"formKey", "candidateGroups", "assignee", "dueDate"}),
    "serviceTask": frozenset({"type", "topic"}),
    "businessRuleTask": frozenset({"decisionRef", "resultVariable", "mapDecisionResult"}),
}
_MESSAGES: Final = frozenset({"messageEventDefinition", "signalEventDefinition"})
_CODES: Final = frozenset({"errorEventDefinition", "escalationEventDefinition"})
_TAKEN: Final = {
    "boundaryEvent": _MESSAGES | _CODES | {"timerEventDefinition", "conditionalEventDefinition"},
    "intermediateCatchEvent": _MESSAGES | {"timerEventDefinition", "conditionalEventDefinition"},
    "intermediateThrowEvent": _MESSAGES | {"escalationEventDefinition"},
    "endEvent": _MESSAGES | _CODES | {"terminateEventDefinition"},
}
_BEGINS: Final = _MESSAGES | {"timerEventDefinition"}
_TRIGGERS: Final = _TAKEN["boundaryEvent"]


def unsupported(node: Node, kind: str) -> Iterator[str]:
    """What of an element does not run, by its name in the file."""
    taken = _taken(node, kind)
    definitions = [local(child) for child in node if local(child).endswith("EventDefinition")]
    yield from (name for name in definitions if name not in taken)
    if len(definitions) > 1:
        yield "several event definitions"
    yield from (local(child) for child in node if local(child) in _loops(kind))
    most = node.find(f"{BPMN}standardLoopCharacteristics[@loopMaximum]")
    if most is not None and not loop_maximum(most):
        yield f"loopMaximum {most.get('loopMaximum')}"
    if kind in ("eventBasedGateway", "receiveTask") and flag(node, "instantiate"):
        yield "instantiate"
    if kind == "eventBasedGateway" and node.get("eventGatewayType") == "Parallel":
        yield "eventGatewayType Parallel"
    if kind == "boundaryEvent" and not definitions:
        yield "boundary event without a definition"
    if _begins_event_subprocess(node, kind) and not definitions:
        yield "start event without a definition"
    if kind == "intermediateCatchEvent" and not definitions:
        yield "catch event without a definition"
    timer = node.find(f"{BPMN}timerEventDefinition")
    if timer is not None:
        wanted = ("timeCycle", "timeDate") if begins_process(node, kind) else ("timeDuration",)
        times = times_of(timer)
        yield from (other for other in times if other not in wanted)
        if not any(name in times for name in wanted) or len(times) > 1:
            yield f"timer without one {' or '.join(wanted)}"
    for kind_of_listener in ("executionListener", "taskListener", "inputOutput", "connector"):
        if node.find(f"{BPMN}extensionElements/{CAMUNDA}{kind_of_listener}") is not None:
            yield f"camunda:{kind_of_listener}"
    for way in ("in", "out"):
        for item in node.iterfind(f"{BPMN}extensionElements/{CAMUNDA}{way}"):
            if kind != "callActivity" or not _MAPPED[way] >= set(item.keys()) or not item.get("target"):
                yield f"camunda:{way} {' '.join(sorted(item.keys()))}".strip()
    yield from _unread(node, kind)


def begins_process(node: Node, kind: str) -> bool:
    """Whether it is a start event of the process itself."""
    parent = node.getparent()
    return kind == "startEvent" and parent is not None and local(parent) == "process"


def _begins_event_subprocess(node: Node, kind: str) -> bool:
    parent = node.getparent()
    return kind == "startEvent" and parent is not None and flag(parent, "triggeredByEvent")


def _taken(node: Node, kind: str) -> frozenset[str]:
    """The event definitions that an element may hold."""
    if begins_process(node, kind):
        return _BEGINS
    return _TRIGGERS if _begins_event_subprocess(node, kind) else _TAKEN.get(kind, frozenset())


def times_of(timer: Node) -> list[str]:
    """How a timer tells its time: "timeDuration", "timeDate", "timeCycle"."""
    return [local(child) for child in timer if local(child).startswith("time")]


def _loops(kind: str) -> tuple[str, ...]:
    """The loop characteristics that an element of this kind may not have."""
    return () if kind in _REPEATED else ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


def _unread(node: Node, kind: str) -> Iterator[str]:
    """What somebody wrote and nobody reads: camunda attributes of other engines, a property given twice."""
    for name in node.attrib:
        if name.startswith(CAMUNDA) and name.removeprefix(CAMUNDA) not in _ATTRIBUTES.get(kind, ()):
            yield f"camunda:{name.removeprefix(CAMUNDA)}"
    items = node.iterfind(f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property")
    names = [item.get("name", "") for item in items]
    yield from (f"{name} twice" for name in dict.fromkeys(names) if names.count(name) > 1)


def loop_maximum(node: Node) -> int:
    """How often a standard loop may go round; 0 where the file says no such number."""
    written = node.get("loopMaximum", "")
    return int(written) if written.isdecimal() and len(written) < 10 else 0
