"""What people entered: answers, words on them, and what was typed and not sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.forms import Form, FormContext, Row, present


@dataclass(frozen=True, slots=True)
class CommentView:
    """An officer's words on one field."""

    field: str
    text: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The newest answers to a form; `former` are those that they replaced, if any.

    `comments` are the words that the newest answers were to answer, `opened` the fields that these opened.
    """

    form: Form
    content: Mapping[str, Any]
    former: Mapping[str, Any] | None
    who: str
    at: datetime
    context: FormContext
    comments: tuple[CommentView, ...] = ()
    opened: frozenset[str] = frozenset()

    @property
    def title_lv(self) -> str:
        """The form's title in Latvian."""
        return self.form.title_lv

    @property
    def title_en(self) -> str:
        """The form's title in English."""
        return self.form.title_en

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the opened fields that differ from the former answers."""
        if self.former is None:
            return ()
        names = [field.name for field in self.form.fields if field.name in self.opened]
        return tuple(name for name in names if self.content.get(name) != self.former.get(name))

    def rows(self, language: str) -> tuple[Row, ...]:
        """Label and text of every answer."""
        return tuple(present(self.form, self.content, self.context, language))

    def former_rows(self, language: str) -> tuple[Row, ...]:
        """Label and text of the former answers."""
        return tuple(present(self.form, self.former or {}, self.context, language))


@dataclass(frozen=True, slots=True)
class DraftView:
    """What was typed and not sent."""

    content: Mapping[str, Any]
    version: int
    author_name: str
    is_mine: bool
    saved_at: datetime
