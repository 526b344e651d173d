"""The course of a case: whose turn it is, its steps, its diagram, what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from cases.errors import Reason


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, since when and until when; `explanation` is how the due date was counted.

    `what` is the task and `who` does it, where there is one; `text` says both.
    `blocked` says why it is not this person's turn although the task is free for their group.
    """

    text_lv: str
    text_en: str
    since: datetime | None
    until: datetime | None
    mine: bool
    explanation_lv: str = ""
    explanation_en: str = ""
    task_public_id: UUID | None = None
    who_lv: str = ""
    who_en: str = ""
    what_lv: str = ""
    what_en: str = ""
    blocked: Reason | None = None


@dataclass(frozen=True, slots=True)
class StepItem:
    """A task of the diagram: done, open now, or still ahead; then `sure` says that it cannot be left out."""

    element: str
    name_lv: str
    name_en: str
    state: Literal["done", "now", "ahead"]
    who: str
    at: datetime | None
    due_at: datetime | None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    """A stage that people outside speak of: behind the case, present, or still before it."""

    label_lv: str
    label_en: str
    state: Literal["done", "now", "ahead"]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DiagramView:
    """The diagram as BPMN, and what to mark in it: elements done and active, sequence flows taken."""

    xml: str
    done: tuple[str, ...]
    now: tuple[str, ...]
    flows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened in a case; `quote` are somebody's own words.

    `message_public_id` is a message to the reader, which nobody else may read.
    """

    at: datetime
    text_lv: str
    text_en: str
    who: str
    kind: str
    quote: str = ""
    message_public_id: UUID | None = None
