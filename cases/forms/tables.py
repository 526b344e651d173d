"""A question asked of every row of a list: the same few fields for each, named `<table>-<row>-<field>`.

A field of the kind `rows` names its source in `x-source` and its columns as `properties`, as a form does.
For a case it becomes ordinary fields, one per row and column: pages, drafts, checks and the API need no more.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from .context import FormContext
from .form import Field, Form, ShowIf, TableRow, build

RowSource = Callable[[FormContext], Iterable[TableRow]]

_sources: dict[str, RowSource] = {}
# What a name of an input, an id of the page and a path of the API may be made of.
_KEY: Final = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


def row_source(name: str) -> Callable[[RowSource], RowSource]:
    """Register the rows of tables that say `x-source: name`; keys are letters, digits and single dashes."""

    def register(source: RowSource) -> RowSource:
        _sources[name] = source
        return source

    return register


def expanded(form: Form, context: FormContext) -> Form:
    """The form with each table as the fields of its rows today; the form itself if it has no table."""
    tables = [field for field in form.fields if field.kind == "rows"]
    if not tables:
        return form
    fields: list[Field] = []
    schema = dict(form.schema) | {
        "properties": dict(form.schema["properties"]),
        "required": [name for name in form.schema.get("required", ()) if form.field(name).kind != "rows"],
        "allOf": list(form.schema.get("allOf", ())),
    }
    for field in form.fields:
        if field.kind != "rows":
            fields.append(field)
            continue
        table = schema["properties"].pop(field.name)
        for row in _sources[field.source](context):
            fields += _fields(field.name, table, row)
            _add(schema, field.name, table, row)
    return dataclasses.replace(
        form,
        fields=tuple(fields),
        schema=schema,
        columns=tuple(
            f"{table.name}-.+-{column}"
            for table in tables
            for column in form.schema["properties"][table.name]["properties"]
        ),
    )


def _fields(table: str, schema: Mapping[str, Any], row: TableRow) -> Iterator[Field]:
    if _KEY.fullmatch(row.key) is None:
        raise ValueError(f"{table}: a row cannot have the key {row.key!r}")
    columns = build(table, schema).fields
    for column in columns:
        show = column.show_if
        yield dataclasses.replace(
            column,
            name=_name(table, row, column.name),
            row=row,
            is_first=column == columns[0],
            is_last=column == columns[-1],
            show_if=ShowIf(_name(table, row, show.field), show.values) if show else None,
            messages={
                code: (lv.replace("{row}", row.title_lv), en.replace("{row}", row.title_en))
                for code, (lv, en) in column.messages.items()
            },
        )


def _add(schema: dict[str, Any], table: str, columns: Mapping[str, Any], row: TableRow) -> None:
    properties = columns["properties"]
    schema["properties"] |= {_name(table, row, name): of for name, of in properties.items()}
    schema["required"] += [_name(table, row, name) for name in columns.get("required", ())]
    schema["allOf"] += [_renamed(branch, table, row) for branch in columns.get("allOf", ())]


def _renamed(branch: Any, table: str, row: TableRow) -> Any:
    """A condition over the columns as one over the fields of a row."""
    match branch:
        case {"properties": _} | {"required": _}:
            found = dict(branch)
            if "properties" in found:
                found["properties"] = {
                    _name(table, row, name): of for name, of in found["properties"].items()
                }
            if "required" in found:
                found["required"] = [_name(table, row, name) for name in found["required"]]
            return found
        case dict():
            return {key: _renamed(value, table, row) for key, value in branch.items()}
    return branch


def _name(table: str, row: TableRow, column: str) -> str:
    return f"{table}-{row.key}-{column}"
