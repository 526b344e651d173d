"""Decision tables over declared variables, ready to decide by their hit policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.core import operations
from engine.core.decisions.cells import Cell
from engine.core.errors import (
    ExpressionFailed,
    InputNotAllowed,
    NoRuleMatched,
    NoVersionValid,
    OutputNotAllowed,
    RulesDisagree,
    SeveralRulesMatched,
)
from engine.core.expressions import Expression

Result = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to be tested; a lower rank goes first where the policy ranks results."""

    id: str
    number: int
    tests: tuple[Cell, ...]
    outputs: tuple[Expression, ...]
    rank: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a table decided: variables, the rules that fired, what it saw; without a rule the default did."""

    values: Mapping[str, Any]
    rules: tuple[CompiledRule, ...]
    inputs: tuple[Any, ...]
    table: CompiledTable


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """One version of a table; `names` are the variables that take its outputs, in their order."""

    id: str
    digest: str
    valid_from: date | None
    policy: str
    aggregation: str
    columns: tuple[str, ...]
    inputs: tuple[Expression, ...]
    inputs_allowed: tuple[Cell | None, ...]
    names: tuple[str, ...]
    outputs_allowed: tuple[Cell | None, ...]
    default: tuple[Expression, ...] | None
    rules: tuple[CompiledRule, ...]
    gives_list: bool

    def matching(self, values: tuple[Any, ...]) -> tuple[CompiledRule, ...]:
        """All rules that match these input values, in the order of the table."""
        return tuple(
            rule
            for rule in self.rules
            if all(test.matches(value) for test, value in zip(rule.tests, values, strict=True))
        )

    def decide(self, variables: Mapping[str, Any]) -> Outcome:
        """The outcome for these variables.

        NoRuleMatched, SeveralRulesMatched, RulesDisagree, InputNotAllowed, OutputNotAllowed,
        ExpressionFailed.
        """
        try:
            return self._decided(variables)
        except ExpressionFailed as error:
            raise ExpressionFailed(decision=self.id, **error.details) from error

    def _decided(self, variables: Mapping[str, Any]) -> Outcome:
        values = tuple(column.evaluate(variables) for column in self.inputs)
        for value, allowed, name in zip(values, self.inputs_allowed, self.columns, strict=True):
            if allowed is not None and value is not None and not allowed.matches(value):
                raise InputNotAllowed(decision=self.id, column=name)
        found = self.matching(values)
        if not found:
            return Outcome(self._without_rule(variables), (), values, self)
        fired, result = self._of_policy(found, variables)
        return Outcome(dict(zip(self.names, result, strict=True)), fired, values, self)

    def _without_rule(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        if self.default is not None and self.aggregation == "COUNT":
            return {self.names[0]: self.default[0].evaluate(variables)}
        if self.default is not None:
            result = self._result(self.default, variables)
            if self.gives_list:
                result = tuple([] if value is None else [value] for value in result)
            return dict(zip(self.names, result, strict=True))
        if self.aggregation == "COUNT":
            return {self.names[0]: 0}
        raise NoRuleMatched(decision=self.id)

    def _of_policy(
        self, found: tuple[CompiledRule, ...], variables: Mapping[str, Any]
    ) -> tuple[tuple[CompiledRule, ...], Result]:
        match self.policy:
            case "UNIQUE":
                if len(found) > 1:
                    raise SeveralRulesMatched(decision=self.id, rules=_told(found))
            case "FIRST":
                found = found[:1]
            case "PRIORITY":
                best = min(rule.rank for rule in found)
                found = tuple(rule for rule in found if rule.rank == best)
            case "OUTPUT ORDER":
                found = tuple(sorted(found, key=lambda rule: rule.rank))
        results = [self._result(rule.outputs, variables) for rule in found]
        if self.gives_list:
            return found, tuple(_listed(column) for column in zip(*results, strict=True))
        if self.policy == "COLLECT":
            return found, (_aggregated(self.aggregation, [result[0] for result in results]),)
        if any(result != results[0] for result in results):
            raise RulesDisagree(decision=self.id, rules=_told(found))
        return found, results[0]

    def _result(self, outputs: tuple[Expression, ...], variables: Mapping[str, Any]) -> Result:
        result = tuple(output.evaluate(variables) for output in outputs)
        for value, allowed, name in zip(result, self.outputs_allowed, self.names, strict=True):
            if allowed is not None and value is not None and not allowed.matches(value):
                raise OutputNotAllowed(decision=self.id, output=name)
        return result


def _told(rules: tuple[CompiledRule, ...]) -> str:
    return " ".join(rule.id for rule in rules)


def _listed(values: Result) -> list[Any]:
    if any(value is None for value in values):
        raise ExpressionFailed(because="a value is missing")
    return list(values)


def _aggregated(aggregation: str, values: list[Any]) -> Any:
    if aggregation == "COUNT":
        return len(values)
    if any(value is None for value in values):
        raise ExpressionFailed(because="a value is missing")
    match aggregation:
        case "MIN":
            return min(values)
        case "MAX":
            return max(values)
    return operations.total(values)


@dataclass(frozen=True, slots=True)
class CompiledDecision:
    """A decision with its versions, oldest first; `day` gives the day that counts, else it is the step's."""

    id: str
    versions: tuple[CompiledTable, ...]
    day: Expression | None = None

    def decide(self, variables: Mapping[str, Any], today: date | None = None) -> Outcome:
        """What the version of the day decides; NoVersionValid, and all that a table raises."""
        if len(self.versions) == 1 and self.versions[0].valid_from is None:
            return self.versions[0].decide(variables)
        day = self.day.evaluate(variables) if self.day is not None else today
        if day is None:
            raise NoVersionValid(decision=self.id, because="no day is known")
        for version in reversed(self.versions):
            if version.valid_from is None or version.valid_from <= day:
                return version.decide(variables)
        raise NoVersionValid(decision=self.id, day=day)
