"""Reads the flow nodes of a BPMN file into elements; what it does not know it keeps for the rules to name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from engine.core.definition import Call, Element, Flow, Lane, Loop, Many
from engine.core.errors import ExpressionInvalid
from engine.core.expressions import bare
from engine.core.schedules import Schedule, schedule
from engine.core.timers import due_rule, reminder_rules
from engine.core.unsupported import begins_process, loop_maximum, times_of, unsupported
from engine.core.vocabulary import NO_NODES
from engine.core.waits import DueRule, ReminderRule
from engine.core.xml import BPMN, CAMUNDA, Node, flag, local, namespace, text_of

_EVENTS: Final = frozenset(
    {"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"}
)
_CATCHING: Final = ("startEvent", "boundaryEvent", "intermediateCatchEvent", "receiveTask")
_CODED: Final = {"error": "errorCode", "escalation": "escalationCode", "message": "name", "signal": "name"}

# What the file defines: "error", "escalation", "message" or "signal" to id to code or name.
Codes = Mapping[str, Mapping[str, str]]


def codes_of(root: Node) -> Codes:
    """The codes of the errors and escalations and the names of the messages and signals, by their ids."""
    return {
        kind: {node.get("id", ""): node.get(attribute, "") for node in root.iter(f"{BPMN}{kind}")}
        for kind, attribute in _CODED.items()
    }


def properties_of(node: Node) -> Mapping[str, str]:
    """Every `camunda:property` of an element by name."""
    found = {}
    for extension in node.iterchildren(f"{BPMN}extensionElements"):
        for item in extension.iter(f"{CAMUNDA}property"):
            found[item.get("name", "")] = item.get("value", "") or ""
    return MappingProxyType(found)


def lanes_of(process: Node) -> tuple[dict[str, Lane], dict[str, str]]:
    """The lanes, and the lane of each element."""
    lanes: dict[str, Lane] = {}
    of_element: dict[str, str] = {}
    for node in process.iter(f"{BPMN}lane"):
        key = node.get("id", "")
        lanes[key] = Lane(key, node.get("name", ""), properties_of(node).get("name:en", ""))
        for reference in node.iterchildren(f"{BPMN}flowNodeRef"):
            of_element[text_of(reference)] = key
    return lanes, of_element


def flows_of(process: Node) -> dict[str, Flow]:
    """All sequence flows, those of subprocesses too, in the order of the file."""
    defaults = {(node.get("id"), node.get("default")) for node in process.iter() if node.get("default")}
    flows = {}
    for node in process.iter(f"{BPMN}sequenceFlow"):
        condition = text_of(node.find(f"{BPMN}conditionExpression"))
        key = node.get("id", "")
        flows[key] = Flow(
            id=key,
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            name=node.get("name", ""),
            name_en=properties_of(node).get("name:en", ""),
            condition=condition,
            default=(node.get("sourceRef"), key) in defaults,
        )
    return flows


def elements_of(process: Node, lanes: Mapping[str, str], codes: Codes) -> dict[str, Element]:
    """All flow nodes, those of subprocesses too, in the order of the file."""
    return {element.id: element for element in _scope(process, "", "", lanes, codes)}


def _scope(scope: Node, parent: str, lane: str, lanes: Mapping[str, str], codes: Codes) -> Iterator[Element]:
    for node in scope:
        kind = local(node)
        if namespace(node) != BPMN or kind in NO_NODES:
            continue
        key = node.get("id", "")
        own_lane = lanes.get(key, lane)
        yield _element(node, kind, parent, own_lane, codes)
        if kind == "subProcess":
            yield from _scope(node, key, own_lane, lanes, codes)


def _element(node: Node, kind: str, parent: str, lane: str, codes: Codes) -> Element:
    properties = properties_of(node)
    texts: dict[str, str] = {}
    carried = _carried(node, properties, texts)
    if kind in _EVENTS:
        carried |= _event(node, kind, codes, texts)
    if (many := node.find(f"{BPMN}multiInstanceLoopCharacteristics")) is not None:
        carried["many"] = _many(many, properties)
    if (loop := node.find(f"{BPMN}standardLoopCharacteristics")) is not None:
        carried["loop"] = _loop(loop)
    if kind == "callActivity":
        carried["call"] = _call(node)
    if kind in ("sendTask", "receiveTask"):
        carried |= _coded(node, kind, "message", codes, texts)
    return Element(
        id=node.get("id", ""),
        type=kind,
        name=node.get("name", ""),
        lane=lane,
        parent=parent,
        properties=properties,
        by_event=flag(node, "triggeredByEvent"),
        unsupported=tuple(unsupported(node, kind)),
        texts=MappingProxyType(texts),
        **carried,
    )


def _carried(node: Node, properties: Mapping[str, str], texts: dict[str, str]) -> dict[str, Any]:
    def attribute(name: str) -> str:
        return str(node.get(f"{CAMUNDA}{name}", "")).strip()

    due, remind = attribute("dueDate"), properties.get("remind", "")
    texts |= {name: text for name, text in (("due", due), ("remind", remind)) if text}
    topic = attribute("topic") if attribute("type") == "external" else ""
    return {
        "name_en": properties.get("name:en", ""),
        "form_key": attribute("formKey"),
        "group": attribute("candidateGroups"),
        "assignee": attribute("assignee"),
        "due": _rule(due),
        "topic": topic,
        "script": text_of(node.find(f"{BPMN}script")),
        "decision": attribute("decisionRef"),
        "result_variable": attribute("resultVariable"),
        "map_result": attribute("mapDecisionResult"),
        "milestone_lv": properties.get("milestone:lv", ""),
        "milestone_en": properties.get("milestone:en", ""),
        "differs_from": tuple(properties.get("differs_from", "").replace(",", " ").split()),
        "reminders": _rules(remind),
        "escalate": properties.get("escalate", ""),
        "returns_to_same": properties.get("returns_to_same", "") == "true",
        "writes": tuple(properties.get("writes", "").replace(",", " ").split()),
        "key": properties.get("correlation_key", ""),
        "carries": tuple(properties.get("carries", "").replace(",", " ").split()),
    }


def _event(node: Node, kind: str, codes: Codes, texts: dict[str, str]) -> dict[str, Any]:
    carried: dict[str, Any] = {}
    if kind == "boundaryEvent":
        carried = {
            "attached_to": node.get("attachedToRef", ""),
            "interrupting": flag(node, "cancelActivity", default=True),
        }
    if kind == "startEvent":
        carried = {"interrupting": flag(node, "isInterrupting", default=True)}
    timer = node.find(f"{BPMN}timerEventDefinition")
    if timer is not None and begins_process(node, kind):
        texts["schedule"] = text_of(next((timer.find(f"{BPMN}{name}") for name in times_of(timer)), None))
        carried["schedule"] = _schedule(texts["schedule"])
    elif timer is not None:
        texts["timer"] = text_of(timer.find(f"{BPMN}timeDuration"))
        carried["timer"] = _rule(texts["timer"])
    for what in codes:
        definition = node.find(f"{BPMN}{what}EventDefinition")
        if definition is not None:
            carried |= _coded(definition, kind, what, codes, texts)
    conditional = node.find(f"{BPMN}conditionalEventDefinition")
    if conditional is not None:
        texts["condition"] = text_of(conditional.find(f"{BPMN}condition"))
        carried |= {"catches": "condition", "condition": texts["condition"]}
    carried["terminate"] = node.find(f"{BPMN}terminateEventDefinition") is not None
    return carried


def _many(node: Node, properties: Mapping[str, str]) -> Many:
    return Many(
        sequential=flag(node, "isSequential"),
        collection=bare(node.get(f"{CAMUNDA}collection", "")),
        item=node.get(f"{CAMUNDA}elementVariable", ""),
        cardinality=bare(text_of(node.find(f"{BPMN}loopCardinality"))),
        until=bare(text_of(node.find(f"{BPMN}completionCondition"))),
        yes=properties.get("yes", ""),
    )


def _call(node: Node) -> Call:
    inputs = [
        (item.get("target", ""), item.get("source", "") or bare(item.get("sourceExpression", "")))
        for item in node.iterfind(f"{BPMN}extensionElements/{CAMUNDA}in")
        if item.get("target")
    ]
    outputs = [
        (item.get("source", ""), item.get("target", ""))
        for item in node.iterfind(f"{BPMN}extensionElements/{CAMUNDA}out")
    ]
    return Call(node.get("calledElement", ""), tuple(inputs), tuple(outputs))


def _loop(node: Node) -> Loop:
    return Loop(
        condition=bare(text_of(node.find(f"{BPMN}loopCondition"))),
        tests_before=flag(node, "testBefore"),
        most=loop_maximum(node),
    )


def _coded(node: Node, kind: str, what: str, codes: Codes, texts: dict[str, str]) -> dict[str, str]:
    """What an event or task catches or throws; only an error or escalation may be caught without a code."""
    reference = node.get(f"{what}Ref", "")
    code = codes[what].get(reference, "")
    catches = kind in _CATCHING
    if not code and not (catches and what in ("error", "escalation") and not reference):
        texts["code"] = reference or "-"
    return {"catches" if catches else "throws": what, "code": code}


def _rule(text: str) -> DueRule | None:
    try:
        return due_rule(text) if text else None
    except ExpressionInvalid:
        return None


def _schedule(text: str) -> Schedule | None:
    try:
        return schedule(text)
    except ExpressionInvalid:
        return None


def _rules(text: str) -> tuple[ReminderRule, ...]:
    try:
        return reminder_rules(text)
    except ExpressionInvalid:
        return ()
