"""Decision tables as somebody wrote them: columns, rules, versions, and what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

POLICIES: Final = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
RANKED: Final = frozenset({"PRIORITY", "OUTPUT ORDER"})
AGGREGATIONS: Final = ("SUM", "MIN", "MAX", "COUNT")
MOST_RULES: Final = 1000
MOST_COLUMNS: Final = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a table: a kind that the gate has words for, the rule's number, column and text."""

    kind: str
    rule: int = 0
    column: str = ""
    written: str = ""
    other: str = ""


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

    @property
    def title(self) -> str:
        """What messages call the column."""
        return self.label.lv or self.expression


@dataclass(frozen=True, slots=True)
class Output:
    """One output column: its name, written type, the results in their order, and the one without a rule."""

    name: str
    label: Label = field(default_factory=Label)
    type: str = ""
    allowed: str = ""
    default: str | None = None

    @property
    def title(self) -> str:
        """What messages call the column."""
        return self.label.lv or self.name


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table, as written; its number counts from one, its words are annotations."""

    id: str
    number: int
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    words: str = ""
    words_en: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One version of a decision table; its digest is that of the decision alone, without the drawing."""

    id: str
    name: str
    policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    name_en: str = ""
    aggregation: str = ""
    digest: str = ""
    valid_from: date | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def has_default(self) -> bool:
        """Whether the table says what holds when no rule matches."""
        return any(output.default is not None for output in self.outputs)

    @property
    def gives_list(self) -> bool:
        """Whether every matching rule gives a result of its own."""
        return self.policy in ("RULE ORDER", "OUTPUT ORDER") or (
            self.policy == "COLLECT" and not self.aggregation
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with its versions, oldest first; each holds until the next one begins."""

    id: str
    versions: tuple[Table, ...]

    @property
    def newest(self) -> Table:
        """The version that begins last."""
        return self.versions[-1]

    @property
    def is_dated(self) -> bool:
        """Whether the day decides which version holds."""
        return len(self.versions) > 1 or self.versions[0].valid_from is not None


def version_on(decision: Decision, day: date) -> Table | None:
    """The version that holds on a day; none before the first one begins."""
    begun = [one for one in decision.versions if one.valid_from is None or one.valid_from <= day]
    return begun[-1] if begun else None
