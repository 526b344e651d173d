"""Answers as rows of a summary list: with what stood before, with links to change them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.forms import present
from cases.queries import AnswerView, TaskView
from web import words


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question with its answer; `before` is what a correction replaced, `change` where it is changed."""

    name: str
    label: str
    text: str
    document: str = ""
    before: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The answers to one form."""

    title: str
    who: str
    at: Any
    rows: tuple[AnswerRow, ...]


def language() -> str:
    """The page's language as forms name it."""
    return "lv" if words.is_latvian() else "en"


def group_of(answer: AnswerView) -> AnswerGroup:
    """A form's answers, changed ones with their former value."""
    spoken = language()
    former = {row.name: row.text for row in answer.former_rows(spoken)} if answer.former is not None else {}
    changed = set(answer.changed)
    nothing = "–"
    rows = tuple(
        AnswerRow(
            name=row.name,
            label=row.label,
            text=row.text,
            document=row.document,
            before=former.get(row.name, nothing) if row.name in changed else "",
        )
        for row in answer.rows(spoken)
    )
    return AnswerGroup(words.pick(answer, "title"), answer.who, answer.at, rows)


def own_rows(view: TaskView, answers: Mapping[str, Any], *, change: str = "") -> tuple[AnswerRow, ...]:
    """One's own answers before they are sent; only those that may change get a link."""
    spoken = language()
    earlier = present(view.form, view.previous, view.context, spoken, mask_codes=False)
    former = {row.name: row.text for row in earlier}
    is_correction = view.open_fields is not None
    rows = present(view.form, answers, view.context, spoken, mask_codes=False)
    return tuple(
        AnswerRow(
            name=row.name,
            label=row.label,
            text=row.text,
            document=row.document,
            before=_before(former.get(row.name, ""), row.text) if is_correction else "",
            change=f"{change}#id_{row.name}" if change and is_open(view, row.name) else "",
        )
        for row in rows
    )


def typed_rows(view: TaskView, answers: Mapping[str, Any]) -> list[AnswerRow]:
    """What was typed and not sent, whole and in words."""
    closed = {name: value for name, value in view.previous.items() if not is_open(view, name)}
    rows = present(view.form, {**closed, **answers}, view.context, language(), mask_codes=False)
    return [AnswerRow(row.name, row.label, row.text, row.document) for row in rows if is_open(view, row.name)]


def _before(former: str, now: str) -> str:
    return "" if former == now else former or "–"


def is_open(view: TaskView, field: str) -> bool:
    """Whether this field may be changed in the task."""
    return view.open_fields is None or field in view.open_fields
