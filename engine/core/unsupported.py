"""Names what a BPMN file holds and the engine does not run, for the rules to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.core.vocabulary import (
    ASKS_NOTHING,
    CAMUNDA_READ,
    DRAWN,
    ENGINES,
    EXTENSIONS,
    NO_NODES,
    NODES,
    OTHERS,
    PARTS,
    TEXT_ONLY,
    Said,
)
from engine.core.xml import BPMN, CAMUNDA, Node, flag, local, namespace

_REPEATED: Final = ("userTask", "serviceTask", "subProcess", "callActivity")
_LOOPS: Final = frozenset({"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"})
_MAPPED: Final = {"in": {"source", "sourceExpression", "target"}, "out": {"source", "target"}}
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
_SCOPES: Final = ("process", "subProcess")
_LONGEST: Final = 40
_EXTENSIONS: Final = f"{BPMN}extensionElements"


def unsupported(node: Node, kind: str) -> Iterator[str]:
    """What of a flow node does not run, by its name in the file; nothing of what is refused as a whole."""
    if kind not in NODES:
        return
    yield from _unknown(node, kind, NODES[kind], _taken(node, kind) | _loops(kind))
    held = [local(child) for child in node if namespace(child) == BPMN]
    definitions = [name for name in held if name.endswith(("EventDefinition", "eventDefinitionRef"))]
    if len(definitions) > 1:
        yield "several event definitions"
    if len([name for name in held if name in _LOOPS]) > 1:
        yield "several loop characteristics"
    most = node.find(f"{BPMN}standardLoopCharacteristics[@loopMaximum]")
    if most is not None and not loop_maximum(most):
        yield f"loopMaximum {most.get('loopMaximum')}"
    if not definitions:
        yield from _without(node, kind)
    yield from _times(node, kind)
    for way in _MAPPED if kind == "callActivity" else ():
        for item in node.iterfind(f"{BPMN}extensionElements/{CAMUNDA}{way}"):
            if not _MAPPED[way] >= set(item.keys()) or not item.get("target"):
                yield f"camunda:{way} {' '.join(sorted(item.keys()))}".strip()


def unsupported_beside(root: Node, process: Node) -> Iterator[tuple[str, str]]:
    """What the file holds beside its flow nodes and does not run: where, and its name in the file.

    The processes of other pools are drawing.
    """
    key = process.get("id", "")
    yield from ((key, part) for part in _unknown(root, "definitions", OTHERS["definitions"]))
    tops = [top for top in root if top is process or local(top) != "process"]
    for node in (node for top in tops for node in top.iter(f"{BPMN}*")):
        kind, where = local(node), node.get("id") or key
        if kind in OTHERS:
            yield from ((where, part) for part in _unknown(node, kind, OTHERS[kind]))
        elif kind in DRAWN:
            yield from ((where, part) for part in _told_to_engines(node, kind))


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


def _loops(kind: str) -> frozenset[str]:
    """The loop characteristics that an element of this kind may have."""
    return _LOOPS if kind in _REPEATED else frozenset()


def _without(node: Node, kind: str) -> Iterator[str]:
    """What lacks the event definition that it needs."""
    if kind == "boundaryEvent":
        yield "boundary event without a definition"
    if _begins_event_subprocess(node, kind):
        yield "start event without a definition"
    if kind == "intermediateCatchEvent":
        yield "catch event without a definition"


def _times(node: Node, kind: str) -> Iterator[str]:
    timer = node.find(f"{BPMN}timerEventDefinition")
    if timer is None:
        return
    wanted = ("timeCycle", "timeDate") if begins_process(node, kind) else ("timeDuration",)
    times = times_of(timer)
    yield from (other for other in times if other not in wanted)
    if not any(name in times for name in wanted) or len(times) > 1:
        yield f"timer without one {' or '.join(wanted)}"


def times_of(timer: Node) -> list[str]:
    """How a timer tells its time: "timeDuration", "timeDate", "timeCycle"."""
    return [local(child) for child in timer if local(child).startswith("time")]


def _unknown(node: Node, kind: str, said: Said, more: frozenset[str] = frozenset()) -> Iterator[str]:
    """What the vocabulary does not have of an element and its parts; `more` it may hold here besides."""
    for name, value in node.attrib.items():
        values = said.attributes.get(name)
        if values is None and not name.startswith("{"):
            yield name
        elif values and value.strip() not in values:
            yield f"{name} {value[:_LONGEST]}"
    yield from _told_to_engines(node, kind)
    seen: set[str] = set()
    for child in node:
        name = local(child)
        if namespace(child) != BPMN:
            if kind != "definitions" or namespace(child) in (*ENGINES, "{}"):
                yield _named(child)
        elif name in said.parts or name in more:
            if name in PARTS:
                yield from (f"{name} {part}" for part in _unknown(child, name, PARTS[name]))
            if name in TEXT_ONLY and name in seen:
                yield f"{name} twice"
            seen.add(name)
        elif kind not in _SCOPES or name in NO_NODES:
            yield name


def _told_to_engines(node: Node, kind: str) -> Iterator[str]:
    """What the attributes and extensions of an element ask of an engine and nobody here reads."""
    for name, value in node.attrib.items():
        space, _, short = name.rpartition("}")
        engine = ENGINES.get(space + "}", "")
        read = engine == "camunda" and short in CAMUNDA_READ.get(kind, ())
        values = ASKS_NOTHING.get(short)
        if engine and not read and (values is None or (values and value not in values)):
            yield f"{engine}:{short}"
    for item in node.iterfind(f"{BPMN}extensionElements/*"):
        if namespace(item) in ENGINES and kind not in EXTENSIONS.get(_named(item), ()):
            yield _named(item)
    yield from _properties(node, kind)


def _properties(node: Node, kind: str) -> Iterator[str]:
    """A property that is given twice, and one of what has only an English name to tell."""
    found = [item for inside in node.iterchildren(_EXTENSIONS) for item in inside.iter(f"{CAMUNDA}property")]
    names = [item.get("name", "") for item in found]
    yield from (f"{name} twice" for name in dict.fromkeys(names) if names.count(name) > 1)
    if kind not in NODES and kind != "process":
        yield from (f"camunda:property {name}" for name in names if name != "name:en")


def _named(node: Node) -> str:
    engine = ENGINES.get(namespace(node))
    return f"{engine}:{local(node)}" if engine else local(node)


def loop_maximum(node: Node) -> int:
    """How often a standard loop may go round; 0 where the file says no such number."""
    written = node.get("loopMaximum", "")
    return int(written) if written.isdecimal() and len(written) < 10 else 0
