"""Processes whose failing step stands inside one of several, or in a process that is called."""

from __future__ import annotations

from typing import Any

from tests.engine import diagrams as d

SCHOOLS = ["a", "b", "c"]
NAMES: dict[str, Any] = {
    "schools": "list", "school": "str", "by": "int", "share": "int", "total": "int", "organisation": "int",
}  # fmt: skip


def service(key: str, topic: str, writes: str) -> str:
    """An external task that lists what it writes."""
    return d.service(key, topic).replace(d.properties(), d.properties(writes=writes))


def asked_of_each(topic: str, group: str = "clerk@1") -> dict[str, bytes]:
    """Each of a list says by how many its share is divided; the division may fail."""
    inside = [
        d.start("s"), d.user("ask", group=group, writes="by"), service("divide", topic, "share"),
        d.user("look", group=group), d.end("e"), d.flows("s ask divide look e"),
    ]  # fmt: skip
    return d.sequence("asking_each", _each(inside), d.user("after", group=group), **NAMES)


def divided_for_each(topic: str, list_of: str, group: str) -> dict[str, bytes]:
    """The same of a list that a step gives, and the division itself knows by how many."""
    inside = [
        d.start("s"), service("divide", topic, "by share"), d.user("look", group=group), d.end("e"),
        d.flows("s divide look e"),
    ]  # fmt: skip
    first = service("list", list_of, "schools")
    return d.sequence("dividing_each", first, _each(inside), d.user("after", group=group), **NAMES)


def _each(inside: list[str]) -> str:
    several = (
        '<multiInstanceLoopCharacteristics camunda:collection="schools" camunda:elementVariable="school"/>'
    )
    return (
        f'<subProcess id="asked" name="Jautā skolām">{d.properties()}{"".join(inside)}{several}</subProcess>'
    )


def called_division(topic: str, group: str = "clerk@1") -> tuple[dict[str, bytes], dict[str, bytes]]:
    """A process that divides by what it is given, and one that calls it and takes the share."""
    called = d.sequence(
        "division", service("divide", topic, "share"), d.user("look", group=group), by="int", share="int",
        organisation="int",
    )  # fmt: skip
    given = (
        '<camunda:in source="number" target="by"/><camunda:in source="organisation" target="organisation"/>'
    )
    taken = '<camunda:out source="share" target="result"/>'
    inside = d.properties().replace("</extensionElements>", f"{given}{taken}</extensionElements>")
    call = f'<callActivity id="asked" name="Dalīšana" calledElement="division">{inside}</callActivity>'
    caller = d.sequence(
        "calling", call, d.user("after", group=group), number="int", result="int", organisation="int"
    )
    return called, caller
