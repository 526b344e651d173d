"""Writes diagrams for tests: one function per element, flows by pairs of ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.core.definition import Definition, Violation
from engine.core.parser import parse
from engine.core.rules import check
from engine.core.rules.known import Known, Property

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
)


def properties(values: Mapping[str, str]) -> str:
    inside = "".join(
        f"<camunda:property name={quoteattr(name)} value={quoteattr(value)}/>"
        for name, value in values.items()
    )
    return (
        f"<bpmn:extensionElements><camunda:properties>{inside}</camunda:properties></bpmn:extensionElements>"
    )


def node(kind: str, key: str, inside: str = "", *, attributes: str = "", **extra: str) -> str:
    own = {"name:en": key, **{name.replace("__", ":"): value for name, value in extra.items()}}
    return f'<bpmn:{kind} id="{key}" name="{key}" {attributes}>{properties(own)}{inside}</bpmn:{kind}>'


def start(key: str = "start") -> str:
    return node("startEvent", key)


def begins(key: str, *, signal: bool = False, name: str = "", **extra: str) -> str:
    """A start event for a message or a signal."""
    return node("startEvent", key, _message(signal, name), **extra)


def begins_at(key: str, when: str, how: str = "timeCycle") -> str:
    """A start event by the calendar."""
    times = f"<bpmn:timerEventDefinition><bpmn:{how}>{when}</bpmn:{how}></bpmn:timerEventDefinition>"
    return node("startEvent", key, times)


def end(key: str = "end") -> str:
    return node("endEvent", key)


def terminate(key: str = "end") -> str:
    return node("endEvent", key, "<bpmn:terminateEventDefinition/>")


def user(
    key: str,
    *,
    group: str = "officer@1",
    assignee: str = "",
    due: str = "P5D",
    form: str = "form",
    **extra: str,
) -> str:
    attributes = (
        f"camunda:formKey={quoteattr(form)} camunda:candidateGroups={quoteattr(group)} "
        f"camunda:assignee={quoteattr(assignee)} camunda:dueDate={quoteattr(due)}"
    )
    return node("userTask", key, attributes=attributes, **extra)


def service(key: str, topic: str = "topic", **extra: str) -> str:
    return node("serviceTask", key, attributes=f'camunda:type="external" camunda:topic="{topic}"', **extra)


def script(key: str, text: str) -> str:
    return node("scriptTask", key, f"<bpmn:script>{escape(text)}</bpmn:script>")


def decide(key: str, decision: str, variable: str = "", how: str = "") -> str:
    attributes = f'camunda:decisionRef="{decision}"'
    attributes += f' camunda:resultVariable="{variable}"' if variable else ""
    attributes += f' camunda:mapDecisionResult="{how}"' if how else ""
    return node("businessRuleTask", key, attributes=attributes)


def exclusive(key: str, default: str = "") -> str:
    return node("exclusiveGateway", key, attributes=f'default="{default}"' if default else "")


def parallel(key: str) -> str:
    return node("parallelGateway", key)


def inclusive(key: str, default: str = "") -> str:
    return node("inclusiveGateway", key, attributes=f'default="{default}"' if default else "")


def first_of(key: str) -> str:
    return node("eventBasedGateway", key)


def manual(key: str) -> str:
    return node("manualTask", key)


def timer(key: str, rule: str = "P5D") -> str:
    return node("intermediateCatchEvent", key, _timer(rule))


def late(key: str, host: str, rule: str = "P10D", *, interrupting: bool = True) -> str:
    attributes = f'attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}"'
    return node("boundaryEvent", key, _timer(rule), attributes=attributes)


def failed(key: str, host: str, error: str = "") -> str:
    return node("boundaryEvent", key, _coded("error", error), attributes=f'attachedToRef="{host}"')


def fail(key: str, error: str = "E") -> str:
    return node("endEvent", key, _coded("error", error))


def escalate(key: str, escalation: str = "S") -> str:
    return node("intermediateThrowEvent", key, _coded("escalation", escalation))


def escalate_at_end(key: str, escalation: str = "S") -> str:
    return node("endEvent", key, _coded("escalation", escalation))


def escalated(key: str, host: str, escalation: str = "", *, interrupting: bool = True) -> str:
    attributes = f'attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}"'
    return node("boundaryEvent", key, _coded("escalation", escalation), attributes=attributes)


def awaits(key: str, *, signal: bool = False, **extra: str) -> str:
    return node("intermediateCatchEvent", key, _message(signal), **_keyed(signal), **extra)


def recalled(key: str, host: str, *, interrupting: bool = True, signal: bool = False) -> str:
    attributes = f'attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}"'
    return node("boundaryEvent", key, _message(signal), attributes=attributes, **_keyed(signal))


def receive(key: str, **extra: str) -> str:
    return node("receiveTask", key, attributes='messageRef="M"', **_keyed(), **extra)


def send(key: str, **extra: str) -> str:
    return node("sendTask", key, attributes='messageRef="M"', **_keyed(), **extra)


def tell(key: str, *, signal: bool = False, **extra: str) -> str:
    return node("intermediateThrowEvent", key, _message(signal), **_keyed(signal), **extra)


def _message(signal: bool, name: str = "") -> str:
    kind = "signal" if signal else "message"
    return f'<bpmn:{kind}EventDefinition {kind}Ref="{name or ("B" if signal else "M")}"/>'


def _keyed(signal: bool = False) -> dict[str, str]:
    return {} if signal else {"correlation_key": "key-${pick}"}


def until(key: str, condition: str) -> str:
    return node("intermediateCatchEvent", key, _conditional(condition))


def once(key: str, host: str, condition: str, *, interrupting: bool = True) -> str:
    attributes = f'attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}"'
    return node("boundaryEvent", key, _conditional(condition), attributes=attributes)


def _conditional(condition: str) -> str:
    held = f"<bpmn:condition>{escape(condition)}</bpmn:condition>"
    return f"<bpmn:conditionalEventDefinition>{held}</bpmn:conditionalEventDefinition>"


def each(
    element: str,
    *,
    of: str = "",
    item: str = "",
    number: str = "",
    until: str = "",
    sequential: bool = False,
) -> str:
    """An activity with several instances: of a list, or a number of them."""
    ends = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    count = f"<bpmn:loopCardinality>{escape(number)}</bpmn:loopCardinality>" if number else ""
    attributes = f' camunda:collection="{of}"' if of else ""
    attributes += f' camunda:elementVariable="{item}"' if item else ""
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"{attributes}>'
        f"{count}{ends}</bpmn:multiInstanceLoopCharacteristics>"
    )
    head, end_tag, tail = element.rpartition("</bpmn:")
    return f"{head}{loop}{end_tag}{tail}"


def again(element: str, condition: str, *, before: bool = False, most: int = 0) -> str:
    """An activity that is done again while a condition holds."""
    attributes = f' testBefore="{str(before).lower()}"' + (f' loopMaximum="{most}"' if most else "")
    held = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>" if condition else ""
    loop = f"<bpmn:standardLoopCharacteristics{attributes}>{held}</bpmn:standardLoopCharacteristics>"
    head, end_tag, tail = element.rpartition("</bpmn:")
    return f"{head}{loop}{end_tag}{tail}"


def mark(key: str) -> str:
    return node("intermediateThrowEvent", key)


def _coded(kind: str, code: str) -> str:
    reference = f' {kind}Ref="{code}"' if code else ""
    return f"<bpmn:{kind}EventDefinition{reference}/>"


def _timer(rule: str) -> str:
    duration = f"<bpmn:timeDuration>{rule}</bpmn:timeDuration>"
    return f"<bpmn:timerEventDefinition>{duration}</bpmn:timerEventDefinition>"


def subprocess(key: str, *inside: str, **extra: str) -> str:
    return node("subProcess", key, "".join(inside), **extra)


def call(
    key: str,
    process: str,
    *,
    give: Mapping[str, str] | None = None,
    take: Mapping[str, str] | None = None,
    **extra: str,
) -> str:
    """A call activity: `give` expressions to its variables, `take` its variables into ours."""
    given = "".join(
        f"<camunda:in sourceExpression={quoteattr(text)} target={quoteattr(name)}/>"
        for name, text in (give or {}).items()
    )
    taken = "".join(
        f"<camunda:out source={quoteattr(name)} target={quoteattr(ours)}/>"
        for name, ours in (take or {}).items()
    )
    written = node("callActivity", key, attributes=f'calledElement="{process}"', **extra)
    return written.replace("</bpmn:extensionElements>", f"{given}{taken}</bpmn:extensionElements>", 1)


def aside(key: str, *inside: str) -> str:
    """An event subprocess."""
    return node("subProcess", key, "".join(inside), attributes='triggeredByEvent="true"')


def triggered(
    key: str,
    *,
    by: str = "timer",
    error: str = "",
    escalation: str = "",
    condition: str = "",
    interrupting: bool = True,
    **extra: str,
) -> str:
    """The start event of an event subprocess: by a timer, a message, a signal, a throw or a condition."""
    attributes = f'isInterrupting="{str(interrupting).lower()}"'
    if error or by == "error":
        return node("startEvent", key, _coded("error", error), attributes=attributes)
    if escalation or by == "escalation":
        return node("startEvent", key, _coded("escalation", escalation), attributes=attributes)
    if condition:
        return node("startEvent", key, _conditional(condition), attributes=attributes)
    if by == "timer":
        return node("startEvent", key, _timer("P5D"), attributes=attributes)
    keyed = _keyed(by == "signal")
    return node("startEvent", key, _message(by == "signal"), attributes=attributes, **keyed, **extra)


def flow(source: str, target: str, condition: str = "", key: str = "") -> str:
    written = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    key = key or f"{source}_{target}"
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="{key}" {ends}>{written}</bpmn:sequenceFlow>'


def chain(*keys: str) -> str:
    return "".join(flow(one, other) for one, other in pairwise(keys))


def diagram(
    *parts: str,
    variables: Mapping[str, str] | None = None,
    errors: tuple[str, ...] = (),
    escalations: tuple[str, ...] = (),
    messages: tuple[str, ...] = ("M",),
    signals: tuple[str, ...] = ("B",),
    people: bool = True,
    throws: Mapping[str, str] | None = None,
    key: str = "process",
) -> bytes:
    declared = {f"var:{name}": kind for name, kind in (variables or {}).items()}
    declared |= {f"throws:{code}": kind for code, kind in (throws or {}).items()}
    defined = "".join(f'<bpmn:error id="{code}" errorCode="{code}"/>' for code in errors)
    defined += "".join(f'<bpmn:escalation id="{code}" escalationCode="{code}"/>' for code in escalations)
    defined += "".join(f'<bpmn:message id="{name}" name="{name}"/>' for name in messages)
    defined += "".join(f'<bpmn:signal id="{name}" name="{name}"/>' for name in signals)
    own = properties({"name:en": "process", **({"start:head": "true"} if people else {}), **declared})
    body = f'<bpmn:process id="{key}" name="process" isExecutable="true">{own}{"".join(parts)}</bpmn:process>'
    return f"{HEAD}{defined}{body}</bpmn:definitions>".encode()


def files(
    *parts: str,
    tables: bytes | Sequence[bytes] = (),
    calls: Mapping[str, Mapping[str, bytes]] | None = None,
    **defined: Any,
) -> dict[str, bytes]:
    """The files of a process with those that it calls, by key; `defined` as in `diagram`."""
    written = [tables] if isinstance(tables, bytes) else tables
    found = {f"tables{at}.dmn": content for at, content in enumerate(written)}
    for key, called in (calls or {}).items():
        found |= {f"calls/{key}/{name}": content for name, content in called.items()}
    return {"process.bpmn": diagram(*parts, **defined), **found}


def process(*parts: str, **defined: Any) -> Definition:
    return parse(files(*parts, **defined))


KNOWN = Known(
    topics={"topic": "in_step", "later": "job"},
    roles={"officer", "head", "boss"},
    forms={"form"},
    properties={"decides": Property(frozenset({"userTask"}), flag=True)},
    deadlines={"decision", "x_1"},
)


def findings(definition: Definition) -> tuple[Violation, ...]:
    """What the gate says."""
    return check(definition, KNOWN)


def broken(definition: Definition) -> list[tuple[str, str]]:
    """The rules that the gate finds broken, and where."""
    return [(violation.rule, violation.element) for violation in findings(definition)]


def table(
    key: str,
    inputs: list[tuple[str, str]],
    outputs: list[str],
    rules: list[list[str]],
    policy: str = "UNIQUE",
    *,
    aggregation: str = "",
    allowed: Mapping[str, str] | None = None,
    results: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
    valid_from: str = "",
) -> bytes:
    """A DMN file; `allowed` values by input, `results` (output values) and `defaults` by output."""
    columns = "".join(
        f'<input id="{key}_i{at}"><inputExpression typeRef="{kind}">'
        f"<text>{escape(text)}</text></inputExpression>"
        f"{_told('inputValues', allowed, text)}</input>"
        for at, (text, kind) in enumerate(inputs)
    )
    columns += "".join(
        f'<output id="{key}_{name}" name="{name}">{_told("outputValues", results, name)}'
        f"{_told('defaultOutputEntry', defaults, name)}</output>"
        for name in outputs
    )
    combined = f' aggregation="{aggregation}"' if aggregation else ""
    begins = (
        '<extensionElements><c:properties xmlns:c="http://camunda.org/schema/1.0/dmn">'
        f'<c:property name="valid_from" value="{valid_from}"/></c:properties></extensionElements>'
    )
    rows = ""
    for at, rule in enumerate(rules, start=1):
        tests, values = rule[: len(inputs)], rule[len(inputs) :]
        cells = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in tests)
        cells += "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in values)
        rows += f'<rule id="{key}_r{at}">{cells}</rule>'
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">'
        f'<decision id="{key}">{begins if valid_from else ""}'
        f'<decisionTable hitPolicy="{policy}"{combined}>{columns}{rows}</decisionTable>'
        "</decision></definitions>"
    ).encode()


def _told(name: str, written: Mapping[str, str] | None, key: str) -> str:
    text = (written or {}).get(key)
    return "" if text is None else f"<{name}><text>{escape(text)}</text></{name}>"


APPROVAL_VARIABLES = {
    "small": "bool",
    "institution": "int",
    "first_done": "bool",
    "second_done": "bool",
    **{f"answer_{at:02}": "str" for at in range(16)},
}
APPROVAL_VALUES = {
    "small": False,
    "institution": 41,
    "first_done": False,
    "second_done": False,
    **{
        f"answer_{at:02}": f"a declared scalar of the approval case, no. {at:02} with some more text"
        for at in range(16)
    },
}


def approval(inside_subprocess: bool = False) -> Definition:
    """The reference work: submit, choose, approve with a timer, two automatic tasks, decide."""
    parts = (
        start(),
        user("submit", group="head@${institution}"),
        exclusive("choose", default="choose_approve"),
        user("approve"),
        late("approve_late", "approve", "P10D"),
        end("end_late"),
        parallel("split"),
        script("first", "first_done = True"),
        script("second", "second_done = True"),
        parallel("join"),
        user("decide"),
        end(),
        chain("start", "submit", "choose", "approve", "split", "first", "join", "decide", "end"),
        flow("choose", "decide", "small"),
        flow("split", "second"),
        flow("second", "join"),
        flow("approve_late", "end_late"),
    )
    if not inside_subprocess:
        return process(*parts, variables=APPROVAL_VARIABLES)
    outside = (start("s"), end("e"), chain("s", "whole", "e"), subprocess("whole", *parts))
    return process(*outside, variables=APPROVAL_VARIABLES)
