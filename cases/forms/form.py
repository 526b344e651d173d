"""A form as values: what a JSON Schema file with our keywords says, kept by the digest of its definition."""

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, Literal, cast

from engine import catalog
from engine.models import ProcessDefinition

Kind = Literal[
    "text",
    "textarea",
    "email",
    "phone",
    "date",
    "int",
    "decimal",
    "choice",
    "choices",
    "bool",
    "person",
    "file",
    "code",
    "rows",
]
LONGEST_TEXT: Final = 4000
LONGEST_LINE: Final = 300


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen; `after` is what is left to do for who chose it, once it is sent."""

    value: str
    label_lv: str
    label_en: str
    hint_lv: str = ""
    hint_en: str = ""
    after_lv: str = ""
    after_en: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is known about a row, to be read beside what is asked of it."""

    label_lv: str
    label_en: str
    text_lv: str
    text_en: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table: its key, what it is called, what is known, what stands in it at first."""

    key: str
    title_lv: str
    title_en: str
    facts: tuple[Fact, ...] = ()
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShowIf:
    """The field is asked only while another one has one of these values."""

    field: str
    values: tuple[str, ...]

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether the answers make the field appear."""
        given = answers.get(self.field)
        met = given if isinstance(given, list) else [given]
        return any(_written(value) in self.values for value in met)


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    `signs`: the file has to be the newest document of this kind, signed by whoever answers. `asked_if`: the
    question is asked, and has to be answered, only where this condition holds for the case. `row`
    is the row of a table that it is asked of, whose first or last it may be.
    """

    name: str
    kind: Kind
    label_lv: str
    label_en: str
    hint_lv: str = ""
    hint_en: str = ""
    required: bool = False
    source: str = ""
    prefill: str = ""
    options: tuple[Choice, ...] = ()
    max_length: int | None = None
    show_if: ShowIf | None = None
    not_before: str = ""
    autocomplete: str = ""
    signs: str = ""
    asked_if: str = ""
    messages: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    row: TableRow | None = None
    is_first: bool = False
    is_last: bool = False

    def shown(self, answers: Mapping[str, Any]) -> bool:
        """Whether these answers ask the question at all."""
        return self.show_if is None or self.show_if.holds(answers)


@dataclass(frozen=True, slots=True)
class ReturnRule:
    """How a decision form returns a case: the form that reopens, and the answer that means so."""

    form: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form; `variables` names the process variable of each field that the engine may know.

    `columns` are patterns of the names that rows of its tables give, of those that are gone too.
    """

    key: str
    digest: str
    title_lv: str
    title_en: str
    intro_lv: str
    intro_en: str
    submit_lv: str
    submit_en: str
    fields: tuple[Field, ...]
    variables: Mapping[str, str]
    return_rule: ReturnRule | None
    schema: Mapping[str, Any]
    columns: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        """The field of this name; KeyError."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def names(self) -> frozenset[str]:
        """The names of all fields."""
        return frozenset(field.name for field in self.fields)

    def knows(self, name: str) -> bool:
        """Whether a field of this name is asked, or was of a row that has gone since."""
        return name in self.names or any(re.fullmatch(pattern, name) for pattern in self.columns)


def load(definition: ProcessDefinition, form_key: str) -> Form:
    """The form of this version of the process."""
    return _loaded(definition.digest, form_key)


@cache
def _loaded(digest: str, form_key: str) -> Form:
    row = ProcessDefinition.objects.get(digest=digest)
    return build(form_key, catalog.form_of(row, form_key))


def build(key: str, schema: Mapping[str, Any]) -> Form:
    """The form that a schema describes."""
    title_lv, title_en = _pair(schema, "x-title")
    intro_lv, intro_en = _pair(schema, "x-intro")
    submit_lv, submit_en = _pair(schema, "x-submit")
    required = frozenset(_required(schema))
    properties: Mapping[str, Any] = schema.get("properties", {})
    order = [
        *schema.get("x-order", ()),
        *(name for name in properties if name not in schema.get("x-order", ())),
    ]
    rule = schema.get("x-return")
    return Form(
        key=key,
        digest=sha256(json.dumps(schema, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        title_lv=title_lv or str(schema.get("title", "")),
        title_en=title_en,
        intro_lv=intro_lv,
        intro_en=intro_en,
        submit_lv=submit_lv or "Turpināt",
        submit_en=submit_en or "Continue",
        fields=tuple(_field(name, properties[name], name in required) for name in order),
        variables=MappingProxyType(dict(schema.get("x-variables", {}))),
        return_rule=ReturnRule(rule["form"], rule["field"], rule["value"]) if rule else None,
        schema=schema,
    )


def _required(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from schema.get("required", ())
    for branch in schema.get("allOf", ()):
        yield from branch.get("then", {}).get("required", ())


def _pair(schema: Mapping[str, Any], key: str) -> tuple[str, str]:
    words = schema.get(key, {})
    return str(words.get("lv", "")), str(words.get("en", ""))


def _field(name: str, schema: Mapping[str, Any], required: bool) -> Field:
    english = schema.get("x-en", {})
    kind = cast(Kind, schema.get("x-kind") or _kind(schema))
    show = schema.get("x-show-if")
    return Field(
        name=name,
        kind=kind,
        label_lv=str(schema.get("title", name)),
        label_en=str(english.get("title", schema.get("title", name))),
        hint_lv=str(schema.get("description", "")),
        hint_en=str(english.get("description", "")),
        required=required,
        source=str(schema.get("x-source", "")),
        prefill=str(schema.get("x-prefill", "")),
        options=_options(schema),
        max_length=_max_length(kind, schema),
        show_if=_show_if(show) if show else None,
        not_before=str(schema.get("x-not-before", "")),
        autocomplete=str(schema.get("x-autocomplete", "")),
        signs=str(schema.get("x-signed", "")),
        asked_if=str(schema.get("x-asked-if", "")),
        messages=MappingProxyType(
            {code: (words["lv"], words["en"]) for code, words in schema.get("x-messages", {}).items()}
        ),
    )


def _kind(schema: Mapping[str, Any]) -> str:
    match schema:
        case {"enum": _}:
            return "choice"
        case {"format": "date"}:
            return "date"
        case {"format": "email"}:
            return "email"
        case {"type": "array"}:
            return "choices"
        case {"type": "boolean"}:
            return "bool"
        case {"type": "integer"}:
            return "int"
        case {"type": "number"}:
            return "decimal"
    return "text"


def _options(schema: Mapping[str, Any]) -> tuple[Choice, ...]:
    values = schema.get("enum") or schema.get("items", {}).get("enum") or ()
    words = schema.get("x-labels", {})
    hints = schema.get("x-hints", {})
    after = schema.get("x-after", {})
    return tuple(
        Choice(
            value=str(value),
            label_lv=words.get(value, {}).get("lv", str(value)),
            label_en=words.get(value, {}).get("en", str(value)),
            hint_lv=hints.get(value, {}).get("lv", ""),
            hint_en=hints.get(value, {}).get("en", ""),
            after_lv=after.get(value, {}).get("lv", ""),
            after_en=after.get(value, {}).get("en", ""),
        )
        for value in values
    )


def _max_length(kind: Kind, schema: Mapping[str, Any]) -> int | None:
    if "maxLength" in schema:
        return int(schema["maxLength"])
    if kind == "textarea":
        return LONGEST_TEXT
    return LONGEST_LINE if kind in ("text", "email", "phone", "code") else None


def _show_if(show: Mapping[str, Any]) -> ShowIf:
    ((field, wanted),) = show.items()
    values = wanted if isinstance(wanted, list) else [wanted]
    return ShowIf(field, tuple(_written(value) for value in values))


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
