"""Decision tables: as written, compiled over declared variables, and what they leave open or say twice."""

from __future__ import annotations

from engine.core.decisions.cells import ANYTHING, Cell, literal, split_cell, unary_test
from engine.core.decisions.compiled import CompiledDecision, CompiledRule, CompiledTable, Outcome
from engine.core.decisions.compiling import compiled_decision, compiled_table, is_constant, output_cell
from engine.core.decisions.coverage import Coverage, TooManyLooks
from engine.core.decisions.written import (
    AGGREGATIONS,
    MOST_COLUMNS,
    MOST_RULES,
    POLICIES,
    RANKED,
    Decision,
    Input,
    Label,
    Output,
    Problem,
    Rule,
    Table,
    version_on,
)

__all__ = [
    "AGGREGATIONS",
    "ANYTHING",
    "MOST_COLUMNS",
    "MOST_RULES",
    "POLICIES",
    "RANKED",
    "Cell",
    "CompiledDecision",
    "CompiledRule",
    "CompiledTable",
    "Coverage",
    "Decision",
    "Input",
    "Label",
    "Outcome",
    "Output",
    "Problem",
    "Rule",
    "Table",
    "TooManyLooks",
    "compiled_decision",
    "compiled_table",
    "is_constant",
    "literal",
    "output_cell",
    "split_cell",
    "unary_test",
    "version_on",
]
