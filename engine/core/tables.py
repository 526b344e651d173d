"""Reads decision tables from DMN files of any version."""

from __future__ import annotations

from typing import Any, Final

from engine.core.decisions import Input, Rule, Table
from engine.core.xml import local, opened, refused, text_of

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
    return Table(
        id=key,
        name=decision.get("name", ""),
        policy=body.get("hitPolicy", "UNIQUE"),
        inputs=tuple(_input(column) for column in body if local(column) == "input"),
        outputs=tuple(column.get("name", "") for column in body if local(column) == "output"),
        rules=tuple(_rule(at, row) for at, row in enumerate(_rows(body), start=1)),
    )


def _rows(body: Any) -> list[Any]:
    return [row for row in body if local(row) == "rule"]


def _input(column: Any) -> Input:
    expression = next((child for child in column if local(child) == "inputExpression"), None)
    values = next((child for child in column if local(child) == "inputValues"), None)
    written = "" if expression is None else expression.get("typeRef", "")
    return Input(
        label=column.get("label", ""),
        expression=text_of(expression),
        type=_TYPES.get(written.lower(), ""),
        allowed=text_of(values),
    )


def _rule(at: int, row: Any) -> Rule:
    return Rule(
        id=row.get("id") or f"rule_{at}",
        tests=tuple(text_of(cell) for cell in row if local(cell) == "inputEntry"),
        outputs=tuple(text_of(cell) for cell in row if local(cell) == "outputEntry"),
    )
