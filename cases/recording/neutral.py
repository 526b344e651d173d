"""Values that say nothing of anybody: a text stays only if the files of the process themselves name it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any, Final

from accounts.models import Role
from cases.forms.form import Field, Form, build

_QUOTED: Final = re.compile(r'"([^"<>]*)"')
EXAMPLE: Final = "teksts"
DAY: Final = "2026-09-01"
NUMBER: Final = 1
_BY_KIND: Final[Mapping[str, str]] = {
    "textarea": "Kāds teksts.",
    "email": "adrese@example.lv",
    "phone": "20000000",
    "code": "000000-00000",
    "date": DAY,
    "file": "datne.pdf",
    "person": "persona",
}
_KEYS: Final = frozenset(str(number) for number in range(1, 501))
_WORDS_KINDS: Final = ("choice", "choices")


def words_of(files: Mapping[str, str]) -> frozenset[str]:
    """Every text that stands between quotes in the files of a version, and the names of the roles."""
    found = {word for text in files.values() for word in _QUOTED.findall(unescape(text))}
    return frozenset(found) | {str(role) for role in Role}


def neutral_value(kind: str, value: Any, words: frozenset[str]) -> Any:
    """The value of a variable of this type without what it says of anybody."""
    match value:
        case None | bool():
            return value
        case str() if value in words:
            return value
        case list():
            return [key if key in words else f"{number}" for number, key in enumerate(value, start=1)]
    return {"int": NUMBER, "decimal": str(NUMBER), "date": DAY}.get(kind, EXAMPLE)


def may_stay(kind: str, value: Any, words: frozenset[str]) -> bool:
    """Whether a value that the path hangs on tells of nobody: a number, a day, yes or no, a known word."""
    if kind not in ("str", "list"):
        return True
    keys = value if isinstance(value, list) else [value]
    return all(key in words or key == EXAMPLE or key in _KEYS for key in keys)


def neutral_answer(field: Field | None, value: Any, words: frozenset[str]) -> Any:
    """The answer to a question without what it says of anybody."""
    kind = field.kind if field is not None else "text"
    match value:
        case None | bool():
            return value
        case list():
            return [item for item in value if item in words]
        case int() | float():
            return NUMBER
        case str() if kind in _WORDS_KINDS and value in words:
            return value
    if field is not None and field.signs:
        return "{signed}"
    return _BY_KIND.get(kind, EXAMPLE)


def fields_of(form: Form, names: Sequence[str]) -> dict[str, tuple[str, Field | None]]:
    """For each answered name the one to write, and its question; rows of tables are numbered."""
    own = {field.name: field for field in form.fields}
    found: dict[str, tuple[str, Field | None]] = {}
    rows: dict[tuple[str, str], int] = {}
    for name in names:
        if name in own:
            found[name] = name, own[name]
            continue
        table, _, rest = name.partition("-")
        row, _, column = rest.rpartition("-")
        number = rows.setdefault((table, row), len(rows) + 1)
        columns = {field.name: field for field in _columns(form, table)}
        if column in columns:
            found[name] = f"{table}-{number}-{column}", columns[column]
    return found


def _columns(form: Form, table: str) -> tuple[Field, ...]:
    schema = form.schema.get("properties", {}).get(table)
    return build(form.key, schema).fields if schema else ()
