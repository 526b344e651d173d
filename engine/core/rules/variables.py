"""P3, P6: every expression over declared variables, and no two parallel paths over the same one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.core.decisions import compiled_table
from engine.core.definition import Definition, Element
from engine.core.errors import ExpressionInvalid
from engine.core.expressions import compiled, script, template
from engine.core.regions import branches
from engine.core.rules.texts import Found
from engine.core.specification import result_names


def variable_violations(found: Found) -> None:
    """Adds expressions that do not hold and variables that parallel paths share."""
    definition, types = found.definition, found.definition.variables
    for flow in definition.flows.values():
        if flow.condition:
            _try(found, flow.id, lambda text: compiled(text, types, "bool"), flow.condition)
    for element in definition.elements.values():
        for text in (element.group, element.assignee, element.escalate):
            _try(found, element.id, lambda text: template(text, types), text)
        if element.type == "scriptTask":
            _try(found, element.id, lambda text: script(text, types), element.script)
            if not element.script.strip():
                found.add("expression", element.id, "-")
        for name in element.writes:
            if name not in types:
                found.add("expression", element.id, name)
    if not found.violations:
        _shared(found)


def _try(found: Found, where: str, read: Callable[[str], Any], text: str) -> None:
    try:
        read(text)
    except ExpressionInvalid as error:
        found.add("expression", where, "; ".join(f"{k} {v}" for k, v in error.details.items()))


def reads_of(definition: Definition, element: Element) -> frozenset[str]:
    """The variables that an element and the conditions behind it read."""
    types = definition.variables
    names: set[str] = set()
    for text in (element.group, element.assignee, element.escalate):
        names |= template(text, types).names
    for flow in definition.outgoing(element.id):
        if flow.condition:
            names |= compiled(flow.condition, types).names
    if element.type == "scriptTask":
        for _, expression in script(element.script, types):
            names |= expression.names
    table = definition.decisions.get(element.decision)
    if table is not None:
        names |= _table_reads(definition, element)
    return frozenset(names)


def _table_reads(definition: Definition, element: Element) -> frozenset[str]:
    try:
        table = compiled_table(
            definition.decisions[element.decision], definition.variables, result_names(definition, element)
        )
    except (ExpressionInvalid, KeyError):
        return frozenset()
    cells = [*table.inputs, *(output for _, _, outputs in table.rules for output in outputs)]
    return frozenset().union(*(cell.names for cell in cells))


def writes_of(definition: Definition, element: Element) -> frozenset[str]:
    """The variables that an element is known to write."""
    if element.type == "scriptTask":
        return frozenset(name for name, _ in script(element.script, definition.variables))
    if element.type == "businessRuleTask":
        return frozenset(result_names(definition, element).values())
    return frozenset(element.writes)


def _shared(found: Found) -> None:
    definition = found.definition
    elements = definition.elements
    writes = {key: writes_of(definition, element) for key, element in elements.items()}
    reads = {key: reads_of(definition, element) for key, element in elements.items()}
    paths = branches(definition)
    for branch in paths:
        beside = frozenset().union(*(p.members for p in paths if p.split == branch.split and p != branch))
        for member in sorted(branch.members):
            for name in sorted(writes[member]):
                written = any(name in writes[other] for other in elements if other not in branch.members)
                read = any(name in reads[other] for other in beside)
                if written or read:
                    found.add("shared_write", member, name)
