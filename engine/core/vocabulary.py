"""What a BPMN file may say: of every element the attributes and parts that run, are drawing or tell nothing.

An attribute is written alone when any value will do, and with the values that will do otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from engine.core.xml import BPMN, CAMUNDA

_ANY: Final[frozenset[str]] = frozenset()
# What modellers write where nobody chose a language: the default of BPMN, in both its writings.
_DEFAULT_LANGUAGE: Final = "http://www.w3.org/1999/XPath|http://www.w3.org/TR/XPath|"


class Said(NamedTuple):
    """The attributes that an element may have with their values, none for any; the elements it may hold."""

    attributes: Mapping[str, frozenset[str]]
    parts: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _attributes(text: str) -> dict[str, frozenset[str]]:
    written = (word.partition("=") for word in text.split())
    return {name: frozenset(values.split("|")) if equals else _ANY for name, equals, values in written}


def _said(attributes: str = "", parts: str = "", *, text: bool = False) -> Said:
    """An element with an id, documentation and extensions of its own, or one that is only text."""
    base = "" if text else "documentation extensionElements"
    return Said(_attributes(f"id {attributes}"), _words(f"{base} {parts}"))


def _node(attributes: str = "", parts: str = "") -> Said:
    common = "incoming outgoing auditing monitoring categoryValueRef"
    return _said(f"name {attributes}", f"{common} {parts}")


def _activity(attributes: str = "", parts: str = "") -> Said:
    common = "default isForCompensation=false|0 startQuantity=1 completionQuantity=1"
    return _node(f"{common} {attributes}", f"property dataInputAssociation dataOutputAssociation {parts}")


# Drawn and never run, with whatever is inside.
DRAWN: Final = _words(
    """
    textAnnotation association group dataObject dataObjectReference dataStoreReference dataStore participant
    messageFlow conversation subConversation callConversation conversationLink conversationAssociation
    participantAssociation messageFlowAssociation category itemDefinition resource interface endPoint
    partnerEntity partnerRole relationship
    """
)
# Those that stand beside the process run nothing: an event that refers to one is refused itself.
_DEFINITIONS: Final = """
    messageEventDefinition signalEventDefinition errorEventDefinition escalationEventDefinition
    timerEventDefinition conditionalEventDefinition terminateEventDefinition linkEventDefinition
    compensateEventDefinition cancelEventDefinition
