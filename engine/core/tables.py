"""Reads decision tables from DMN files of any version."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from engine.core.decisions import Input, Label, Rule, Table
from engine.core.xml import CAMUNDA, local, opened, refused, text_of

_TYPES: Final = {
    "string": "str",
    "boolean": "bool",
    "integer": "int",
    "long": "int",
    "number": "decimal",
    "double": "decimal",
    "date": "date",
}


def read_tables(name: str, content: bytes) -> tuple[Table, ...]:
    """The decision tables of one file; DiagramRefused."""
    root = opened(name, content)
    return tuple(_table(name, decision) for decision in root if local(decision) == "decision")


def _table(file: str, decision: Any) -> Table:
    key = decision.get("id", "")
    body = next((child for child in decision if local(child) == "decisionTable"), None)
    if body is None or not key:
        raise refused("P8", key or file, "The decision has no table.", "Lēmumam nav tabulas.")
    outputs = [column for column in body if local(column) == "output"]
    return Table(
        id=key,
        name=decision.get("name", ""),
        name_en=_properties(decision).get("name:en", ""),
        policy=body.get("hitPolicy", "UNIQUE"),
        inputs=tuple(_input(column) for column in body if local(column) == "input"),
        outputs=tuple(column.get("name", "") for column in outputs),
        labels=tuple(_label(column) for column in outputs),
        rules=tuple(_rule(at, row) for at, row in enumerate(_rows(body), start=1)),
    )


def _rows(body: Any) -> list[Any]:
    return [row for row in body if local(row) == "rule"]


def _input(column: Any) -> Input:
    expression = next((child for child in column if local(child) == "inputExpression"), None)
    values = next((child for child in column if local(child) == "inputValues"), None)
    written = "" if expression is None else expression.get("typeRef", "")
    return Input(
        label=_label(column),
        expression=text_of(expression),
        type=_TYPES.get(written.lower(), ""),
        allowed=text_of(values),
    )


def _label(column: Any) -> Label:
    """Its name, and the words of its values: `value:<value>:lv` and `value:<value>:en`."""
    properties = _properties(column)
    values = {name[6:-3] for name in properties if name.startswith("value:")}
    words = {
        value: (properties.get(f"value:{value}:lv", ""), properties.get(f"value:{value}:en", ""))
        for value in sorted(values)
    }
    return Label(column.get("label", ""), properties.get("name:en", ""), MappingProxyType(words))


def _properties(node: Any) -> Mapping[str, str]:
    """Every `camunda:property` of a decision or a column by name."""
    extensions = (child for child in node if local(child) == "extensionElements")
    return {
        item.get("name", ""): item.get("value", "")
        for extension in extensions
        for item in extension.iter(f"{CAMUNDA}property")
    }


def _rule(at: int, row: Any) -> Rule:
    return Rule(
        id=row.get("id") or f"rule_{at}",
        tests=tuple(text_of(cell) for cell in row if local(cell) == "inputEntry"),
        outputs=tuple(text_of(cell) for cell in row if local(cell) == "outputEntry"),
    )
