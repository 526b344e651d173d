"""The legal clock of a case as pages and the API tell it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class ClockPart:
    """One time in which the clock ran or stood; `why` says why it stood, `code` is the same for machines."""

    runs: bool
    since: datetime
    until: datetime | None
    code: str
    why_lv: str
    why_en: str
    who: str


@dataclass(frozen=True, slots=True)
class ClockExtensionView:
    """That the deadline was extended: by how many days, why, by whom."""

    days: int
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegalClock:
    """By when the case is to be decided, and how that day came about.

    `due_at` is empty while the clock stands with days left; those are then `left`. `text` is whole sentences,
    `short` one phrase: `15 darbdienas no 2. maija, apturēts uz 6 dienām, kamēr gaidījām jūs`. By
    `may_extend_by` days at most may this person still extend it; `moves_steps` if a step counts by it.
    """

    state: Literal["runs", "stopped", "ended"]
    name: str
    days: int
    working: bool
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    is_overdue: bool
    left: int
    stopped_since: datetime | None
    stopped_why: str
    stopped_why_lv: str
    stopped_why_en: str
    text_lv: str
    text_en: str
    short_lv: str
    short_en: str
    legal_reference: str
    parts: tuple[ClockPart, ...]
    extensions: tuple[ClockExtensionView, ...]
    may_extend_by: int = 0
    moves_steps: bool = False
