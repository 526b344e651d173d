"""What a diagram says beyond what runs is refused by name; what asks for nothing is accepted."""

from __future__ import annotations

import pytest

from engine.core.machine import Machine
from engine.core.parser import parse
from tests.core.diagrams import (
    again,
    awaits,
    begins_at,
    broken,
    chain,
    diagram,
    each,
    end,
    exclusive,
    findings,
    flow,
    late,
    mark,
    node,
    once,
    parallel,
    process,
    receive,
    script,
    send,
    service,
    start,
    subprocess,
    tell,
    timer,
    until,
    user,
)

SPACES = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "flowable": "http://flowable.org/bpmn",
        "activiti": "http://activiti.org/bpmn",
        "operaton": "http://operaton.org/schema/1.0/bpmn",
        "zeebe": "http://camunda.org/schema/zeebe/1.0",
        "spiffworkflow": "http://spiffworkflow.org/bpmn/schema/1.0/core",
        "drools": "http://www.jboss.org/drools",
        "modeler": "http://camunda.org/schema/modeler/1.0",
        "bioc": "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "signavio": "http://www.signavio.com",
        "design": "http://flowable.org/design",
        "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    }.items()
)
VARIABLES = {"n": "int", "b": "bool", "pick": "int", "names": "list", "one": "str"}
LISTENER = '<{}:executionListener event="start" class="X"/>'
MANY = "multiInstanceLoopCharacteristics"


def written(element: str, *changes: tuple[str, str], straight: bool = True) -> bytes:
    """A diagram of one element, `x`, with parts of its text replaced."""
    parts = (start(), element, end(), chain("start", "x", "end")) if straight else (element,)
    text = (
        diagram(*parts, variables=VARIABLES)
        .decode()
        .replace("<bpmn:definitions ", f"<bpmn:definitions {SPACES} ")
    )
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def having(element: str, attributes: str = "", inside: str = "", extensions: str = "") -> bytes:
    """A diagram whose element `x` has attributes, parts and extensions besides its own."""
    head, close, tail = element.rpartition("</bpmn:")
    element = f"{head}{inside}{close}{tail}".replace(' id="x"', f' id="x" {attributes}', 1)
    return written(element.replace("</camunda:properties>", f"</camunda:properties>{extensions}", 1))


def on_process(attributes: str = "", extensions: str = "", inside: str = "", roots: str = "") -> bytes:
    return written(
        user("x"),
        (' isExecutable="true"', f' isExecutable="true" {attributes}'),
        ("</camunda:properties></bpmn:extensionElements>",
         f"</camunda:properties>{extensions}</bpmn:extensionElements>{inside}"),
        ("<bpmn:process", f"{roots}<bpmn:process"),
    )  # fmt: skip


def on_flow(attributes: str = "", inside: str = "") -> bytes:
    return written(user("x"), ('id="start_x"', f'id="start_x" {attributes}'),
                   ('targetRef="x">', f'targetRef="x">{inside}'))  # fmt: skip


def on_condition(attributes: str = "", inside: str = "") -> bytes:
    split = exclusive("x", "x_end") + user("u") + end() + chain("start", "x", "end") + flow("x", "u", "b")
    return written(start() + split + end("e2") + chain("u", "e2"),
                   ("<bpmn:conditionExpression>", f"<bpmn:conditionExpression {attributes}>{inside}"),
                   straight=False)  # fmt: skip


def by_reference(element: str, kind: str) -> bytes:
    return written(
        element.replace("</bpmn:extensionElements>", "</bpmn:extensionElements>"
                        "<bpmn:eventDefinitionRef>D</bpmn:eventDefinitionRef>", 1),
        ("<bpmn:process", f'<bpmn:{kind}EventDefinition id="D"/><bpmn:process'),
    )  # fmt: skip


