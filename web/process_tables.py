"""Decision tables in words: what the columns are called, and what the codes in the cells mean."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import Role
from engine import catalog
from engine.core.decisions import Decision, Label, Table, split_cell
from engine.core.definition import Definition
from engine.models import ProcessDefinition
from registries.models import Organisation
from web.process_words import picked
from web.words import is_latvian

Words = Mapping[str, str]
_TEXT: Final = re.compile(r'"([^"]*)"')
_DATE: Final = re.compile(r'(?:date\s*\(\s*"|@")(\d{4})-(\d{2})-(\d{2})"\s*\)?')
_SIGNS: Final = {"<=": "≤", ">=": "≥", "<": "<", ">": ">", "!=": "≠", "=": ""}
_DAY: Final = timedelta(days=1)


def tables_of(row: ProcessDefinition) -> list[dict[str, Any]]:
    """Each decision of a version: its tables newest first, their names, columns, rules as rows of cells."""
    definition = catalog.definition(row.pk)
    return [
        {**_table(row, definition, table), **_validity(table, end)}
        for decision in definition.decisions.values()
        for table, end in reversed(tuple(zip_longest(decision.versions, _ends(decision))))
    ]


def _ends(decision: Decision) -> list[date | None]:
    """The last day of each version that another follows."""
    return [later.valid_from - _DAY if later.valid_from else None for later in decision.versions[1:]]


def _validity(table: Table, end: date | None) -> dict[str, date | None]:
    return {"valid_from": table.valid_from, "valid_to": end}


def _table(row: ProcessDefinition, definition: Definition, table: Table) -> dict[str, Any]:
    inputs = [
        _vocabulary(
            row, definition, column.expression, column.label, (rule.tests[at] for rule in table.rules)
        )
        for at, column in enumerate(table.inputs)
    ]
    outputs = [
        _vocabulary(row, definition, column.name, column.label, (rule.outputs[at] for rule in table.rules))
        for at, column in enumerate(table.outputs)
    ]
    defaults = [column.default or "" for column in table.outputs] if table.has_default else []
    return {
        "name": picked((table.name, table.name_en)) or table.id,
        "policy": _policy(table),
        "inputs": [_name(column.label) or column.expression for column in table.inputs],
        "outputs": [_name(column.label) or column.name for column in table.outputs],
        "has_words": any(rule.words for rule in table.rules),
        "rules": [
            {
                "number": rule.number,
                "tests": [_test(text, words) for text, words in zip(rule.tests, inputs, strict=True)],
                "outputs": [_result(text, words) for text, words in zip(rule.outputs, outputs, strict=True)],
                "words": picked((rule.words, rule.words_en)),
            }
            for rule in table.rules
        ],
        "default": [_result(text, words) for text, words in zip(defaults, outputs, strict=False)],
    }


def _policy(table: Table) -> str:
    words = {
        "UNIQUE": _("Exactly one rule applies."),
        "FIRST": _("The first rule that fits applies."),
        "ANY": _("Several rules may fit; they give the same result."),
        "PRIORITY": _("Of the rules that fit, the one with the most important result applies."),
        "RULE ORDER": _("Every rule that fits applies, in the order of the table."),
        "OUTPUT ORDER": _("Every rule that fits applies, the most important result first."),
        "COLLECT": _("Every rule that fits applies."),
        "SUM": _("The results of all rules that fit are added up."),
        "MIN": _("The smallest result of all rules that fit applies."),
        "MAX": _("The largest result of all rules that fit applies."),
        "COUNT": _("The rules that fit are counted."),
    }
    return words.get(table.aggregation or table.policy, "")


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
            return f"{shown} {_result(part[len(sign) :], words)}".strip()
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
    if plain == "null":
        return _("not known")
    if day := _DATE.fullmatch(plain):
        return f"{day[3]}.{day[2]}.{day[1]}."
    if quoted := _TEXT.fullmatch(plain):
        told = quoted[1].split() if all(code in words for code in quoted[1].split()) else [quoted[1]]
        return ", ".join(words.get(code, code) for code in told) or "–"
    return plain or "–"
