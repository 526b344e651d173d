"""What pages and the API learn: frozen values, in both languages where they are words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from cases.errors import Reason
from cases.forms import Form, FormContext, Row, present
from cases.models import Document

Queue = Literal["mine", "group", "waiting", "all"]
State = Literal["new", "mine", "taken", "returned", "corrected"]


@dataclass(frozen=True, slots=True)
class InboxFilters:
    """Which part: `mine` is assigned to me, `group` is free, `all` is both, `waiting` is others' turn."""

    queue: Queue = "mine"
    q: str = ""
    process: str = ""
    organisation: int | None = None
    overdue: bool = False
    due_week: bool = False


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """Which cases."""

    q: str = ""
    process: str = ""
    organisation: int | None = None
    status: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many tasks; counting stops at 1000. The last two look at `mine` and `group` together."""

    mine: int
    group: int
    waiting: int
    overdue: int
    due_this_week: int


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A task in a list; `blocked` says why this person may not do it although it is in their group."""

    public_id: UUID
    element: str
    name_lv: str
    name_en: str
    form_key: str
    status: str
    group: str
    assignee: str
    assignee_name: str
    is_mine: bool
    state: State
    opened_at: datetime
    due_at: datetime | None
    is_overdue: bool
    blocked: Reason | None
    case_public_id: UUID
    case_number: str
    case_status: str
    process_key: str
    process_lv: str
    process_en: str
    organisation_id: int
    organisation: str
    municipality: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page, most urgent first; cursors are opaque and empty at the ends; `count` stops at 1000."""

    items: tuple[InboxRow, ...]
    next_cursor: str
    previous_cursor: str
    count: int
    counts: QueueCounts


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list; `turn` says whose turn it is."""

    public_id: UUID
    number: str
    process_key: str
    process_lv: str
    process_en: str
    status: str
    outcome: str
    organisation_id: int
    organisation: str
    municipality: str
    applicant_name: str
    created_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    turn: "Turn"


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases, newest first."""

    items: tuple[CaseRow, ...]
    next_cursor: str
    previous_cursor: str
    count: int


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, since when and until when; `explanation` is how the due date was counted."""

    text_lv: str
    text_en: str
    since: datetime | None
    until: datetime | None
    mine: bool
    explanation_lv: str = ""
    explanation_en: str = ""
    task_public_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened in a case; `quote` are somebody's own words."""

    at: datetime
    text_lv: str
    text_en: str
    who: str
    kind: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class StepItem:
    """A task of the diagram: done, open now, or still ahead."""

    element: str
    name_lv: str
    name_en: str
    state: Literal["done", "now", "ahead"]
    who: str
    at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class DiagramView:
    """The diagram as BPMN, and what to mark in it: elements done and active, sequence flows taken."""

    xml: str
    done: tuple[str, ...]
    now: tuple[str, ...]
    flows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The newest answers to a form; `former` are those that they replaced, if any."""

    form: Form
    content: Mapping[str, Any]
    former: Mapping[str, Any] | None
    who: str
    at: datetime
    context: FormContext

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
        """Names of the fields that differ from the former answers."""
        if self.former is None:
            return ()
        names = [field.name for field in self.form.fields]
        return tuple(name for name in names if self.content.get(name) != self.former.get(name))

    def rows(self, language: str) -> tuple[Row, ...]:
        """Label and text of every answer."""
        return tuple(present(self.form, self.content, self.context, language))

    def former_rows(self, language: str) -> tuple[Row, ...]:
        """Label and text of the former answers."""
        return tuple(present(self.form, self.former or {}, self.context, language))


@dataclass(frozen=True, slots=True)
class CommentView:
    """An officer's words on one field."""

    field: str
    text: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftView:
    """What was typed and not sent."""

    content: Mapping[str, Any]
    version: int
    author_name: str
    is_mine: bool
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with its form; `values` is what it shows: the draft, else former answers, else the prefill.

    In a correction `open_fields` are those that may change, otherwise None. `against` says why this person
    may not complete the task; `done_by` and `done_at` tell of a task that is no longer open.
    """

    public_id: UUID
    element: str
    name_lv: str
    name_en: str
    status: str
    group: str
    assignee: str
    assignee_name: str
    is_mine: bool
    opened_at: datetime
    due_at: datetime | None
    is_overdue: bool
    explanation_lv: str
    explanation_en: str
    form: Form
    context: FormContext
    values: Mapping[str, Any]
    previous: Mapping[str, Any]
    open_fields: frozenset[str] | None
    comments: tuple[CommentView, ...]
    draft: DraftView | None
    earlier: tuple[AnswerView, ...]
    documents: tuple[Document, ...]
    against: Reason | None
    can_claim: bool
    can_release: bool
    can_return: bool
    returned_form: Form | None
    done_by: str
    done_at: datetime | None
    case_public_id: UUID
    case_number: str
    case_status: str
    process_key: str
    process_lv: str
    process_en: str
    organisation_id: int
    organisation: str


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
    can_withdraw: bool
    can_cancel: bool
