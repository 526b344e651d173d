"""Reads decision tables from DMN files of 1.1 to 1.5; what cannot be run is kept for the gate to name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from lxml import etree

from engine.core.decisions import (
    AGGREGATIONS,
    MOST_COLUMNS,
    MOST_RULES,
    POLICIES,
    Input,
    Label,
    Output,
    Problem,
    Rule,
    Table,
)
from engine.core.xml import Node, flag, local, namespace, opened, refused, text_of

NAMESPACES: Final = {
    "{http://www.omg.org/spec/DMN/20151101/dmn.xsd}": "1.1",
    "{http://www.omg.org/spec/DMN/20151101/dmn11.xsd}": "1.1",
    "{http://www.omg.org/spec/DMN/20180521/MODEL/}": "1.2",
    "{https://www.omg.org/spec/DMN/20191111/MODEL/}": "1.3",
    "{https://www.omg.org/spec/DMN/20211108/MODEL/}": "1.4",
    "{https://www.omg.org/spec/DMN/20230324/MODEL/}": "1.5",
}
PROPERTIES: Final = frozenset({"valid_from", "name:en"})
_WORD: Final = re.compile(r"value:.+:(?:lv|en)\Z", re.DOTALL)
_OF_COLUMN: Final = re.compile(rf"name:en\Z|{_WORD.pattern}", re.DOTALL)
TYPES: Final = {
    "": "",
    "any": "",
    "string": "str",
    "boolean": "bool",
    "integer": "int",
    "int": "int",
    "long": "int",
    "number": "decimal",
    "double": "decimal",
    "float": "decimal",
    "decimal": "decimal",
    "date": "date",
}
_CAMUNDA: Final = "{http://camunda.org/schema/"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGES: Final = ("", "feel", "s-feel", "juel")


@dataclass(frozen=True, slots=True)
class _Type:
    """A type that the file defines: what it comes to, and the values that it allows."""

    written: str
    limits: tuple[str, ...]
    languages: tuple[str, ...]
    is_collection: bool


def read_tables(name: str, content: bytes) -> tuple[Table, ...]:
    """The decision tables of one file; DiagramRefused."""
    root = opened(name, content)
    if namespace(root) not in NAMESPACES or local(root) != "definitions":
        raise refused(
            "P8",
            name,
            "The file is not DMN 1.1 to 1.5.",
            "Fails nav DMN formātā (no 1.1. līdz 1.5. versijai).",
        )
    types = {node.get("name", ""): _defined(node) for node in _children(root, "itemDefinition")}
    language = root.get("expressionLanguage", "")
    tables = tuple(_Reader(node, types, language).table(name) for node in _children(root, "decision"))
    if len({table.id for table in tables}) != len(tables):
        raise refused(
            "P8",
            name,
            "Two decisions of a file have the same id.",
            "Diviem faila lēmumiem ir viens identifikators.",
        )
    return tables


def _defined(node: Node) -> _Type:
    limits = [limit for name in ("allowedValues", "typeConstraint") for limit in _children(node, name)]
    return _Type(
        written=text_of(_child(node, "typeRef")),
        limits=tuple(dict.fromkeys(_text(limit) for limit in limits)),
        languages=tuple(limit.get("expressionLanguage", "") for limit in limits),
        is_collection=flag(node, "isCollection"),
    )


def _children(node: Node, name: str) -> Iterator[Node]:
    yield from node.iterchildren(f"{namespace(node)}{name}")


def _child(node: Node | None, name: str) -> Node | None:
    return None if node is None else next(_children(node, name), None)


def _text(node: Node | None) -> str:
    return text_of(_child(node, "text"))


class _Reader:
    """Reads one decision and gathers what is wrong with it."""

    def __init__(self, decision: Node, types: Mapping[str, _Type], language: str) -> None:
        self.decision = decision
        self.types = types
        self.language = language
        self.problems: list[Problem] = []
        self._resolved: list[tuple[str, str, str]] = []
        self._language("", language)

    def table(self, file: str) -> Table:
        """The table as it is written; DiagramRefused for a decision without an id."""
        decision, key = self.decision, self.decision.get("id", "")
        if not key:
            raise refused("P8", file, "The decision has no id.", "Lēmumam nav identifikatora.")
        body = _child(decision, "decisionTable")
        properties = self._properties(decision)
        self._requirements()
        if body is None:
            self._add("table_none")
        policy = "UNIQUE" if body is None else _word(body.get("hitPolicy", "UNIQUE"))
        aggregation = "" if body is None else _word(body.get("aggregation", ""))
        if policy not in POLICIES:
            self._add("table_policy", written=policy)
        columns = [] if body is None else [*_children(body, "input")]
        results = [] if body is None else [*_children(body, "output")]
        if aggregation and (aggregation not in AGGREGATIONS or policy != "COLLECT" or len(results) > 1):
            self._add("table_aggregation", written=f"{policy} {aggregation}")
            aggregation = ""
        notes = (
            []
            if body is None
            else [note.get("name", "").strip().lower() for note in _children(body, "annotation")]
        )
        rows = [] if body is None else [*_children(body, "rule")]
        rows = self._bounded(rows, len(columns) + len(results))
        outputs = tuple(self._output(column, len(results)) for column in results)
        self._distinct(outputs)
        return Table(
            id=key,
            name=decision.get("name", ""),
            name_en=properties.get("name:en", ""),
            policy=policy,
            aggregation=aggregation,
            inputs=tuple(self._input(column) for column in columns),
            outputs=outputs,
            rules=self._rules(rows, notes),
            digest=self._digest(),
            valid_from=self._day(properties.get("valid_from", "")),
            problems=tuple(dict.fromkeys(self.problems)),
        )

    def _input(self, column: Node) -> Input:
        expression = _child(column, "inputExpression")
        text = _text(expression)
        title = column.get("label", "") or text
        allowed_here = _child(column, "inputValues")
        self._languages(title, expression, allowed_here)
        kind, allowed = self._type("" if expression is None else expression.get("typeRef", ""), title)
        return Input(
            label=self._label(column),
            expression=text,
            type=kind,
            allowed=_text(allowed_here) or allowed,
        )

    def _output(self, column: Node, count: int) -> Output:
        variable = _child(self.decision, "variable") if count == 1 else None
        name = column.get("name", "")
        written = column.get("typeRef", "")
        if variable is not None:
            name, written = name or variable.get("name", ""), written or variable.get("typeRef", "")
        title = column.get("label", "") or name
        default, allowed_here = _child(column, "defaultOutputEntry"), _child(column, "outputValues")
        self._languages(title, default, allowed_here)
        kind, allowed = self._type(written, title)
        return Output(
            name=name,
            label=self._label(column),
            type=kind,
            allowed=_text(allowed_here) or allowed,
            default=None if default is None else _text(default),
        )

    def _bounded(self, rows: list[Node], width: int) -> list[Node]:
        """The rows of a table that is not too large; of one that is none is read."""
        if len(rows) <= MOST_RULES and width <= MOST_COLUMNS:
            return rows
        self._add("table_size", written=f"{len(rows)} × {width}")
        return []

    def _distinct(self, outputs: tuple[Output, ...]) -> None:
        """Several outputs have names of their own, for each goes to the variable of its name."""
        seen: set[str] = set()
        for at, output in enumerate(outputs, start=1) if len(outputs) > 1 else ():
            if not output.name:
                self._add("output_unnamed", column=output.label.lv or str(at))
            elif output.name in seen:
                self._add("output_twice", written=output.name)
            seen.add(output.name)

    def _rules(self, rows: list[Node], notes: list[str]) -> tuple[Rule, ...]:
        rules = tuple(self._rule(at, row, notes) for at, row in enumerate(rows, start=1))
        seen: set[str] = set()
        for rule in rules:
            if rule.id in seen:
                self._add("rule_twice", rule.number, written=rule.id)
            seen.add(rule.id)
        return rules

    def _digest(self) -> str:
        """The digest of the decision, and of what its columns take from types of the file."""
        written = etree.tostring(self.decision, method="c14n")
        if self._resolved:
            written += json.dumps([self.language, self._resolved]).encode()
        return sha256(written).hexdigest()

    def _rule(self, at: int, row: Node, notes: list[str]) -> Rule:
        tests, outputs = [*_children(row, "inputEntry")], [*_children(row, "outputEntry")]
        for cell in (*tests, *outputs):
            self._language("", cell.get("expressionLanguage", ""), at)
        words, words_en = _words(row, notes)
        return Rule(
            id=row.get("id") or f"rule_{at}",
            number=at,
            tests=tuple(_text(cell) for cell in tests),
            outputs=tuple(_text(cell) for cell in outputs),
            words=words,
            words_en=words_en,
        )

    def _type(self, written: str, column: str) -> tuple[str, str]:
        """A type of ours and the values that the file's own type allows; seven definitions deep at most."""
        allowed, name, is_own = "", written, False
        for _ in range(7):
            name = name.strip().rpartition(":")[2]
            own = self.types.get(name)
            if own is None:
                break
            is_own = True
            for language in own.languages:
                self._language(column, language)
            if len(own.limits) > 1:
                self._add("type_limits", column=column, written=name)
            allowed = allowed or "".join(own.limits[:1])
            name = "list" if own.is_collection else own.written
        if is_own:
            self._resolved.append((written, name, allowed))
        kind = TYPES.get(name.lower())
        if kind is None:
            self._add("table_type", column=column, written=written)
        return kind or "", allowed

    def _language(self, column: str, written: str, rule: int = 0) -> None:
        name = written.strip().rstrip("/").rpartition("/")[2].lower()
        if name not in _LANGUAGES:
            self._add("table_language", rule, column, written)

    def _languages(self, column: str, *parts: Node | None) -> None:
        for part in parts:
            self._language(column, "" if part is None else part.get("expressionLanguage", ""))

    def _requirements(self) -> None:
        for node in self.decision.iter(f"{namespace(self.decision)}*"):
            if local(node) in ("requiredDecision", "requiredKnowledge"):
                self._add("table_requires", written=node.get("href", "").lstrip("#"))

    def _label(self, column: Node) -> Label:
        """Its name, and the words of its values: `value:<value>:lv` and `value:<value>:en`."""
        properties = self._properties(column)
        values = {name[6:-3] for name in properties if _WORD.match(name)}
        words = {
            value: (properties.get(f"value:{value}:lv", ""), properties.get(f"value:{value}:en", ""))
            for value in sorted(values)
        }
        return Label(column.get("label", ""), properties.get("name:en", ""), MappingProxyType(words))

    def _properties(self, node: Node) -> dict[str, str]:
        """Camunda's properties of a part of the table; those that nobody reads are told."""
        found: dict[str, str] = {}
        extensions = _child(node, "extensionElements")
        items = () if extensions is None else extensions.iterfind("{*}properties/{*}property")
        for item in (item for item in items if namespace(item).startswith(_CAMUNDA)):
            name = item.get("name", "")
            allowed = name in PROPERTIES if node is self.decision else _OF_COLUMN.match(name) is not None
            if not allowed or name in found:
                self._add("table_property", written=name or "-")
            found[name] = item.get("value", "") or ""
        return found

    def _day(self, written: str) -> date | None:
        if not written:
            return None
        try:
            if not _DAY.fullmatch(written.strip()):
                raise ValueError(written)
            return date.fromisoformat(written.strip())
        except ValueError:
            self._add("valid_from", written=written)
            return None

    def _add(self, kind: str, rule: int = 0, column: str = "", written: str = "") -> None:
        self.problems.append(Problem(kind, rule, column, written))


def _word(written: str) -> str:
    return " ".join(written.replace("_", " ").upper().split())


def _words(row: Any, notes: list[str]) -> tuple[str, str]:
    """What a rule says of itself: its annotations, or its description; English in a column called `en`."""
    entries = [_text(entry) for entry in _children(row, "annotationEntry")]
    named = dict(zip(notes, entries, strict=False))
    english = named.pop("en", "")
    written = " ".join(text for text in (*named.values(), *entries[len(notes) :]) if text)
    return " ".join((written or text_of(_child(row, "description"))).split()), " ".join(english.split())
