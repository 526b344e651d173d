"""What the person concerned is told of those who looked at their data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

What = Literal["case", "task", "document", "message", "account", "list", "search"]


@dataclass(frozen=True, slots=True)
class Look:
    """One look: who (with the roles that they held then), when, at what of which case, and by which way."""

    id: int
    at: datetime
    who: str
    roles: tuple[tuple[str, str], ...]
    is_own: bool
    what: What
    channel: str
    case_public_id: UUID | None = None
    case_number: str = ""
    process_lv: str = ""
    process_en: str = ""
    title_lv: str = ""
    title_en: str = ""
    cases: int = 0


@dataclass(frozen=True, slots=True)
class LookPage:
    """A page of looks, newest first; `count` stops at 1000."""

    items: tuple[Look, ...]
    next_cursor: str
    previous_cursor: str
    count: int
