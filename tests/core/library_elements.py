"""Writes the elements that the library reads beyond those of our own profile, as `diagrams` writes ours."""

from __future__ import annotations

from tests.core.diagrams import HEAD, end, node, start, subprocess


def definitions(*parts: str) -> bytes:
    return f"{HEAD}{''.join(parts)}</bpmn:definitions>".encode()


def whole(*parts: str, roots: str = "", others: str = "") -> bytes:
    """A file: root elements, the process, other processes."""
    return definitions(roots, called("process", *parts), others)


def called(key: str, *parts: str) -> str:
    return f'<bpmn:process id="{key}" isExecutable="true">{"".join(parts)}</bpmn:process>'


def call(key: str, other: str) -> str:
    return node("callActivity", key, attributes=f'calledElement="{other}"')


def root(kind: str, key: str) -> str:
    coded = f' {kind}Code="{key}"' if kind in ("error", "escalation") else ""
    return f'<bpmn:{kind} id="{key}" name="{key}"{coded}/>'


def event(kind: str, name: str = "") -> str:
    """An event definition; a condition is its name."""
    if kind == "conditional":
        condition = f"<bpmn:condition>{name}</bpmn:condition>"
        return f"<bpmn:conditionalEventDefinition>{condition}</bpmn:conditionalEventDefinition>"
    if kind.startswith("time"):
        return f"<bpmn:timerEventDefinition><bpmn:{kind}>{name}</bpmn:{kind}></bpmn:timerEventDefinition>"
    reference = f' {kind}Ref="{name}"' if name else ""
    return f"<bpmn:{kind}EventDefinition{reference}/>"


def catching(key: str, *events: str, both: bool = False) -> str:
    attributes = 'parallelMultiple="true"' if both else ""
    return node("intermediateCatchEvent", key, "".join(events), attributes=attributes)


def throwing(key: str, *events: str) -> str:
    return node("intermediateThrowEvent", key, "".join(events))


def boundary(key: str, host: str, *events: str, interrupting: bool = True) -> str:
    attributes = f'attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}"'
    return node("boundaryEvent", key, "".join(events), attributes=attributes)


def begun_by(key: str, *events: str) -> str:
    return node("startEvent", key, "".join(events))


def ended_by(key: str, *events: str) -> str:
    return node("endEvent", key, "".join(events))


def collection(
    key: str,
    *inside: str,
    kind: str = "userTask",
    one_by_one: bool = False,
    own: str = "",
    attributes: str = "",
) -> str:
    """A multi-instance element: a cardinality or the names of its collections, and a condition."""
    order = ' isSequential="true"' if one_by_one else ""
    return node(kind, key, own + instances(*inside, attributes=order), attributes=attributes)


def instances(*inside: str, attributes: str = "") -> str:
    characteristics = "multiInstanceLoopCharacteristics"
    return f"<bpmn:{characteristics}{attributes}>{''.join(inside)}</bpmn:{characteristics}>"


def times(number: str) -> str:
    return f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality>"


def each(inputs: str, item: str) -> str:
    return f'<bpmn:loopDataInputRef>{inputs}</bpmn:loopDataInputRef><bpmn:inputDataItem id="{item}"/>'


def into(outputs: str, item: str) -> str:
    return f'<bpmn:loopDataOutputRef>{outputs}</bpmn:loopDataOutputRef><bpmn:outputDataItem id="{item}"/>'


def until(condition: str) -> str:
    return f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"


def repeated(
    key: str, inside: str = "", *, kind: str = "userTask", most: int = 3, first: bool = False
) -> str:
    attributes = f'loopMaximum="{most}" testBefore="{str(first).lower()}"'
    again = "<bpmn:loopCondition>pick != 4</bpmn:loopCondition>"
    loop = f"<bpmn:standardLoopCharacteristics {attributes}>{again}</bpmn:standardLoopCharacteristics>"
    return node(kind, key, inside + loop)


def within(kind: str, key: str, *inside: str, attributes: str = "") -> str:
    return node(kind, key, "".join(inside), attributes=attributes)


def reading(*names: str) -> str:
    """Data input associations of an element: from data objects or stores, by their reference."""
    return "".join(
        f'<bpmn:dataInputAssociation id="in_{at}_{name}"><bpmn:sourceRef>{name}</bpmn:sourceRef>'
        "</bpmn:dataInputAssociation>"
        for at, name in enumerate(names)
    )


def writing(*names: str) -> str:
    return "".join(
        f'<bpmn:dataOutputAssociation id="out_{at}_{name}"><bpmn:targetRef>{name}</bpmn:targetRef>'
        "</bpmn:dataOutputAssociation>"
        for at, name in enumerate(names)
    )


def data_object(name: str) -> str:
    return f'<bpmn:dataObject id="{name}"/><bpmn:dataObjectReference id="{name}_ref" dataObjectRef="{name}"/>'


def specified(inputs: tuple[str, ...] = (), outputs: tuple[str, ...] = ()) -> str:
    """An input and output specification."""
    told = "".join(f'<bpmn:dataInput id="{name}" name="{name}"/>' for name in inputs)
    told += "".join(f'<bpmn:dataOutput id="{name}" name="{name}"/>' for name in outputs)
    return f"<bpmn:ioSpecification>{told}</bpmn:ioSpecification>"


def nested(*inside: str) -> str:
    return subprocess("inner", start("is"), *inside, end("ie"))


def triggered(key: str, *inside: str) -> str:
    """An event subprocess; the library asks for the attribute in the namespace, too."""
    return within(
        "subProcess", key, *inside, attributes='bpmn:triggeredByEvent="true" triggeredByEvent="true"'
    )


def correlated(name: str, expression: str, *messages: str) -> str:
    """A correlation property that is read from each of the messages."""
    read = "correlationPropertyRetrievalExpression"
    each_of = "".join(
        f'<bpmn:{read} messageRef="{message}"><bpmn:messagePath>{expression}</bpmn:messagePath></bpmn:{read}>'
        for message in messages
    )
    return f'<bpmn:correlationProperty id="{name}" name="{name}">{each_of}</bpmn:correlationProperty>'


def together(*processes: str, key: str, about: str) -> str:
    """A collaboration of processes, with one correlation key."""
    inside = "".join(f'<bpmn:participant id="of_{name}" processRef="{name}"/>' for name in processes)
    by = f"<bpmn:correlationPropertyRef>{about}</bpmn:correlationPropertyRef>"
    inside += f'<bpmn:correlationKey id="{key}" name="{key}">{by}</bpmn:correlationKey>'
    return f'<bpmn:collaboration id="together">{inside}</bpmn:collaboration>'


def of_camunda(collection: str, item: str, order: str = "false") -> str:
    """The attributes of a multi-instance in the `camunda` dialect."""
    return f' isSequential="{order}" camunda:collection="{collection}" camunda:elementVariable="{item}"'
