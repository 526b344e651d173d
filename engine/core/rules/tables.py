"""P8: decision tables that can be evaluated, whose rules agree, and what they leave open."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import Any, Final

from engine.core.decisions import (
    CompiledTable,
    Coverage,
    Decision,
    Problem,
    Table,
    TooManyLooks,
    compiled_table,
    is_constant,
)
from engine.core.definition import Element
from engine.core.errors import ExpressionInvalid, TableInvalid
from engine.core.expressions import Expression, compiled
from engine.core.rules.found import Found
from engine.core.usage import result_names

MOST_TOLD: Final = 5
_ONE: Final = ("", "singleEntry", "singleResult")
_MANY: Final = ("", "collectEntries", "resultList")


def table_violations(found: Found) -> None:
    """Adds what is wrong with the decision tables of the folder, asked by the diagram or by a handler."""
    definition = found.definition
    asked: set[str] = set()
    for element in definition.elements.values():
        if element.type == "businessRuleTask":
            asked.add(element.decision)
            _business_rule_task(found, element)
    for key, decision in definition.decisions.items():
        if key not in asked and not _collects(found, key, decision):
            _decision(found, key, decision, {})


def _business_rule_task(found: Found, element: Element) -> None:
    definition = found.definition
    decision = definition.decisions.get(element.decision)
    if decision is None:
        found.add("table_missing", element.id, element.decision or "-")
        return
    _day_of(found, element, decision)
    if _collects(found, element.id, decision):
        return
    if not _is_mapped(element, decision.newest):
        found.add("table_mapping", element.id, element.map_result or "-", table=decision.id)
        return
    results = result_names(definition, element)
    unnamed = {""} if len(decision.newest.outputs) > 1 else set()
    missing = sorted(set(results.values()) - set(definition.variables) - unnamed)
    if missing:
        found.add("table_variable", element.id, ", ".join(missing) or "-", table=decision.id)
        return
    _decision(found, element.id, decision, results)


def _collects(found: Found, where: str, decision: Decision) -> bool:
    """Whether a version gives its results in no order and combines them in no way, which is told."""
    alone = any(table.policy == "COLLECT" and not table.aggregation for table in decision.versions)
    if alone:
        found.add("table_collect", where, table=decision.id)
    return alone


def _day_of(found: Found, element: Element, decision: Decision) -> None:
    written = element.properties.get("valid_on", "")
    if not written:
        return
    try:
        compiled(written, found.definition.variables, "date")
    except ExpressionInvalid:
        found.add("valid_on", element.id, written)
        return
    if not decision.is_dated:
        found.add("valid_on_idle", element.id, written, table=decision.id)


def _is_mapped(element: Element, table: Table) -> bool:
    """Whether the results go somewhere in the way that Camunda's word for it says."""
    how, single = element.map_result, len(table.outputs) == 1
    if table.gives_list:
        return how in _MANY and (how != "collectEntries" or (single and bool(element.result_variable)))
    return how in _ONE and (how != "singleEntry" or (single and bool(element.result_variable)))


def _decision(found: Found, where: str, decision: Decision, results: dict[str, str]) -> None:
    """What is wrong with a decision; without `results` each output is of its written type."""
    _versions(found, where, decision)
    for table in decision.versions:
        _version(found, where, table, results)


def _versions(found: Found, where: str, decision: Decision) -> None:
    first = decision.versions[0]
    for one, other in pairwise(decision.versions):
        if one.valid_from == other.valid_from:
            found.add("version_twice", where, one.valid_from or "-", table=decision.id)
        if [output.name for output in one.outputs] != [output.name for output in other.outputs]:
            found.add("version_outputs", where, other.valid_from or "-", table=decision.id)
    today = found.known.today
    if first.valid_from is not None and today is not None and first.valid_from > today:
        found.add("version_missing", where, first.valid_from, table=decision.id)


