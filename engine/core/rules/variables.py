"""P3, P6: every expression over declared variables, and no two parallel paths over the same one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.core.definition import FormFields
from engine.core.errors import ExpressionInvalid
from engine.core.expressions import Expression, compiled, script, template
from engine.core.regions import branches
from engine.core.rules.expressions import tried
from engine.core.rules.found import Found
from engine.core.usage import reads_of, writes_of

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "str": ("string", "date"),
    "int": ("integer",),
    "bool": ("boolean",),
    "date": ("date",),
    "decimal": ("number", "integer"),
    "list": ("array",),
}


def variable_violations(found: Found) -> None:
    """Adds expressions that do not hold and variables that parallel paths share."""
    definition, types = found.definition, found.definition.variables
    for flow in definition.flows.values():
        if flow.condition:
            tried(found, flow.id, lambda text: compiled(text, types, "bool"), flow.condition)
    for element in definition.elements.values():
        for text in (element.group, element.assignee, element.escalate, element.key):
            tried(found, element.id, lambda text: _names_somebody(text, types), text)
        if element.condition:
            tried(found, element.id, lambda text: compiled(text, types, "bool"), element.condition)
        if element.type == "scriptTask":
            tried(found, element.id, lambda text: script(text, types), element.script)
            if not element.script.strip():
                found.add("expression", element.id, "-")
        for name in (*element.writes, *element.carries):
            if name not in types:
                found.add("expression", element.id, name)
        form = definition.forms.get(element.form_key) if element.writes else None
        for name in sorted(set(form.variables.values()) - set(element.writes)) if form is not None else ():
            found.add("unlisted_write", element.id, name)
    for key, form in definition.forms.items():
        _form(found, key, form)
    if not found.violations:
        _shared(found)


def _form(found: Found, key: str, form: FormFields) -> None:
    for field, variable in form.variables.items():
        kind = found.definition.variables.get(variable, "")
        if form.types.get(field) not in _FIELDS.get(kind, ()):
            found.add("form_variable", key, f"{field}: {variable}")


def _names_somebody(text: str, types: Mapping[str, str]) -> None:
    for part in template(text, types).parts:
        if isinstance(part, Expression) and part.type not in ("str", "int"):
            raise ExpressionInvalid(written=part.source[:80], wanted="str or int", met=part.type)


def _shared(found: Found) -> None:
    definition = found.definition
    elements = definition.elements
    writes = {key: writes_of(definition, element) for key, element in elements.items()}
    reads = {key: reads_of(definition, element) for key, element in elements.items()}
    paths = branches(definition)
    for branch in paths:
        beside = frozenset().union(*(p.members for p in paths if p.split == branch.split and p != branch))
        outside = beside if branch.continues else frozenset(elements) - branch.members - branch.instead
        for member in sorted(branch.members):
            for name in sorted(writes[member]):
                written = any(name in writes[other] for other in outside)
                read = any(name in reads[other] for other in beside)
                if written or read:
                    found.add("shared_write", member, name)
