"""Checks and compiles decision tables over declared variables, telling every cell that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.decisions.cells import ORDERED, Cell, is_literal, literal, unary_test
from engine.core.decisions.compiled import CompiledDecision, CompiledRule, CompiledTable
from engine.core.decisions.written import RANKED, Decision, Output, Problem, Rule, Table
from engine.core.errors import CellInvalid, ExpressionInvalid, TableInvalid
from engine.core.expressions import BOTH_NUMBERS, Expression, compiled, fits


def compiled_decision(
    decision: Decision, types: Mapping[str, str], results: Mapping[str, str], day: str = ""
) -> CompiledDecision:
    """All versions over declared variables; `day` is an expression for the day; ExpressionInvalid."""
    versions = tuple(compiled_table(table, types, results) for table in decision.versions)
    return CompiledDecision(decision.id, versions, compiled(day, types, "date") if day else None)


def compiled_table(table: Table, types: Mapping[str, str], results: Mapping[str, str]) -> CompiledTable:
    """The table over declared variables; `results` names the variable of each output; TableInvalid."""
    compiler = _Compiler(table, types, results)
    made = compiler.compile()
    if made is None or compiler.problems:
        raise TableInvalid(compiler.problems, decision=table.id)
    return made


class _Compiler:
    """Compiles one table and gathers what is wrong with it."""

    def __init__(self, table: Table, types: Mapping[str, str], results: Mapping[str, str]) -> None:
        self.table = table
        self.types = types
        self.results = results
        self.problems: list[Problem] = list(table.problems)
        self.kinds: tuple[str, ...] = ()

    def compile(self) -> CompiledTable | None:
        table = self.table
        inputs = [self._input(at) for at in range(len(table.inputs))]
        kinds = [None if column is None else column.type for column in inputs]
        self.kinds = tuple(self._kind(output) for output in table.outputs)
        allowed = tuple(
            self._allowed(column.allowed, kind or "", column.title)
            for column, kind in zip(table.inputs, kinds, strict=True)
        )
        results = tuple(
            self._allowed(output.allowed, kind, output.title)
            for output, kind in zip(table.outputs, self.kinds, strict=True)
        )
        rules = [self._rule(rule, kinds) for rule in table.rules]
        default = self._default()
        if self.problems or any(rule is None for rule in rules):
            return None
        return CompiledTable(
            id=table.id,
            digest=table.digest,
            valid_from=table.valid_from,
            policy=table.policy,
            aggregation=table.aggregation,
            columns=tuple(column.title for column in table.inputs),
            inputs=tuple(column for column in inputs if column is not None),
            inputs_allowed=allowed,
            names=tuple(self.results[output.name] for output in table.outputs),
            outputs_allowed=results,
            default=default,
            rules=self._ranked([rule for rule in rules if rule is not None], results),
            gives_list=table.gives_list,
        )

    def _input(self, at: int) -> Expression | None:
        column = self.table.inputs[at]
        if not column.expression:
            self._add("input_missing", column=column.title or str(at + 1))
            return None
        try:
            made = compiled(column.expression, self.types)
        except ExpressionInvalid as error:
            self._add("input_expression", column=column.title, written=_told(error))
            return None
        if column.type and column.type != made.type and {column.type, made.type} != {"int", "decimal"}:
            self._add("input_type", column=column.title, written=column.type, other=made.type)
            return None
        if made.type in ("list", "none"):
            self._add(
                "input_type", column=column.title, written="str, int, decimal, bool, date", other=made.type
            )
            return None
        return made

    def _kind(self, output: Output) -> str:
        """The type that an output cell must have; nothing for one that is only counted."""
        table = self.table
        wanted = self.types.get(self.results.get(output.name, ""), "")
        if table.aggregation == "COUNT":
            self._must(wanted in BOTH_NUMBERS, output, "COUNT", wanted)
            return output.type
        kind = "str" if table.gives_list and wanted == "list" else wanted
        self._must(not table.gives_list or wanted == "list", output, table.policy, wanted)
        if table.aggregation:
            summed = BOTH_NUMBERS if table.aggregation == "SUM" else ORDERED
            self._must(kind in summed, output, table.aggregation, kind)
        if output.type and kind:
            self._must(_alike(output.type, kind), output, output.type, kind)
        return kind

    def _must(self, holds: bool, output: Output, written: str, kind: str) -> None:
        if not holds:
            self._add("output_type", column=output.title, written=written, other=kind or "-")

    def _allowed(self, text: str, kind: str, column: str) -> Cell | None:
        if not text or not kind:
            return None
        try:
            return unary_test(text, kind)
        except CellInvalid as error:
            self._add(error.kind, column=column, written=text, other=kind)
            return None

    def _rule(self, rule: Rule, kinds: list[str | None]) -> CompiledRule | None:
        columns = self.table.inputs
        if len(rule.tests) != len(columns) or len(rule.outputs) != len(self.table.outputs):
            self._add("cell_count", rule.number)
            return None
        tests = []
        for text, column, kind in zip(rule.tests, columns, kinds, strict=True):
            if kind is None:
                continue
            try:
                tests.append(unary_test(text, kind))
            except CellInvalid as error:
                self._add(error.kind, rule.number, column.title, text, kind)
        outputs = [
            self._present(self._output(text, output, kind, rule.number), output, rule.number)
            for text, output, kind in zip(rule.outputs, self.table.outputs, self.kinds, strict=True)
        ]
        made = tuple(output for output in outputs if output is not None)
        if len(tests) != len(columns) or len(made) != len(outputs):
            return None
        return CompiledRule(rule.id, rule.number, tuple(tests), made)

    def _output(self, text: str, output: Output, kind: str, rule: int) -> Expression | None:
        text = text.strip()
        try:
            return output_cell(text, self.types, kind)
        except CellInvalid as error:
            self._add(error.kind, rule, output.title, text, kind)
        except ExpressionInvalid as error:
            self._add("output_expression", rule, output.title, text, _told(error))
        return None

    def _present(self, made: Expression | None, output: Output, rule: int) -> Expression | None:
        """The result of a rule, which is no empty one where results are listed or combined."""
        combined = self.table.aggregation in ("SUM", "MIN", "MAX")
        if made is None or made.type != "none" or not (combined or self.table.gives_list):
            return made
        self._add("output_null", rule, output.title)
        return None

    def _default(self) -> tuple[Expression, ...] | None:
        written = [output.default for output in self.table.outputs]
        if all(text is None for text in written):
            return None
        if any(text is None for text in written):
            missing = next(output for output in self.table.outputs if output.default is None)
            self._add("default_partial", column=missing.title)
            return None
        if self.table.aggregation == "COUNT":
            # What is counted has the column's type and values; the default stands for the number.
            counted = [self._output(output.default or "", output, "int", 0) for output in self.table.outputs]
            return tuple(expression for expression in counted if expression is not None)
        made = [
            self._output(output.default or "", output, kind, 0)
            for output, kind in zip(self.table.outputs, self.kinds, strict=True)
        ]
        for expression, output, kind in zip(made, self.table.outputs, self.kinds, strict=True):
            allowed = self._allowed(output.allowed, kind, output.title)
            if expression is not None and allowed is not None:
                self._listed(expression, allowed, 0, output)
        return tuple(expression for expression in made if expression is not None)

    def _ranked(
        self, rules: list[CompiledRule], allowed: tuple[Cell | None, ...]
    ) -> tuple[CompiledRule, ...]:
        """The rules with their ranks; results that the column does not list are told."""
        is_ranked = self.table.policy in RANKED
        orders = [_order(cell) if is_ranked else () for cell in allowed]
        for rule in rules:
            cells = zip(rule.outputs, allowed, orders, self.table.outputs, strict=True)
            for expression, cell, order, output in cells:
                if cell is not None and not order:
                    self._listed(expression, cell, rule.number, output)
        if not is_ranked:
            return tuple(rules)
        if not any(orders):
            self._add("priority_list", column=", ".join(output.name for output in self.table.outputs))
            return ()
        return tuple(
            CompiledRule(rule.id, rule.number, rule.tests, rule.outputs, self._rank(rule, orders))
            for rule in rules
        )

    def _listed(self, expression: Expression, cell: Cell, rule: int, output: Output) -> None:
        if expression.names or not is_constant(expression):
            return
        value = expression.evaluate({})
        if value is not None and not cell.matches(value):
            self._add("output_unlisted", rule, output.title, expression.source)

    def _rank(self, rule: CompiledRule, orders: list[tuple[Any, ...]]) -> tuple[int, ...]:
        rank = []
        for expression, order, output in zip(rule.outputs, orders, self.table.outputs, strict=True):
            if not order:
                continue
            value = expression.evaluate({}) if is_constant(expression) else None
            if value in order:
                rank.append(order.index(value))
            else:
                self._add("priority_cell", rule.number, output.title, expression.source)
        return tuple(rank)

    def _add(self, kind: str, rule: int = 0, column: str = "", written: str = "", other: str = "") -> None:
        self.problems.append(Problem(kind, rule, column, written, other))


def _order(cell: Cell | None) -> tuple[Any, ...]:
    """The values in which results are ranked; `not(...)` lists none."""
    return () if cell is None or cell.inverted else cell.values


def output_cell(text: str, types: Mapping[str, str], kind: str = "") -> Expression:
    """The expression of an output cell, of a type when one is given; ExpressionInvalid."""
    text = text.strip()
    if text in ("", "null"):
        return Expression("None", frozenset(), "none", lambda _: None)
    if not is_literal(text):
        return compiled(text, types, kind)
    met = kind or _kind_of(text)
    value = literal(text, met)
    if met == "int" and type(value) is not int:
        raise CellInvalid("cell_type", text, wanted="int", met="decimal")
    return Expression(text, frozenset(), met, lambda _: value)


def is_constant(expression: Expression) -> bool:
    """Whether an output gives the same value each time, so that it can be judged at deployment."""
    return expression.type == "none" or is_literal(expression.source)


def _kind_of(text: str) -> str:
    if text.startswith('"'):
        return "str"
    if text in ("true", "false"):
        return "bool"
    if text.startswith(("date", "@")):
        return "date"
    return "decimal" if "." in text else "int"


def _alike(written: str, kind: str) -> bool:
    return written == kind or fits(written, kind) or {written, kind} == {"int", "decimal"}


def _told(error: ExpressionInvalid) -> str:
    return "; ".join(f"{name} {value}" for name, value in error.details.items())
