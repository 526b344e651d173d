"""Answers as rows of a summary list: with what stood before, with links to change them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases.forms import present
from cases.queries import AnswerView, CommentView, TaskView
from cases.signatures.telling import Told
from web import words

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question with its answer; `before` is what a correction replaced, `change` where it is changed.

    `comment` are the officer's words that the answer was corrected after.
    """

    name: str
    label: str
    text: str
    document: str = ""
    before: str = ""
    change: str = ""
    comment: CommentView | None = None
    signature: Told | None = None


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
    """A form's answers; those that were to be corrected with the officer's words and the former value."""
    spoken = language()
    now = {row.name: row for row in answer.rows(spoken)}
    former = {row.name: row.text for row in answer.former_rows(spoken)} if answer.former is not None else {}
    comments = {comment.field: comment for comment in answer.comments}
    rows = []
    for field in answer.form.fields:
        row, comment = now.get(field.name), comments.get(field.name)
        if row is None and comment is None:
            continue
        rows.append(
            AnswerRow(
                name=field.name,
                label=row.label if row else words.pick(field, "label"),
                text=row.text if row else NOTHING,
                document=row.document if row else "",
                before=former.get(field.name, NOTHING) if field.name in answer.changed else "",
                comment=comment,
                signature=row.signature if row else None,
            )
        )
    return AnswerGroup(words.pick(answer, "title"), answer.who, answer.at, tuple(rows))


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that was returned or then changed: what it was, what it is, and the words on it."""

    label: str
    before: str
    now: str
    is_changed: bool
    comment: CommentView | None
    document: str = ""


def changes_of(view: TaskView) -> list[Change]:
    """What changed since the case was last returned, answer by answer."""
    return [change for answer in view.earlier if answer.former is not None for change in _changes(answer)]


def _changes(answer: AnswerView) -> Iterator[Change]:
    now = {row.name: row for row in answer.rows(language())}
    former = {row.name: row.text for row in answer.former_rows(language())}
    comments = {comment.field: comment for comment in answer.comments}
    for field in answer.form.fields:
        if field.name in answer.changed or field.name in comments:
            row = now.get(field.name)
            yield Change(
                label=words.pick(field, "label"),
                before=former.get(field.name, NOTHING),
                now=row.text if row else NOTHING,
                is_changed=field.name in answer.changed,
                comment=comments.get(field.name),
                document=row.document if row else "",
            )


def own_rows(view: TaskView, answers: Mapping[str, Any], *, change: str = "") -> tuple[AnswerRow, ...]:
    """One's own answers before they are sent; only those that may change get a link."""
    spoken = language()
    earlier = present(view.form, view.previous, view.context, spoken, mask_codes=False)
    former = {row.name: row.text for row in earlier}
    is_correction = view.open_fields is not None
    comments = {comment.field: comment for comment in view.comments}
    rows = present(view.form, answers, view.context, spoken, mask_codes=False)
    return tuple(
        AnswerRow(
            name=row.name,
            label=row.label,
            text=row.text,
            document=row.document,
            before=_before(former.get(row.name, ""), row.text) if is_correction else "",
            change=f"{change}#id_{row.name}" if change and is_open(view, row.name) else "",
            comment=comments.get(row.name),
            signature=row.signature,
        )
        for row in rows
    )


def typed_rows(view: TaskView, answers: Mapping[str, Any]) -> list[AnswerRow]:
    """What was typed and not sent, whole and in words."""
    closed = {name: value for name, value in view.previous.items() if not is_open(view, name)}
    rows = present(view.form, {**closed, **answers}, view.context, language(), mask_codes=False)
    return [AnswerRow(row.name, row.label, row.text, row.document) for row in rows if is_open(view, row.name)]


def _before(former: str, now: str) -> str:
    return "" if former == now else former or NOTHING


def is_open(view: TaskView, field: str) -> bool:
    """Whether this field may be changed in the task."""
    return view.open_fields is None or field in view.open_fields
