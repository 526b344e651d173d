"""A form's fields as the templates draw them: value, options, errors and an officer's words in one place."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.errors import FieldError
from cases.forms import Choice, Field, Form, FormContext, ShowIf, TableRow, choices, is_asked, record_offered
from cases.models import Document
from cases.signatures.telling import Told, of_document
from web.demo import is_demo
from web.pages import Problem
from web.words import pick

RADIOS_AT_MOST: Final = 7

# The kind of a document that a person gave begins so.
UPLOADED: Final = "upload."


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen."""

    identifier: str
    value: str
    label: str
    hint: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three boxes of a date; `part` is day, month or year."""

    identifier: str
    name: str
    value: str
    width: int
    part: str


@dataclass(frozen=True, slots=True)
class Note:
    """An officer's words on a field, and what the answer was in words."""

    who: str
    at: datetime
    text: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Widget:
    """One field, ready to draw; `identifier` is where the error summary points."""

    name: str
    kind: str
    template: str
    identifier: str
    label: str
    hint: str
    required: bool
    value: str
    width: str
    max_length: int | None
    autocomplete: str
    options: tuple[Option, ...]
    parts: tuple[Part, ...]
    error: str
    note: Note | None
    shown_by: str
    shown_for: tuple[str, ...]
    only_if: str
    file_name: str
    paper: Document | None = None
    signature: Told | None = None
    signs: bool = False
    demonstrates: bool = False
    earlier: tuple[Document, ...] = ()
    row: TableRow | None = None
    is_first: bool = False
    is_last: bool = False

    @property
    def about(self) -> str:
        """The row that is asked of, for whoever hears the question alone."""
        return pick(self.row, "title") if self.row else ""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is known about the row."""
        return [(pick(fact, "label"), pick(fact, "text")) for fact in self.row.facts] if self.row else []

    @property
    def described_by(self) -> str:
        """The ids that `aria-describedby` names."""
        there = (
            ("note", self.note is not None),
            ("hint", bool(self.hint) or (self.note is not None and bool(self.note.before))),
            ("error", bool(self.error)),
        )
        return " ".join(f"{self.name}-{what}" for what, stands in there if stands)

    @property
    def input_type(self) -> str:
        """The `type` of the input."""
        return {"email": "email", "phone": "tel"}.get(self.kind, "text")

    @property
    def input_mode(self) -> str:
        """Which keys a phone shows."""
        return {"int": "numeric", "code": "numeric", "decimal": "decimal"}.get(self.kind, "")

    @property
    def accepted(self) -> str:
        """Which types of file the browser offers."""
        return ".pdf,.edoc,.asice" if self.signs else ".pdf,.edoc,.asice,.png,.jpg,.jpeg"

    @property
    def says_optional(self) -> bool:
        """Whether the label adds that it may stay empty; a single box to tick says it by itself."""
        return not self.required and self.kind != "bool"


@dataclass(frozen=True, slots=True)
class Filling:
    """What the fields are filled with; `opened` are the fields that may be changed, None means all.

    `documents` are the files that may have been given, by public id, `papers` those to sign, by field.
    """

    answers: Mapping[str, Any]
    errors: tuple[FieldError, ...] = ()
    opened: frozenset[str] | None = None
    notes: Mapping[str, Note] | None = None
    documents: Mapping[str, Document] = dataclasses.field(default_factory=dict)
    papers: Mapping[str, Document] = dataclasses.field(default_factory=dict)


def widgets(form: Form, context: FormContext, filling: Filling) -> list[Widget]:
    """The form's fields in order; after a return only those that it opened."""
    asked = [
        field
        for field in form.fields
        if (filling.opened is None or field.name in filling.opened) and is_asked(field, context)
    ]
    needed = {field.name for field in asked} | {field.show_if.field for field in asked if field.show_if}
    offered = {
        field.name: choices(field, context)
        for field in form.fields
        if field.name in needed and field.kind in ("choice", "choices", "person")
    }
    record_offered(context, form, offered)
    return [_widget(form, field, offered, filling) for field in asked]


def problems(found: list[Widget], errors: tuple[FieldError, ...]) -> list[Problem]:
    """The lines of the error summary, in the order of the page."""
    targets = {widget.name: widget.identifier for widget in found}
    order = {name: at for at, name in enumerate(targets)}
    ranked = sorted(errors, key=lambda error: order.get(error.field, -1))
    return [Problem(pick(error, "message"), targets.get(error.field, "")) for error in ranked]


