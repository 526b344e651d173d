"""Tiny process folders, written in a few words."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test" id="d">
{errors}<process id="{key}" name="Pārbaude" isExecutable="true">
<extensionElements><camunda:properties>
<camunda:property name="name:en" value="Test"/>{people}
{variables}</camunda:properties></extensionElements>
"""
FOOT = "</process></definitions>"


def properties(**named: str) -> str:
    """Camunda properties; `__` in a name stands for a colon."""
    found = {"name__en": "Thing", **named}
    items = "".join(
        f'<camunda:property name="{name.replace("__", ":")}" value="{value}"/>'
        for name, value in found.items()
    )
    return f"<extensionElements><camunda:properties>{items}</camunda:properties></extensionElements>"


def start(key: str = "start") -> str:
    return f'<startEvent id="{key}" name="Sākums">{properties()}</startEvent>'


def begins(key: str, message: str, *, kind: str = "message", **named: str) -> str:
    """A start event for a message or signal."""
    inside = f'{properties(**named)}<{kind}EventDefinition {kind}Ref="{message}"/>'
    return f'<startEvent id="{key}" name="Sākas no ziņas">{inside}</startEvent>'


def begins_at(key: str, when: str, how: str = "timeCycle") -> str:
    """A start event by the calendar."""
    timer = f"<timerEventDefinition><{how}>{when}</{how}></timerEventDefinition>"
    return f'<startEvent id="{key}" name="Sākas pats">{properties()}{timer}</startEvent>'


def end(key: str = "end", inside: str = "") -> str:
    return f'<endEvent id="{key}" name="Beigas">{properties()}{inside}</endEvent>'


def user(
    key: str,
    *,
    group: str = "clerk@1",
    assignee: str = "",
    due: str = "P10D",
    form: str = "form",
    **named: str,
) -> str:
    who = (f'camunda:candidateGroups="{group}" ' if group else "") + (
        f'camunda:assignee="{assignee}" ' if assignee else ""
    )
    return (
        f'<userTask id="{key}" name="Uzdevums" camunda:formKey="{form}" {who}camunda:dueDate="{due}">'
        f"{properties(**named)}</userTask>"
    )


def service(key: str, topic: str) -> str:
    return (
        f'<serviceTask id="{key}" name="Darbs" camunda:type="external" camunda:topic="{topic}">'
        f"{properties()}</serviceTask>"
    )


def timer(key: str, on: str, rule: str, *, interrupting: bool = True) -> str:
    return (
        f'<boundaryEvent id="{key}" name="Laiks" attachedToRef="{on}" '
        f'cancelActivity="{str(interrupting).lower()}">{properties()}'
        f"<timerEventDefinition><timeDuration>{rule}</timeDuration></timerEventDefinition></boundaryEvent>"
    )


def pause(key: str, rule: str) -> str:
    return (
        f'<intermediateCatchEvent id="{key}" name="Gaida">{properties()}'
        f"<timerEventDefinition><timeDuration>{rule}</timeDuration></timerEventDefinition>"
        f"</intermediateCatchEvent>"
    )


def error(key: str, on: str, code: str) -> str:
    return (
        f'<boundaryEvent id="{key}" name="Kļūda" attachedToRef="{on}">{properties()}'
        f'<errorEventDefinition errorRef="error_{code}"/></boundaryEvent>'
    )


def awaits(
    key: str, message: str, on: str = "", *, kind: str = "message", interrupting: bool = True, **named: str
) -> str:
    """A catch event for a message or signal, or a boundary event `on` something."""
    inside = f'{properties(**named)}<{kind}EventDefinition {kind}Ref="{message}"/>'
    if on:
        where = f'attachedToRef="{on}" cancelActivity="{str(interrupting).lower()}"'
        return f'<boundaryEvent id="{key}" name="Ziņojums" {where}>{inside}</boundaryEvent>'
    return f'<intermediateCatchEvent id="{key}" name="Ziņojums">{inside}</intermediateCatchEvent>'


def conditional(key: str, on: str, condition: str, *, interrupting: bool = True) -> str:
    """A boundary event `on` something that happens when a condition, as XML, comes true."""
    inside = f"<conditionalEventDefinition><condition>{condition}</condition></conditionalEventDefinition>"
    where = f'attachedToRef="{on}" cancelActivity="{str(interrupting).lower()}"'
    return f'<boundaryEvent id="{key}" name="Nosacījums" {where}>{properties()}{inside}</boundaryEvent>'


def throws(key: str, message: str, *, kind: str = "message", **named: str) -> str:
    """An intermediate throw event for a message or signal."""
    inside = f'{properties(**named)}<{kind}EventDefinition {kind}Ref="{message}"/>'
    return f'<intermediateThrowEvent id="{key}" name="Sūta">{inside}</intermediateThrowEvent>'


def parallel(key: str) -> str:
    return f'<parallelGateway id="{key}" name="Zari">{properties()}</parallelGateway>'


def choice(key: str, default: str) -> str:
    return f'<exclusiveGateway id="{key}" name="Izvēle" default="{default}">{properties()}</exclusiveGateway>'


def flows(*paths: str, **conditions: str) -> str:
    """`"a b c"` is a chain; the flow from a to b is `a_b`, which a condition may name."""
    found = []
    for path in paths:
        names = path.split()
        for source, target in pairwise(names):
            key = f"{source}_{target}"
            inside = (
                f"<conditionExpression>${{{conditions[key]}}}</conditionExpression>"
                if key in conditions
                else ""
            )
            found.append(
                f'<sequenceFlow id="{key}" name="Ceļš" sourceRef="{source}" targetRef="{target}">'
                f"{properties()}{inside}</sequenceFlow>"
            )
    return "\n".join(dict.fromkeys(found))


def process(
    key: str,
    *parts: str,
    codes: tuple[str, ...] = (),
    messages: tuple[str, ...] = (),
    signals: tuple[str, ...] = (),
    people: bool = True,
    leaves: tuple[str, ...] = (),
    **variables: str,
) -> dict[str, bytes]:
    """The files of a process folder with one form.

    `people`: clerks may start it; `leaves`: the codes of errors that its caller catches.
    """
    starters = '<camunda:property name="start:clerk" value="true"/>' if people else ""
    declared = "".join(
        f'<camunda:property name="var:{name}" value="{kind}"/>' for name, kind in variables.items()
    )
    declared += "".join(f'<camunda:property name="throws:{code}" value="error"/>' for code in leaves)
    errors = "".join(f'<error id="error_{code}" errorCode="{code}"/>' for code in codes)
    errors += "".join(f'<message id="{name}" name="{name}"/>' for name in messages)
    errors += "".join(f'<signal id="{name}" name="{name}"/>' for name in signals)
    head = HEAD.format(key=key, variables=declared, errors=errors, people=starters)
    text = "\n".join([head, *parts, FOOT])
    return {f"{key}.bpmn": text.encode(), "forms/form.json": b'{"x-title": {"lv": "Forma", "en": "Form"}}'}


def sequence(key: str, *parts: str, codes: tuple[str, ...] = (), **named: Any) -> dict[str, bytes]:
    """Start, the parts one after another, end."""
    ids = [part.split('id="', 1)[1].split('"', 1)[0] for part in parts]
    chain = " ".join(["start", *ids, "end"])
    return process(key, start(), *parts, end(), flows(chain), codes=codes, **named)
