"""Cursors of lists: where a page begins, opaque to whoever passes it back."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from cases.errors import FieldError, WrongType

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