def _widget(
    form: Form, field: Field, choices_of: Mapping[str, tuple[Choice, ...]], filling: Filling
) -> Widget:
    value = filling.answers.get(field.name)
    offered = choices_of.get(field.name, ())
    options = _options(field, offered, value)
    template = _template(field, len(offered))
    parts = _parts(field.name, value) if field.kind == "date" else ()
    first = parts[0].identifier if parts else f"id_{field.name}"
    # A question that was returned stands by itself: what it depends on may be closed and not on the page.
    show = field.show_if if filling.opened is None or _follows(field, filling.opened) else None
    given = filling.documents.get(_text(field, value)) if field.kind == "file" else None
    return Widget(
        name=field.name,
        kind=field.kind,
        template=f"forms/{template}.html",
        identifier=options[0].identifier if template in ("radios", "checkboxes") and options else first,
        label=pick(field, "label"),
        hint=pick(field, "hint"),
        required=field.required or bool(field.asked_if),
        value=_text(field, value),
        width=_width(field),
        max_length=field.max_length,
        autocomplete=field.autocomplete,
        options=options,
        parts=parts,
        error=" ".join(pick(error, "message") for error in filling.errors if error.field == field.name),
        note=(filling.notes or {}).get(field.name),
        shown_by=show.field if show else "",
        shown_for=show.values if show else (),
        only_if=_only_if(form, show, choices_of) if show else "",
        file_name=given.file_name if given else "",
        paper=filling.papers.get(field.name),
        signature=of_document(given) if given else None,
        signs=bool(field.signs),
        demonstrates=bool(field.signs) and is_demo(),
        earlier=_earlier(filling.documents, given) if field.kind == "file" and not field.signs else (),
        row=field.row,
        is_first=field.is_first,
        is_last=field.is_last,
    )


def _earlier(documents: Mapping[str, Document], given: Document | None) -> tuple[Document, ...]:
    """Files that people gave in this case before, each once, the latest first."""
    uploads = [row for row in documents.values() if row.kind.startswith(UPLOADED)]
    others = {row.blob_id: row for row in uploads if given is None or row.blob_id != given.blob_id}
    return tuple(sorted(others.values(), key=lambda row: row.given_at, reverse=True))


def _only_if(form: Form, show: ShowIf, choices_of: Mapping[str, tuple[Choice, ...]]) -> str:
    """When a question is asked, in words, for browsers that cannot hide it."""
    yes_or_no = {"true": _("Yes"), "false": _("No")}
    known = yes_or_no | {choice.value: pick(choice, "label") for choice in choices_of.get(show.field, ())}
    answers = " / ".join(known.get(value, value) for value in show.values)
    told = {"question": pick(form.field(show.field), "label"), "answers": answers}
    return _("Only if you answered “%(question)s” with: %(answers)s.") % told


def _follows(field: Field, opened: frozenset[str]) -> bool:
    return field.show_if is not None and field.show_if.field in opened


def _template(field: Field, offered: int) -> str:
    match field.kind:
        case "textarea" | "date" | "file" | "bool":
            return field.kind
        case "choices":
            return "checkboxes"
        case "choice" | "person":
            return "radios" if offered <= RADIOS_AT_MOST else "select"
    return "text"


def _options(field: Field, offered: tuple[Choice, ...], value: object) -> tuple[Option, ...]:
    chosen = {str(one) for one in value} if isinstance(value, list) else {str(value)}
    return tuple(
        Option(
            identifier=f"id_{field.name}" if at == 0 else f"id_{field.name}_{at}",
            value=choice.value,
            label=pick(choice, "label"),
            hint=pick(choice, "hint"),
            chosen=choice.value in chosen,
        )
        for at, choice in enumerate(offered)
    )


def _parts(name: str, value: object) -> tuple[Part, ...]:
    year, month, day = (*str(value or "").split("-", 2), "", "", "")[:3]
    # What was pasted whole and could not be read stays visible in the first box.
    boxes = (("day", day, 2), ("month", month, 2), ("year", year, 4))
    return tuple(
        Part(f"id_{name}-{part}", f"{name}-{part}", text.lstrip("0") if len(text) == 2 else text, width, part)
        for part, text, width in boxes
    )


def _text(field: Field, value: object) -> str:
    if value is None or isinstance(value, list):
        return ""
    if field.kind == "bool":
        return "true" if value is True else ""
    return str(value)


def _width(field: Field) -> str:
    match field.kind:
        case "int" | "decimal":
            return "govuk-input--width-5"
        case "code" | "phone":
            return "govuk-input--width-10"
        case "email":
            return "govuk-input--width-20"
    return ""