def extension(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def loop(attributes: str = "", inside: str = "") -> bytes:
    return written(each(user("x"), number="2"), (f"<bpmn:{MANY}", f"<bpmn:{MANY} {attributes}"),
                   (f"</bpmn:{MANY}>", f"{inside}</bpmn:{MANY}>"))  # fmt: skip


ENDED_BY_REFERENCE = written(
    user("x"),
    ("<bpmn:process", '<bpmn:terminateEventDefinition id="T"/><bpmn:process'),
    ("</bpmn:endEvent>", "<bpmn:eventDefinitionRef>T</bpmn:eventDefinitionRef></bpmn:endEvent>"),
)
PLACEHOLDER = (
    '<bpmn:property id="P" name="__targetRef_placeholder"/><bpmn:dataInputAssociation id="A">'
    "<bpmn:sourceRef>D</bpmn:sourceRef><bpmn:targetRef>P</bpmn:targetRef>%s</bpmn:dataInputAssociation>"
)
OWNER = (
    "<bpmn:{0}><bpmn:resourceAssignmentExpression><bpmn:formalExpression>boss</bpmn:formalExpression>"
    "</bpmn:resourceAssignmentExpression></bpmn:{0}>"
)
BOOLEAN_ONE = written(
    user("x") + late("l", "x") + end("e2") + chain("l", "e2"), ('cancelActivity="true"', 'cancelActivity="1"')
)

# What is drawn, and the rule, the element and the words that the refusal has.
REFUSED = {
    "an end that terminates by reference": (ENDED_BY_REFERENCE, "P1", "end", "elsewhere in the file"),
    "a throw by reference": (by_reference(mark("x"), "message"), "P1", "x", "elsewhere in the file"),
    "a catch by reference": (
        by_reference(node("intermediateCatchEvent", "x"), "signal"), "P1", "x", "elsewhere in the file",
    ),
    "a catch by reference besides": (by_reference(timer("x"), "message"), "P1", "x", "several event"),
    "a task for compensation": (
        having(user("x"), 'isForCompensation="true"'), "P1", "x", "never run",
    ),
    "several tokens to start": (having(user("x"), 'startQuantity="2"'), "P1", "x", "`startQuantity 2`"),
    "several tokens on completion": (
        having(service("x"), 'completionQuantity="2"'), "P1", "x", "`completionQuantity 2`",
    ),
    "all of several events": (
        having(awaits("x"), 'parallelMultiple="true"'), "P1", "x", "`parallelMultiple true`",
    ),
    "an event for no instance": (
        loop('behavior="None" noneBehaviorEventRef="M"'), "P1", "x", f"`{MANY} behavior None`",
    ),
    "the event that no instance throws": (
        loop('behavior="None" noneBehaviorEventRef="M"'), "P1", "x", f"`{MANY} noneBehaviorEventRef`",
    ),
    "an event for one instance": (
        loop('behavior="One" oneBehaviorEventRef="M"'), "P1", "x", f"`{MANY} oneBehaviorEventRef`",
    ),
    "an event for some instances": (
        loop('behavior="Complex"', "<bpmn:complexBehaviorDefinition/>"),
        "P1", "x", f"`{MANY} complexBehaviorDefinition`",
    ),
    **{
        f"instances over {name}": (loop("", f"<bpmn:{name}>d</bpmn:{name}>"), "P1", "x", f"`{MANY} {name}`")
        for name in ("loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem")
    },
    "instances of another engine": (
        loop('flowable:collection="names"'), "P1", "x", f"`{MANY} flowable:collection`",
    ),
    "instances that are jobs": (
        loop('camunda:asyncBefore="true"'), "P1", "x", f"`{MANY} camunda:asyncBefore`",
    ),
    "instances and a loop": (
        written(again(each(user("x"), number="2"), "b")), "P1", "x", "several loop characteristics",
    ),
    **{
        f"a listener of {engine} on the {where}": (
            file, "P1", element, f"`{engine}:executionListener`, which is meant for another engine",
        )
        for engine in ("camunda", "flowable", "activiti", "operaton")
        for where, element, file in (
            ("process", "process", on_process(extensions=LISTENER.format(engine))),
            ("flow", "start_x", on_flow(inside=extension(LISTENER.format(engine)))),
            ("task", "x", having(user("x"), extensions=LISTENER.format(engine))),
        )
    },
    "a listener of a task": (
        having(user("x"), extensions='<flowable:taskListener event="create"/>'),
        "P1", "x", "`flowable:taskListener`",
    ),
    "a form inside": (
        having(user("x"), extensions='<camunda:formData><camunda:formField id="q"/></camunda:formData>'),
        "P1", "x", "`camunda:formData`",
    ),
    "tries of a job": (
        having(service("x"), extensions="<camunda:failedJobRetryTimeCycle/>"),
        "P1", "x", "`camunda:failedJobRetryTimeCycle`",
    ),
    "a condition on one variable": (
        written(until("x", "b"), ("<bpmn:conditionalEventDefinition",
                                  '<bpmn:conditionalEventDefinition camunda:variableName="b"')),
        "P1", "x", "`conditionalEventDefinition camunda:variableName`",
    ),
    "a condition on changes": (
        written(until("x", "b"), ("<bpmn:conditionalEventDefinition",
                                  '<bpmn:conditionalEventDefinition camunda:variableEvents="delete"')),
        "P1", "x", "`conditionalEventDefinition camunda:variableEvents`",
    ),
    "a script in another language": (
        having(script("x", "n = 1"), 'scriptFormat="groovy"'), "P3", "x", "scriptFormat groovy",
    ),
    "a script elsewhere": (
        written(script("x", "n = 1"), ("<bpmn:script>", '<bpmn:script camunda:resource="a.groovy">')),
        "P1", "x", "`script camunda:resource`",
    ),
    "two scripts": (
        having(script("x", "n = 1"), inside="<bpmn:script>n = 2</bpmn:script>"), "P1", "x", "`script twice`",
    ),
    "a condition in another language": (
        on_condition('language="groovy" xsi:type="bpmn:tFormalExpression"'),
        "P3", "x_u", "conditionExpression language groovy",
    ),
    "a condition with words about it inside": (
        on_condition("", "<bpmn:documentation>why</bpmn:documentation>"),
        "P1", "x_u", "`conditionExpression documentation`",
    ),
    "a timer in another language": (
        written(timer("x"), ("<bpmn:timeDuration>", '<bpmn:timeDuration language="groovy">')),
        "P3", "x", "timerEventDefinition timeDuration language groovy",
    ),
    "a language for the whole file": (
        written(user("x"), ("<bpmn:definitions ", '<bpmn:definitions expressionLanguage="groovy" ')),
        "P3", "process", "expressionLanguage groovy",
    ),
    **{
        f"a {role}": (having(user("x"), inside=OWNER.format(role)), "P1", "x", f"`{role}`")
        for role in ("potentialOwner", "humanPerformer", "performer", "resourceRole")
    },
    **{
        f"{name} of a task": (having(user("x"), f'{name}="true"'), "P1", "x", f"`{name}`")
        for name in (
            "flowable:async", "activiti:async", "operaton:asyncBefore", "camunda:asyncBefore",
            "camunda:asyncAfter",
            "flowable:skipExpression", "flowable:assignee", "camunda:priority", "zeebe:x", "spiffworkflow:x",
            "bpmn:isForCompensation",
        )
    },
    "jobs that are not exclusive": (
        having(service("x"), 'camunda:exclusive="false"'), "P1", "x", "`camunda:exclusive`",
    ),
    "who is assigned elsewhere": (
        having(user("x"), extensions='<zeebe:assignmentDefinition assignee="anna"/>'),
        "P1", "x", "`zeebe:assignmentDefinition`",
    ),
    "a script before the task": (
        having(user("x"), extensions="<spiffworkflow:preScript>n = 1</spiffworkflow:preScript>"),
        "P1", "x", "`spiffworkflow:preScript`",
    ),
    "an extension outside the extensions": (
        having(user("x"), inside="<camunda:taskListener/>"), "P1", "x", "`camunda:taskListener`",
    ),
    "an element of nobody": (
        on_process(inside='<signavio:userTask id="u"/>'), "P1", "process", "`userTask`",
    ),
    "an element without a namespace": (
        having(user("x"), inside="<potentialOwner/>"), "P1", "x", "`potentialOwner`",
    ),
    "a definition of an event among the elements": (
        on_process(inside='<bpmn:timerEventDefinition id="t"/>'), "P1", "t", "`timerEventDefinition`",
    ),
    "BPMN inside the extensions": (
        having(user("x"), extensions="<bpmn:ioSpecification/>"), "P1", "x", "`bpmn:ioSpecification`",
    ),
    "a value that a data object begins with": (
        on_process(inside=f'<bpmn:dataObject id="d">{extension("<flowable:value>1</flowable:value>")}'
                   "</bpmn:dataObject>"),
        "P1", "d", "`flowable:value`",
    ),
    "correlation keys between the pools": (
        on_process(roots='<bpmn:collaboration id="c"><bpmn:participant id="p"/><bpmn:correlationKey id="k"/>'
                   "</bpmn:collaboration>"),
        "P1", "c", "`correlationKey`",
    ),
    "data of a task": (having(user("x"), inside="<bpmn:ioSpecification/>"), "P1", "x", "`ioSpecification`"),
    "data of the process": (
        on_process(inside='<bpmn:ioSpecification id="io"/>'), "P1", "process", "`ioSpecification`",
    ),
    "data of a subprocess": (
        having(subprocess("x", start("s"), end("e"), chain("s", "e")), inside="<bpmn:ioSpecification/>"),
        "P1", "x", "`ioSpecification`",
    ),
    "a variable as BPMN declares it": (
        on_process(inside='<bpmn:property id="P" name="total"/>'), "P1", "process", "`property name total`",
    ),
    "data that is assigned": (
        having(user("x"), inside=PLACEHOLDER % "<bpmn:assignment/>"),
        "P1", "x", "`dataInputAssociation assignment`",
    ),
    "correlation as BPMN declares it": (
        on_process(inside='<bpmn:correlationSubscription id="c"/>'),
        "P1", "process", "`correlationSubscription`",
    ),
    "who may start as Camunda says": (
        on_process('camunda:candidateStarterGroups="boss"'),
        "P1", "process", "`camunda:candidateStarterGroups`",
    ),
    "a global task": (
        on_process(roots='<bpmn:globalUserTask id="g"/>'), "P1", "process", "`globalUserTask`",
    ),
    "an extension that must be understood": (
        on_process(roots='<bpmn:extension mustUnderstand="true" definition="x"/>'),
        "P1", "process", "`mustUnderstand true`",
    ),
    "an imported file": (
        on_process(roots='<bpmn:import importType="x" location="y" namespace="z"/>'),
        "P1", "process", "`import`",
    ),
    "an operation of a service": (
        having(service("x"), inside="<bpmn:operationRef>o</bpmn:operationRef>"), "P1", "x", "`operationRef`",
    ),
    "a web service for a user": (
        having(user("x"), 'implementation="##WebService"'), "P1", "x", "`implementation ##WebService`",
    ),
    "a gateway that begins a process": (
        having(receive("x"), 'instantiate="true"'), "P1", "x", "`instantiate true`",
    ),
    "an attribute misspelt": (
        having(user("x"), 'isForCompensatoin="true"'), "P1", "x", "`isForCompensatoin`",
    ),
    "a property on a flow": (
        on_flow(inside=extension('<camunda:properties><camunda:property name="writes" value="n"/>'
                                 "</camunda:properties>")),
        "P1", "start_x", "the property `writes`",
    ),
    "a property on an event definition": (
        written(timer("x"),
                ("<bpmn:timeDuration>", extension("<camunda:properties/>") + "<bpmn:timeDuration>")),
        "P1", "x", "`timerEventDefinition camunda:properties`",
    ),
    "a property of the process twice": (
        on_process(extensions='<camunda:properties><camunda:property name="var:n" value="str"/>'
                   "</camunda:properties>"),
        "P1", "process", "`var:n twice`",
    ),
    "a message with a payload of another engine": (
        on_process(roots='<bpmn:message id="Z" name="Z" flowable:x="y"/>'), "P1", "Z", "`flowable:x`",
    ),
    "a lane with a listener": (
        on_process(inside='<bpmn:laneSet id="ls"><bpmn:lane id="la">'
                   + extension(LISTENER.format("camunda")) + "</bpmn:lane></bpmn:laneSet>"),
        "P1", "la", "`camunda:executionListener`",
    ),
    "a note with a listener": (
        on_process(inside=f'<bpmn:textAnnotation id="no">{extension(LISTENER.format("camunda"))}'
                   "</bpmn:textAnnotation>"),
        "P1", "no", "`camunda:executionListener`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_nobody_runs_is_refused_by_rule_and_element_with_what_to_do(case):
    content, rule, element, words = REFUSED[case]

    found = findings(parse({"process.bpmn": content}))

    told = [one for one in found if (one.rule, one.element) == (rule, element) and words in one.message_en]
    assert told, [(one.rule, one.element, one.message_en) for one in found]
    assert "Remove" in told[0].advice_en or "Draw" in told[0].advice_en or "Write" in told[0].advice_en
    assert told[0].advice_lv not in ("", told[0].advice_en)
    assert told[0].message_lv not in ("", told[0].message_en)


DEFAULTS = 'isForCompensation="false" startQuantity="1" completionQuantity="1"'
ASKS_NOTHING = {
    "yes in another writing": BOOLEAN_ONE,
    "a user task as Signavio writes it": having(
        user("x"), f'{DEFAULTS} implementation="##unspecified"',
        "<bpmn:documentation textFormat='text/plain'>why</bpmn:documentation>",
        '<signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffff"/>',
    ),
    "a service task": having(service("x"), f'{DEFAULTS} implementation="##WebService"'),
    "a script task": having(script("x", "n = 1"), f'{DEFAULTS} scriptFormat=""'),
    "a send task": having(send("x"), f'{DEFAULTS} implementation="##WebService"'),
    "a receive task": having(receive("x"), f'{DEFAULTS} instantiate="false"'),
    "a subprocess": having(
        subprocess("x", start("s"), end("e"), chain("s", "e")), f'{DEFAULTS} triggeredByEvent="false"'
    ),
    "a catch event": having(awaits("x"), 'parallelMultiple="false"'),
    "a throw event": having(tell("x"), "", PLACEHOLDER % ""),
    "several instances": loop(
        'id="many" behavior="All" camunda:asyncBefore="false" camunda:exclusive="true"'
    ),
    "a loop": written(again(user("x"), "b"), ("<bpmn:loopCondition>",
                      '<bpmn:loopCondition id="c" language="" evaluatesToTypeRef="x:b" '
                      'xsi:type="bpmn:tFormalExpression">')),
    "a flow": on_flow(
        'isImmediate="false" bioc:stroke="#000"', "<bpmn:documentation>why</bpmn:documentation>"
    ),
    "a condition in the default language": on_condition('language="http://www.w3.org/1999/XPath"'),
    "relations between elements": on_process(
        roots='<bpmn:extension mustUnderstand="false" definition="x"/><bpmn:relationship id="r" type="x"/>'
    ),
    "a condition": on_condition('id="c" xsi:type="bpmn:tFormalExpression"'),
    "data and its associations": having(user("x"), "", PLACEHOLDER % "").replace(
        b"</bpmn:process>",
        b'<bpmn:dataObjectReference id="D" dataObjectRef="O"/><bpmn:dataObject id="O" isCollection="true" '
        b'itemSubjectRef="I"/><bpmn:textAnnotation id="t"><bpmn:text>why</bpmn:text></bpmn:textAnnotation>'
        b'<bpmn:association id="a" associationDirection="None" sourceRef="x" targetRef="t"/>'
        b'<bpmn:group id="g" categoryValueRef="v"/></bpmn:process>',
    ),
    "what the modeller of Camunda notes": written(
        user("x"), ("<bpmn:definitions ", '<bpmn:definitions exporter="Camunda Modeler" exporterVersion="5" '
                    'modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.22.0" '
                    'camunda:diagramRelationId="1" '),
        ('<bpmn:userTask id="x"',
         '<bpmn:userTask camunda:modelerTemplate="t" camunda:modelerTemplateVersion="1" '
         'camunda:asyncBefore="false" bioc:fill="#fff" color:background-color="#fff" id="x"'),
    ),
    "what archives are told": on_process(
        'camunda:versionTag="1.2" camunda:historyTimeToLive="180" camunda:isStartableInTasklist="true" '
        'isClosed="false" processType="None"'
    ),
    "what the modeller of Flowable notes": having(
        user("x"), 'flowable:formFieldValidation="true" flowable:async="false" flowable:exclusive="true"', "",
        "<design:stencilid>HumanTask</design:stencilid>",
    ),
    "languages that are the default": written(
        user("x"), ("<bpmn:definitions ", '<bpmn:definitions typeLanguage="http://www.w3.org/2001/XMLSchema" '
                    'expressionLanguage="http://www.w3.org/1999/XPath" targetNamespace="x" ')),
    "names of lanes": on_process(
        inside='<bpmn:laneSet id="ls"><bpmn:lane id="la" name="Iestāde"><bpmn:extensionElements>'
        '<camunda:properties><camunda:property name="name:en" value="School"/></camunda:properties>'
        "</bpmn:extensionElements><bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"),
    "pools, and what is declared beside them": on_process(
        roots='<bpmn:collaboration id="c" isClosed="false"><bpmn:participant id="p" processRef="process"/>'
        '<bpmn:participant id="q" name="B"><bpmn:participantMultiplicity minimum="0" maximum="9"/>'
        '</bpmn:participant><bpmn:messageFlow id="mf" sourceRef="p" targetRef="q"/>'
        '<bpmn:textAnnotation id="n"><bpmn:text>why</bpmn:text></bpmn:textAnnotation></bpmn:collaboration>'
        '<bpmn:category id="k"><bpmn:categoryValue id="v" value="V"/></bpmn:category>'
        '<bpmn:itemDefinition id="I"/><bpmn:message id="Z" name="Z" itemRef="I"/>'
        '<bpmn:dataStore id="s" name="S" isUnlimited="true"/>'),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKS_NOTHING)
def test_what_asks_for_nothing_is_accepted(case):
    assert broken(parse({"process.bpmn": ASKS_NOTHING[case]})) == []


def test_gateways_and_boundaries_may_say_what_is_so_anyway():
    definition = process(
        start().replace(' id="start"', ' id="start" isInterrupting="true" parallelMultiple="false"'),
        parallel("p").replace(' id="p"', ' id="p" gatewayDirection="Diverging"'),
        user("a"), once("o", "a", "b").replace(' id="o"', ' id="o" parallelMultiple="false"'), end("e2"),
        user("c"), parallel("j"), end(), chain("start", "p", "a", "j", "end"), chain("p", "c", "j"),
        chain("o", "e2"), variables=VARIABLES,
    )  # fmt: skip
    assert [part for element in definition.elements.values() for part in element.unsupported] == []


FLOWABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:flowable="http://flowable.org/bpmn"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:omgdc="http://www.omg.org/spec/DD/20100524/DC"
    typeLanguage="http://www.w3.org/2001/XMLSchema" expressionLanguage="http://www.w3.org/1999/XPath"
    targetNamespace="http://www.flowable.org/processdef" exporter="Flowable Open Source Modeler">
  <process id="p" isExecutable="true">
    <extensionElements><modeler:x xmlns:modeler="http://flowable.com/modeler"/></extensionElements>
    <startEvent id="s" flowable:formFieldValidation="true"/>
    <manualTask id="m"/>
    <endEvent id="e"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="m"/><sequenceFlow id="g" sourceRef="m" targetRef="e"/>
  </process>
  <bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane bpmnElement="p" id="pl">
    <bpmndi:BPMNShape bpmnElement="s" id="sh"><omgdc:Bounds height="30.0" width="30.0" x="100.0" y="163.0"/>
    </bpmndi:BPMNShape></bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</definitions>"""
SIGNAVIO = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:signavio="http://www.signavio.com"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" exporter="Signavio Process Editor, http://www.signavio.com"
    exporterVersion="16.0.0" expressionLanguage="http://www.w3.org/TR/XPath" id="sid-1"
    targetNamespace="http://www.signavio.com" typeLanguage="http://www.w3.org/2001/XMLSchema"
    xsi:schemaLocation="http://www.omg.org/spec/BPMN/20100524/MODEL http://www.omg.org/spec/BPMN/2.0/20100501/BPMN20.xsd">
  <collaboration id="c"><extensionElements><signavio:signavioDiagramMetaData metaKey="a" metaValue=""/>
    </extensionElements><participant id="pa" name="A" processRef="p"><extensionElements>
    <signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffff"/></extensionElements></participant>
  </collaboration>
  <process id="p" isClosed="false" isExecutable="true" name="P" processType="None">
    <laneSet id="ls"><lane id="la" name="L"><flowNodeRef>s</flowNodeRef>
      <flowNodeRef>m</flowNodeRef></lane></laneSet>
    <startEvent id="s" name="S" isInterrupting="true" parallelMultiple="false">
      <outgoing>f</outgoing></startEvent>
    <manualTask completionQuantity="1" id="m" isForCompensation="false" name="M" startQuantity="1">
      <incoming>f</incoming><outgoing>g</outgoing></manualTask>
    <endEvent id="e" name="E"><incoming>g</incoming></endEvent>
    <sequenceFlow id="f" isImmediate="true" name="" sourceRef="s" targetRef="m"/>
    <sequenceFlow id="g" isImmediate="false" name="" sourceRef="m" targetRef="e"/>
  </process>
</definitions>"""


@pytest.mark.parametrize("content", [FLOWABLE, SIGNAVIO])
def test_a_whole_file_of_another_modeller_says_nothing_that_does_not_run(content):
    definition = parse({"process.bpmn": content.encode()})
    assert definition.unsupported == ()
    assert [part for element in definition.elements.values() for part in element.unsupported] == []
    assert Machine.start(definition, {}).ended


def test_what_other_pools_do_is_drawing():
    theirs = (
        b'<bpmn:process id="theirs" isExecutable="false"><bpmn:adHocSubProcess id="any"/>'
        b'<bpmn:userTask id="t" isForCompensation="true" camunda:assignee="anna"/></bpmn:process>'
        b"</bpmn:definitions>"
    )
    content = written(user("x")).replace(b"</bpmn:definitions>", theirs)
    assert broken(parse({"process.bpmn": content})) == []


def test_a_start_by_the_calendar_may_say_which_kind_of_text_it_has():
    content = written(
        begins_at("start", "every day 08:00") + user("x") + end() + chain("start", "x", "end"),
        ("<bpmn:timeCycle>", '<bpmn:timeCycle xsi:type="bpmn:tFormalExpression">'),
        ('<camunda:property name="start:head" value="true"/>', ""), straight=False,
    )  # fmt: skip
    assert broken(parse({"process.bpmn": content})) == []
