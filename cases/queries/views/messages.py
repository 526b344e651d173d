"""Messages to a person: which are asked for, a row of each, one as it was sent."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessageFilters:
    """Which of one's messages."""

    q: str = ""
    group: str = ""
    unread: bool = False
    case: UUID | None = None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message in a list; `title_lv` and `title_en` name its kind, `subject` is empty before it is sent."""

    public_id: UUID
    kind: str
    group: str
    title_lv: str
    title_en: str
    subject: str
    delivery: str
    created_at: datetime
    sent_at: datetime | None
    read_at: datetime | None
    case_public_id: UUID | None
    case_number: str


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page of messages, newest first."""

    items: tuple[MessageRow, ...]
    next_cursor: str
    previous_cursor: str
    count: int


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message with its words; `task_public_id` while its task is open."""

    row: MessageRow
    subject: str
    text: str
    language: str
    is_erased: bool
    task_public_id: UUID | None
    digest_public_id: UUID | None
    has_address: bool


@dataclass(frozen=True, slots=True)
class DigestView:
    """A digest in the words that were sent."""

    public_id: UUID
    day: date
    subject: str
    text: str
    language: str
    sent_at: datetime | None
