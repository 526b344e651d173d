"""Decision tables: read from DMN, evaluated by our own hit policies (UNIQUE, FIRST)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from engine.core.errors import ExpressionInvalid, NoRuleMatched, SeveralRulesMatched
from engine.core.expressions import LONGEST, Expression, compiled

POLICIES: Final = ("UNIQUE", "FIRST")
_RANGE = re.compile(r"([\[\](])\s*(.+?)\s*\.\.\s*(.+?)\s*([\[\])])\Z")
_LITERAL = re.compile(r'"[^"]*"|date\("\d{4}-\d{2}-\d{2}"\)|-?\d+(?:\.\d+)?|true|false')
_COMMA = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*\Z)')

Test = Callable[[Any], bool]


def _no_words() -> Mapping[str, tuple[str, str]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Label:
    """What a column is called, and its values by the word in the cells; Latvian and English."""

    lv: str = ""
    en: str = ""
    words: Mapping[str, tuple[str, str]] = field(default_factory=_no_words)


@dataclass(frozen=True, slots=True)
class Input:
    """One input column: its expression, its written type and the values that can occur (empty: any)."""

    label: Label
    expression: str
    type: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table, as written."""

    id: str
    tests: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table, as written; a label for each output."""

    id: str
    name: str
    name_en: str
    policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    labels: tuple[Label, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A table over declared variables, ready to decide."""

    id: str
    policy: str
    inputs: tuple[Expression, ...]
    rules: tuple[tuple[str, tuple[Test, ...], tuple[Expression, ...]], ...]
    outputs: tuple[str, ...]

    def matching(self, values: tuple[Any, ...]) -> tuple[int, ...]:
        """The positions of all rules that match these input values."""
        return tuple(
            index
            for index, (_, tests, _) in enumerate(self.rules)
            if all(test(value) for test, value in zip(tests, values, strict=True))
        )

    def decide(self, variables: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The outputs and the ids of the rules that fired; NoRuleMatched, SeveralRulesMatched."""
        values = tuple(column.evaluate(variables) for column in self.inputs)
        found = self.matching(values)
        if not found:
            raise NoRuleMatched(decision=self.id)
        if self.policy == "UNIQUE" and len(found) > 1:
            raise SeveralRulesMatched(decision=self.id, rules=" ".join(self.rules[at][0] for at in found))
        rule, _, outputs = self.rules[found[0]]
        decided = {
            name: output.evaluate(variables) for name, output in zip(self.outputs, outputs, strict=True)
        }
        return decided, (rule,)


def compiled_table(table: Table, types: Mapping[str, str], results: Mapping[str, str]) -> CompiledTable:
    """The table over declared variables; `results` names the variable of each output; ExpressionInvalid."""
    inputs = tuple(compiled(column.expression, types) for column in table.inputs)
    rules = []
    for rule in table.rules:
        if len(rule.tests) != len(inputs) or len(rule.outputs) != len(table.outputs):
            raise ExpressionInvalid(decision=table.id, rule=rule.id, because="a cell is missing")
        tests = tuple(unary_test(text, column.type) for text, column in zip(rule.tests, inputs, strict=True))
        outputs = tuple(
            compiled(_plain(text), types, types[results[name]])
            for text, name in zip(rule.outputs, table.outputs, strict=True)
        )
        rules.append((rule.id, tests, outputs))
    names = tuple(results[name] for name in table.outputs)
    return CompiledTable(table.id, table.policy, inputs, tuple(rules), names)


def _plain(text: str) -> str:
    return {"true": "True", "false": "False", "null": "None", "": "None"}.get(text.strip(), text)


def unary_test(text: str, kind: str) -> Test:
    """The test of a cell: `-`, values with commas, `< 5`, `[1..5]`, `not(...)`; ExpressionInvalid."""
    text = text.strip()
    if len(text) > LONGEST:
        raise ExpressionInvalid(written=text[:80], because="too long")
    if text in ("", "-"):
        return lambda _: True
    if text.startswith("not(") and text.endswith(")"):
        inner = unary_test(text[4:-1], kind)
        return lambda value: value is not None and not inner(value)
    parts = tuple(_single(part, kind) for part in split_cell(text))
    return lambda value: any(part(value) for part in parts)


def split_cell(text: str) -> tuple[str, ...]:
    """The alternatives of a cell, divided by the commas outside quotes."""
    return tuple(part.strip() for part in _COMMA.split(text))


def _single(text: str, kind: str) -> Test:
    if found := _RANGE.match(text):
        low, high = literal(found[2], kind), literal(found[3], kind)
        above = _SIGNS[">=" if found[1] == "[" else ">"]
        below = _SIGNS["<=" if found[4] == "]" else "<"]
        return lambda value: value is not None and above(value, low) and below(value, high)
    for sign, test in _SIGNS.items():
        if text.startswith(sign):
            bound = literal(text[len(sign) :], kind)
            return lambda value: value is not None and test(value, bound)
    wanted = literal(text, kind)
    return lambda value: value == wanted


_SIGNS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


def literal(text: str, kind: str) -> Any:
    """A value written in a cell, of the type of its column; ExpressionInvalid."""
    text = text.strip()
    if not _LITERAL.fullmatch(text) or len(text) > 200:
        raise ExpressionInvalid(written=text[:80], because="not a value")
    if text.startswith('"'):
        value: Any = text[1:-1]
        met = "str"
    elif text.startswith("date("):
        met, value = "date", _day(text[6:-2])
    elif text in ("true", "false"):
        met, value = "bool", text == "true"
    else:
        met, value = ("decimal", Decimal(text)) if "." in text or kind == "decimal" else ("int", int(text))
    if met != kind and not (met == "decimal" and kind == "int"):
        raise ExpressionInvalid(written=text[:80], wanted=kind, met=met)
    return value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ExpressionInvalid(written=text, because="not a day") from error


def literals(text: str, kind: str) -> tuple[Any, ...]:
    """Every value that a cell writes, in order; ExpressionInvalid."""
    return tuple(literal(found, kind) for found in _LITERAL.findall(text) if text.strip() != "-")
