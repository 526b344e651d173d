"""Cursors of lists: where a page begins, opaque to whoever passes it back."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from cases.errors import FieldError, WrongType

Row = TypeVar("Row")
Stored = TypeVar("Stored", bound=Model)
WRONG = ("Šādas lapas nav.", "There is no such page.")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row at the edge: its time (none sorts last), its id, and whether the page lies before it."""

    at: datetime | None
    id: int
    backward: bool = False

    def encoded(self) -> str:
        """As text for an address."""
        content = [self.at.isoformat() if self.at else None, self.id, int(self.backward)]
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def decoded(text: str | None) -> Cursor | None:
    """The cursor; none for the first page; WrongType if it is not one of ours."""
    if not text:
        return None
    try:
        at, key, backward = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        moment = datetime.fromisoformat(at) if at is not None else None
        if type(key) is not int or not 0 <= key < 2**63 or (moment is not None and moment.tzinfo is None):
            raise ValueError(text)
    except (ValueError, TypeError, binascii.Error):
        raise WrongType((FieldError("cursor", "cursor", *WRONG),)) from None
    return Cursor(moment, key, bool(backward))


@dataclass(frozen=True, slots=True)
class Turned(Generic[Row]):
    """The rows of a page, with the cursors of the pages after and before it; empty where there is none."""

    rows: list[Row]
    next_cursor: str
    previous_cursor: str


def turned(found: "QuerySet[Stored]", cursor: str | None, limit: int, *, by: str = "-pk") -> Turned[Stored]:
    """A page of what was found, in the order of a whole number that no two rows share."""
    edge = decoded(cursor)
    column, descending = by.removeprefix("-"), by.startswith("-")
    backward = edge is not None and edge.backward
    if edge is not None:
        found = found.filter(**{f"{column}__{'lt' if descending != backward else 'gt'}": edge.id})
    rows = found.order_by(f"-{column}" if descending != backward else column)[: limit + 1]
    return cut(list(rows), edge, limit, lambda row: int(getattr(row, column)))


def cut(rows: Sequence[Row], edge: Cursor | None, limit: int, key: Callable[[Row], int]) -> Turned[Row]:
    """A page of rows that were read from the edge on, one more than it takes where there are more."""
    backward = edge is not None and edge.backward
    more, page = len(rows) > limit, list(rows[:limit])
    if backward:
        page.reverse()
    return Turned(
        rows=page,
        next_cursor=Cursor(None, key(page[-1])).encoded() if page and (more or backward) else "",
        previous_cursor=Cursor(None, key(page[0]), True).encoded()
        if page and edge is not None and (more or not backward)
        else "",
    )
