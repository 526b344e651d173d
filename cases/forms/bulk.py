"""What of a form may be asked once for many tasks: the form itself says so with `x-bulk`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .form import Field, Form

Rule = Mapping[str, Any]


def is_same_for_all(form: Form) -> bool:
    """Whether the answers are right or wrong without a look at the case, its files or its registers."""
    return not form.columns and not any(
        field.source or field.asked_if or field.kind in ("file", "rows") for field in form.fields
    )


def bulk_form(form: Form) -> Form | None:
    """The form of one decision over many tasks; none if the form is not meant for that.

    `x-bulk` is true for the whole form, or names its fields, each with true or with the values that may be
    chosen for many at once.
    """
    rule = form.schema.get("x-bulk")
    if not rule:
        return None
    if rule is True:
        rule = dict.fromkeys((field.name for field in form.fields), True)
    return replace(
        form,
        digest=f"{form.digest}:bulk",
        fields=tuple(_narrowed(field, rule[field.name]) for field in form.fields if field.name in rule),
        return_rule=None,
        schema=_schema(form.schema, rule),
    )


def _narrowed(field: Field, allowed: object) -> Field:
    if not isinstance(allowed, list):
        return field
    return replace(field, options=tuple(one for one in field.options if one.value in allowed))


def _schema(schema: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
    properties = {
        name: {**asked, "enum": rule[name]} if isinstance(rule[name], list) else asked
        for name, asked in schema.get("properties", {}).items()
        if name in rule
    }
    branches = [
        {**branch, "then": {**branch.get("then", {}), "required": _kept(branch.get("then", {}), rule)}}
        for branch in schema.get("allOf", ())
    ]
    return {**schema, "properties": properties, "required": _kept(schema, rule), "allOf": branches}


def _kept(schema: Mapping[str, Any], rule: Rule) -> list[str]:
    return [name for name in schema.get("required", ()) if name in rule]
