"""Decision tables in words: what the columns are called, and what the codes in the cells mean."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import Role
from engine import catalog
from engine.core.decisions import Label, Table, split_cell
from engine.core.definition import Definition
from engine.models import ProcessDefinition
from registries.models import Organisation
from web.process_words import picked
from web.words import is_latvian

Words = Mapping[str, str]
_TEXT: Final = re.compile(r'"([^"]*)"')
_SIGNS: Final = {"<=": "≤", ">=": "≥", "<": "<", ">": ">"}


def tables_of(row: ProcessDefinition) -> list[dict[str, Any]]:
    """Each decision table of a version: its name, its columns, its rules as rows of cells."""
    definition = catalog.definition(row.pk)
    return [_table(row, definition, table) for table in definition.decisions.values()]


def _table(row: ProcessDefinition, definition: Definition, table: Table) -> dict[str, Any]:
    inputs = [
        _vocabulary(
            row, definition, column.expression, column.label, (rule.tests[at] for rule in table.rules)
        )
        for at, column in enumerate(table.inputs)
    ]
    outputs = [
        _vocabulary(row, definition, name, label, (rule.outputs[at] for rule in table.rules))
        for at, (name, label) in enumerate(zip(table.outputs, table.labels, strict=True))
    ]
    return {
        "name": picked((table.name, table.name_en)),
        "inputs": [_name(column.label) or column.expression for column in table.inputs],
        "outputs": [_name(label) or name for name, label in zip(table.outputs, table.labels, strict=True)],
        "rules": [
            {
                "tests": [_test(text, words) for text, words in zip(rule.tests, inputs, strict=True)],
                "outputs": [_result(text, words) for text, words in zip(rule.outputs, outputs, strict=True)],
            }
            for rule in table.rules
        ],
    }


def _name(label: Label) -> str:
    return picked((label.lv, label.en))


def _vocabulary(
    row: ProcessDefinition, definition: Definition, variable: str, label: Label, cells: Iterable[str]
) -> Words:
    """The words for the codes of a column.

    What the table says itself; what the form says whose answer the variable is; else, if every code of the
    column is a role or a kind of organisation, what those are called.
    """
    codes = {code for cell in cells for text in _TEXT.findall(cell) for code in text.split()}
    known = {code: picked(pair) for code, pair in label.words.items()} or _of_form(row, definition, variable)
    if known:
        return known
    choices: Iterable[tuple[Any, Any]] = ()
    if codes and codes <= set(Role.values):
        choices = Role.choices
    elif codes and codes <= set(Organisation.Kind.values):
        choices = Organisation.Kind.choices
    return {str(code): str(name) for code, name in choices}


def _of_form(row: ProcessDefinition, definition: Definition, variable: str) -> Words:
    for form_key, form in definition.forms.items():
        for field, given in form.variables.items():
            if given == variable:
                labels = catalog.form_of(row, form_key)["properties"].get(field, {}).get("x-labels", {})
                return {
                    code: picked((pair.get("lv", ""), pair.get("en", ""))) for code, pair in labels.items()
                }
    return {}


def _test(text: str, words: Words) -> str:
    """A cell of an input: what it lets through."""
    text = text.strip()
    if text in ("", "-"):
        return _("any")
    if text.startswith("not(") and text.endswith(")"):
        return _("anything except: %(what)s") % {"what": _test(text[4:-1], words)}
    return ", ".join(_single(part, words) for part in split_cell(text))


def _single(part: str, words: Words) -> str:
    for sign, shown in _SIGNS.items():
        if part.startswith(sign):
            return f"{shown} {_result(part[len(sign) :], words)}"
    low, dots, high = part.strip("[]()").partition("..")
    if dots:
        return _("from %(low)s to %(high)s") % {"low": _result(low, words), "high": _result(high, words)}
    return _result(part, words)


def _result(text: str, words: Words) -> str:
    """A value in words; each of several in one text."""
    plain = text.strip()
    truth = {"true": ("jā", "yes"), "false": ("nē", "no")}.get(plain)
    if truth is not None:
        return truth[0] if is_latvian() else truth[1]
    if quoted := _TEXT.fullmatch(plain):
        told = quoted[1].split() if all(code in words for code in quoted[1].split()) else [quoted[1]]
        return ", ".join(words.get(code, code) for code in told) or "–"
    return plain or "–"
