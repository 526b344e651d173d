"""Cases: which are asked for, a row of each, and one with everything that its page shows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases.models import Document

from .answers import AnswerView
from .clock import LegalClock
from .course import StepItem, TimelineItem, Turn
from .documents import DocumentGroup


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """Which cases."""

    q: str = ""
    process: str = ""
    organisation: int | None = None
    status: str = ""
    own: bool = False
    not_closed: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list; `turn` says whose turn it is, `outcome_lv` and `outcome_en` how it came out."""

    public_id: UUID
    number: str
    process_key: str
    process_lv: str
    process_en: str
    status: str
    outcome: str
    outcome_lv: str
    outcome_en: str
    organisation_id: int
    organisation: str
    municipality: str
    applicant_name: str
    subject_name: str
    created_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    turn: Turn


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases, newest first."""

    items: tuple[CaseRow, ...]
    next_cursor: str
    previous_cursor: str
    count: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything that its page shows."""

    public_id: UUID
    number: str
    process_key: str
    process_lv: str
    process_en: str
    status: str
    outcome: str
    outcome_lv: str
    outcome_en: str
    organisation_id: int
    organisation: str
    municipality: str
    applicant_name: str
    subject_name: str
    created_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    turn: Turn
    steps: tuple[StepItem, ...]
    timeline: tuple[TimelineItem, ...]
    answers: tuple[AnswerView, ...]
    documents: tuple[Document, ...]
    papers: tuple[DocumentGroup, ...]
    can_withdraw: bool
    can_cancel: bool
    version: int = 0
    clock: LegalClock | None = None
