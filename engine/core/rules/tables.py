"""P8: decision tables that can be evaluated, without gaps and without overlaps."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any, Final

from engine.core.decisions import POLICIES, CompiledTable, Table, literals, unary_test
from engine.core.definition import Element
from engine.core.errors import ExpressionInvalid
from engine.core.rules.found import Found
from engine.core.usage import decision_of, result_names

MOST_RULES: Final = 200
MOST_CASES: Final = 20_000
ANOTHER: Final = "\N{HORIZONTAL ELLIPSIS}"


def table_violations(found: Found) -> None:
    """Adds what is wrong with the decision tables that the diagram asks."""
    for element in found.definition.elements.values():
        if element.type == "businessRuleTask":
            _business_rule_task(found, element)


def _business_rule_task(found: Found, element: Element) -> None:
    definition = found.definition
    table = definition.decisions.get(element.decision)
    if table is None:
        found.add("table", element.id, element.decision or "-")
        return
    if table.policy not in POLICIES or not table.rules or not table.outputs or len(table.rules) > MOST_RULES:
        found.add("table", element.id, f"{table.id}: {table.policy}, {len(table.rules)}")
        return
    single = element.map_result == "singleEntry"
    if element.map_result not in ("", "singleEntry", "singleResult") or (
        single and (len(table.outputs) != 1 or not element.result_variable)
    ):
        found.add("table", element.id, f"{table.id}: {element.map_result}")
        return
    missing = set(result_names(definition, element).values()) - set(definition.variables)
    if missing:
        found.add("table", element.id, ", ".join(sorted(missing)) or "-")
        return
    try:
        compiled = decision_of(definition, element)
        columns = [_column(table, compiled, at) for at in range(len(table.inputs))]
    except ExpressionInvalid as error:
        found.add("table", element.id, f"{table.id}: {error}")
        return
    _cases(found, element, table, compiled, columns)


def _cases(
    found: Found, element: Element, table: Table, compiled: CompiledTable, columns: list[list[Any]]
) -> None:
    if prod(len(column) for column in columns) > MOST_CASES:
        found.add("table", element.id, f"{table.id}: > {MOST_CASES}")
        return
    gap = overlap = False
    decided: set[int] = set()
    for values in product(*columns):
        matching = compiled.matching(values)
        decided.update(matching[:1])
        case = ", ".join(f"{c.expression} = {v}" for c, v in zip(table.inputs, values, strict=True))
        if not matching and not gap:
            gap = True
            found.add("gap", element.id, f"{table.id} ({case})")
        if len(matching) > 1 and table.policy == "UNIQUE" and not overlap:
            overlap = True
            rules = " ".join(compiled.rules[at][0] for at in matching)
            found.add("overlap", element.id, f"{table.id} ({case}): {rules}")
    if not overlap:
        for at in sorted(set(range(len(table.rules))) - decided):
            found.add("dead_rule", element.id, f"{table.id}, {compiled.rules[at][0]}")


def _column(table: Table, compiled: CompiledTable, at: int) -> list[Any]:
    """One value of every kind that the cells of a column tell apart."""
    kind, column = compiled.inputs[at].type, table.inputs[at]
    if column.type and column.type != kind and {column.type, kind} != {"int", "decimal"}:
        raise ExpressionInvalid(written=column.expression, wanted=column.type, met=kind)
    written = {value for rule in table.rules for value in literals(rule.tests[at], kind)}
    match kind:
        case "bool":
            values: list[Any] = [True, False]
        case "str":
            values = [*sorted(written), ANOTHER]
        case "date":
            values = _around(sorted(written), timedelta(days=1), date(2025, 1, 1))
        case "int" | "decimal":
            step = 1 if kind == "int" else Decimal("0.0000000001")
            values = _around(sorted(written), step, 0 if kind == "int" else Decimal(0))
        case _:
            raise ExpressionInvalid(written=column.expression, because=f"{kind} decides nothing")
    if column.allowed:
        allowed = unary_test(column.allowed, kind)
        named = literals(column.allowed, kind) if kind == "str" else ()
        values = [value for value in {*values, *named} if allowed(value)]
        if not values:
            raise ExpressionInvalid(written=column.allowed[:80], because="no value is allowed")
    return values


def _around(written: list[Any], step: Any, otherwise: Any) -> list[Any]:
    if not written:
        return [otherwise]
    return sorted({value + shift for value in written for shift in (-step, step - step, step)})