def _version(found: Found, where: str, table: Table, results: dict[str, str]) -> None:
    if not table.problems and not (table.rules and table.outputs and table.inputs):
        found.add("table_empty", where, table=table.id)
        return
    too_large = [problem for problem in table.problems if problem.kind == "table_size"]
    if too_large:
        _tell(found, where, table, too_large[0])
        return
    types: dict[str, str] = dict(found.definition.variables)
    if not results:
        results = {output.name: output.name for output in table.outputs}
        types |= {
            output.name: _own_type(table, output.type) for output in table.outputs if output.name not in types
        }
    try:
        made = compiled_table(table, types, results)
    except TableInvalid as error:
        for problem in error.problems[:MOST_TOLD]:
            _tell(found, where, table, problem)
        return
    _covered(found, where, table, made)


def _own_type(table: Table, written: str) -> str:
    if table.gives_list:
        return "list"
    return "int" if table.aggregation == "COUNT" else written


def _tell(found: Found, where: str, table: Table, problem: Problem) -> None:
    column, rule = problem.column or "-", problem.rule
    found.add(
        problem.kind,
        where,
        problem.written[:80] or "-",
        table=table.id,
        column=column,
        other=problem.other,
        place=f"rule {rule}, column `{column}`" if rule else f"heading of the column `{column}`",
        vieta=f"{rule}. noteikums, kolonna `{column}`" if rule else f"kolonnas `{column}` galva",
        rule=rule,
    )


def _covered(found: Found, where: str, table: Table, made: CompiledTable) -> None:
    coverage = Coverage(made)
    overlapping = _overlaps(found, where, made, coverage)
    try:
        if not overlapping:
            _dead_rules(found, where, made, coverage)
        gap = None if table.has_default or table.aggregation == "COUNT" else coverage.gap()
    except TooManyLooks:
        found.caution("unchecked", where, table=table.id)
        return
    if gap is not None:
        found.caution("gap", where, table=table.id, example=coverage.example(gap))


def _overlaps(found: Found, where: str, made: CompiledTable, coverage: Coverage) -> bool:
    """Whether rules contradict each other where the policy forbids it; the first of them are told."""
    kind = {"UNIQUE": "overlap", "ANY": "overlap_any", "PRIORITY": "overlap_priority"}.get(made.policy)
    if kind is None:
        return False
    may_meet = None if made.policy == "UNIQUE" else _Agreeing(made).agree
    told = list(islice(coverage.overlaps(may_meet), MOST_TOLD))
    for first, second, both in told:
        rules = [made.rules[at] for at in (first, second)]
        found.add(
            kind,
            where,
            table=made.id,
            rules=", ".join(f"{rule.number} (`{rule.id}`)" for rule in rules),
            example=coverage.example(both),
        )
    return bool(told)


class _Agreeing:
    """The results of each rule that are known at deployment, read once for all pairs."""

    def __init__(self, made: CompiledTable) -> None:
        self.ranks = [rule.rank for rule in made.rules]
        self.results = [tuple(_known(output) for output in rule.outputs) for rule in made.rules]

    def agree(self, first: int, second: int) -> bool:
        """Whether nothing shows two rules to differ; what is computed shows only when it is asked."""
        one, other = self.results[first], self.results[second]
        if one == other or self.ranks[first] != self.ranks[second]:
            return True
        return not any(a and b and a != b for a, b in zip(one, other, strict=True))


def _known(output: Expression) -> tuple[Any, ...]:
    """The one result of a constant, nothing of what is computed."""
    return (output.evaluate({}),) if is_constant(output) else ()


def _dead_rules(found: Found, where: str, made: CompiledTable, coverage: Coverage) -> None:
    for at, rule in enumerate(made.rules):
        before = [other for other in range(len(made.rules)) if _goes_before(made, other, at)]
        if coverage.is_dead(at, before):
            found.add("dead_rule", where, table=made.id, rule=rule.number, detail=rule.id)


def _goes_before(made: CompiledTable, other: int, at: int) -> bool:
    """Whether a rule takes every input that it shares with another."""
    if made.policy == "FIRST":
        return other < at
    return made.policy == "PRIORITY" and made.rules[other].rank < made.rules[at].rank