"""
_ARTIFACTS: Final = "textAnnotation association group"
_SCOPE: Final = (
    f"sequenceFlow laneSet property dataObject dataObjectReference dataStoreReference {_ARTIFACTS}"
)

# What stands among the flow nodes of a process or subprocess and is none.
NO_NODES: Final = _words(
    f"""
    {_SCOPE} documentation extensionElements incoming outgoing auditing monitoring categoryValueRef
    dataInputAssociation dataOutputAssociation ioSpecification ioBinding supports correlationSubscription
    resourceRole performer humanPerformer potentialOwner standardLoopCharacteristics
    multiInstanceLoopCharacteristics
    """
)

NODES: Final[Mapping[str, Said]] = {
    "startEvent": _node(
        "isInterrupting=true|false|1|0 parallelMultiple=false|0", "dataOutputAssociation property"
    ),
    "boundaryEvent": _node(
        "attachedToRef cancelActivity=true|false|1|0 parallelMultiple=false|0",
        "dataOutputAssociation property",
    ),
    "intermediateCatchEvent": _node("parallelMultiple=false|0", "dataOutputAssociation property"),
    "intermediateThrowEvent": _node("", "dataInputAssociation property"),
    "endEvent": _node("", "dataInputAssociation property"),
    "userTask": _activity("implementation=##unspecified"),
    "serviceTask": _activity("implementation=##WebService|##unspecified"),
    "sendTask": _activity("implementation=##WebService|##unspecified messageRef"),
    "receiveTask": _activity("implementation=##WebService|##unspecified messageRef instantiate=false|0"),
    "businessRuleTask": _activity("implementation=##unspecified"),
    "scriptTask": _activity("scriptFormat=", "script"),
    "manualTask": _activity(),
    "callActivity": _activity("calledElement"),
    "subProcess": _activity("triggeredByEvent=true|false|1|0", _SCOPE),
    "exclusiveGateway": _node("gatewayDirection default"),
    "inclusiveGateway": _node("gatewayDirection default"),
    "parallelGateway": _node("gatewayDirection"),
    "eventBasedGateway": _node("gatewayDirection instantiate=false|0 eventGatewayType=Exclusive"),
}

# What holds nothing but its text.
TEXT_ONLY: Final = _words(
    "script conditionExpression condition timeDuration timeDate timeCycle loopCondition loopCardinality "
    "completionCondition"
)
_EXPRESSION: Final = _said(f"language={_DEFAULT_LANGUAGE} evaluatesToTypeRef", text=True)
_ASSOCIATION: Final = _said("", "sourceRef targetRef")

# What a flow node or a sequence flow is made of.
PARTS: Final[Mapping[str, Said]] = {
    "messageEventDefinition": _said("messageRef"),
    "signalEventDefinition": _said("signalRef"),
    "errorEventDefinition": _said("errorRef"),
    "escalationEventDefinition": _said("escalationRef"),
    "terminateEventDefinition": _said(),
    "conditionalEventDefinition": _said("", "condition"),
    "timerEventDefinition": _said("", "timeDuration timeDate timeCycle"),
    "standardLoopCharacteristics": _said("testBefore=true|false|1|0 loopMaximum", "loopCondition"),
    "multiInstanceLoopCharacteristics": _said(
        "isSequential=true|false|1|0 behavior=All", "loopCardinality completionCondition"
    ),
    **dict.fromkeys(TEXT_ONLY, _EXPRESSION),
    "script": _said(text=True),
    "property": _said("name=__targetRef_placeholder itemSubjectRef", "dataState"),
    "dataInputAssociation": _ASSOCIATION,
    "dataOutputAssociation": _ASSOCIATION,
    "auditing": _said(),
    "monitoring": _said(),
}

# Everything else that is looked at by itself.
OTHERS: Final[Mapping[str, Said]] = {
    "definitions": _said(
        f"name targetNamespace typeLanguage exporter exporterVersion expressionLanguage={_DEFAULT_LANGUAGE}",
        f"process collaboration extension message signal error escalation {_DEFINITIONS} {' '.join(DRAWN)}",
    ),
    "extension": _said("definition mustUnderstand=false|0"),
    "collaboration": _said("name isClosed", " ".join(DRAWN)),
    "message": _said("name itemRef"),
    "signal": _said("name structureRef"),
    "error": _said("name errorCode structureRef"),
    "escalation": _said("name escalationCode structureRef"),
    "process": _said(
        "name isExecutable=true|false|1|0 isClosed processType definitionalCollaborationRef",
        f"auditing monitoring {_SCOPE}",
    ),
    "sequenceFlow": _said(
        "name sourceRef targetRef isImmediate", "conditionExpression auditing monitoring categoryValueRef"
    ),
    "laneSet": _said("name", "lane"),
    "childLaneSet": _said("name", "lane"),
    "lane": _said("name partitionElementRef", "partitionElement flowNodeRef childLaneSet"),
}

# Namespaces in which other engines are told what to run, by the prefix that is usual for each.
ENGINES: Final[Mapping[str, str]] = {
    CAMUNDA: "camunda",
    BPMN: "bpmn",
    "{http://camunda.org/schema/zeebe/1.0}": "zeebe",
    "{http://flowable.org/bpmn}": "flowable",
    "{http://activiti.org/bpmn}": "activiti",
    "{http://operaton.org/schema/1.0/bpmn}": "operaton",
    "{http://spiffworkflow.org/bpmn/schema/1.0/core}": "spiffworkflow",
    "{http://www.jboss.org/drools}": "drools",
}

# The attributes in the namespace of Camunda that are read.
CAMUNDA_READ: Final[Mapping[str, frozenset[str]]] = {
    "userTask": _words("formKey candidateGroups assignee dueDate"),
    "serviceTask": _words("type topic"),
    "businessRuleTask": _words("decisionRef resultVariable mapDecisionResult"),
    "multiInstanceLoopCharacteristics": _words("collection elementVariable"),
}

# Attributes of any engine that ask for nothing: what is so anyway, and what its modeller or archive notes.
ASKS_NOTHING: Final = _attributes(
    """
    async=false asyncBefore=false asyncAfter=false exclusive=true triggerable=false adHoc=false
    isStartableInTasklist=true formFieldValidation versionTag historyTimeToLive diagramRelationId packageName
    version modelerTemplate modelerTemplateVersion modelerTemplateIcon
    """
)

# Extension elements of engines that are read or note something, by the elements that may have them.
EXTENSIONS: Final[Mapping[str, frozenset[str]]] = {
    "camunda:properties": frozenset({*NODES, *OTHERS, *DRAWN}),
    "camunda:property": frozenset({*NODES, *OTHERS, *DRAWN}),
    "camunda:in": frozenset({"callActivity"}),
    "camunda:out": frozenset({"callActivity"}),
    "zeebe:versionTag": frozenset({"process"}),
    "drools:metaData": frozenset({*NODES, *OTHERS, *DRAWN}),
}
