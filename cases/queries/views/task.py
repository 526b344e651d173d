"""One task with everything that its page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cases.errors import Reason
from cases.forms import Form, FormContext
from cases.models import Document

from .answers import AnswerView, CommentView, DraftView


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with its form; `values` is what it shows: the draft, else former answers, else the prefill.

    In a correction `open_fields` are those that may change, otherwise None. `against` says why this person
    may not complete the task; `done_by` and `done_at` tell of a task that is no longer open, `returned_with`
    are the words with which it sent the case back. `has_colleagues`: somebody else could do the task too.
    `papers` are the documents to be signed by the name of the question that wants them back.
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
    papers: Mapping[str, Document]
    against: Reason | None
    can_claim: bool
    can_release: bool
    has_colleagues: bool
    can_return: bool
    returned_form: Form | None
    returned_with: tuple[CommentView, ...]
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
