"""P3, P6: every expression over declared variables, and no two parallel paths over the same one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.core.definition import FormFields
from engine.core.errors import ExpressionInvalid
from engine.core.expressions import compiled, script, template
from engine.core.regions import branches
from engine.core.rules.texts import Found
from engine.core.usage import reads_of, writes_of


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
    for key, form in definition.forms.items():
        _form(found, key, form)
    if not found.violations:
        _shared(found)


def _form(found: Found, key: str, form: FormFields) -> None:
    for field, variable in form.variables.items():
        kind, written = found.definition.variables.get(variable, ""), form.types.get(field)
        boolean = (kind == "bool") != (written == "boolean")
        many = (kind == "list") != (written == "array")
        if not kind or written is None or boolean or many:
            found.add("form_variable", key, f"{field}: {variable}")


def _try(found: Found, where: str, read: Callable[[str], Any], text: str) -> None:
    try:
        read(text)
    except ExpressionInvalid as error:
        found.add("expression", where, "; ".join(f"{k} {v}" for k, v in error.details.items()))


def _shared(found: Found) -> None:
    definition = found.definition
    elements = definition.elements
    writes = {key: writes_of(definition, element) for key, element in elements.items()}
    reads = {key: reads_of(definition, element) for key, element in elements.items()}
    paths = branches(definition)
    for branch in paths:
        beside = frozenset().union(*(p.members for p in paths if p.split == branch.split and p != branch))
        outside = beside if branch.continues else frozenset(elements) - branch.members
        for member in sorted(branch.members):
            for name in sorted(writes[member]):
                written = any(name in writes[other] for other in outside)
                read = any(name in reads[other] for other in beside)
                if written or read:
                    found.add("shared_write", member, name)
