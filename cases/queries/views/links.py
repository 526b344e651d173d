"""One-time links: how the newest one to a task stands, and what became of one that does not open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

LinkState = Literal["sending", "sent", "opened", "expired", "closed", "no_address"]


@dataclass(frozen=True, slots=True)
class LinkView:
    """The newest link to an open task, for who may send another; `to` is a masked address."""

    task_public_id: UUID
    state: LinkState
    who: str
    to: str
    sent_at: datetime | None
    opened_at: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LinkStory:
    """What became of a link's task; no more than its mail said. `done_at` if somebody did it."""

    task_public_id: UUID
    name_lv: str
    name_en: str
    case_public_id: UUID
    case_number: str
    organisation: str
    done_at: datetime | None
    ended_at: datetime | None
    is_closed: bool
    until: datetime
    newer_at: datetime | None
