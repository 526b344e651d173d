"""P11, P16: names of variables, and names in both languages."""

from __future__ import annotations

from typing import Final

from engine.core.decisions import Table
from engine.core.definition import Element, Flow, Lane
from engine.core.expressions import is_name
from engine.core.rules.found import Found
from engine.core.values import TYPES

MOST_VARIABLES: Final = 200


def name_violations(found: Found) -> None:
    """Adds names that cannot be used and names that miss a language."""
    definition = found.definition
    counted = {name: e for e in definition.elements.values() if e.many for name in e.counters}
    for element in {e.id: e for name, e in counted.items() if not is_name(name)}.values():
        found.add("counted", element.id, element.counters[0], id=element.id)
    for name, kind in definition.variables.items():
        if name in counted and not is_name(name):
            continue
        if not is_name(name) or kind not in TYPES:
            found.add("variable", name, f"{name}: {kind}")
    if len(definition.variables) > MOST_VARIABLES:
        found.add("variable", definition.key, f"{len(definition.variables)}")
    if not definition.name or not definition.name_en:
        found.add("language", definition.key, "name")
    named: tuple[Element | Flow | Lane, ...] = (
        *definition.elements.values(),
        *definition.flows.values(),
        *definition.lanes.values(),
    )
    for thing in named:
        if bool(thing.name) != bool(thing.name_en):
            found.add("language", thing.id, "name")
    for decision in definition.decisions.values():
        for table in decision.versions:
            _table_names(found, table)
    for element in definition.elements.values():
        if element.type == "userTask" and not element.name:
            found.add("language", element.id, "name")
        if bool(element.properties.get("who:lv")) != bool(element.properties.get("who:en")):
            found.add("language", element.id, "who")
        if bool(element.milestone_lv) != bool(element.milestone_en):
            found.add("language", element.id, "milestone")


def _table_names(found: Found, table: Table) -> None:
    """A table, a column or a value that is named, is named twice."""
    if bool(table.name) != bool(table.name_en):
        found.add("language", table.id, "name")
    for rule in table.rules:
        if bool(rule.words) != bool(rule.words_en):
            found.add("language", table.id, f"rule {rule.number}: {rule.words}{rule.words_en}")
    labels = [column.label for column in table.inputs] + [column.label for column in table.outputs]
    for label in labels:
        pairs = {
            "label": (label.lv, label.en),
            **{f"value:{value}": words for value, words in label.words.items()},
        }
        for name, (latvian, english) in pairs.items():
            if bool(latvian) != bool(english):
                found.add("language", table.id, f"{name} {latvian}{english}".strip())
