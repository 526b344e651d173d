"""What an applicant is told of a case: where it stands, when it may be decided, whom to ask."""

from dataclasses import dataclass
from datetime import datetime

from .clock import LegalClock
from .course import Milestone


@dataclass(frozen=True, slots=True)
class Expectation:
    """When a case may be decided, from how long others took; days are working days.

    `by` is empty once the case takes longer than four of five others did.
    """

    usual_days: int
    most_days: int
    cases: int
    by: datetime | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """By when a decision is to be looked for: from how long others took, and by its deadline."""

    by: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about a case."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class StatusView:
    """The stages of a case, its legal clock, the expected date and whom to ask."""

    milestones: tuple[Milestone, ...]
    clock: LegalClock | None
    expectation: Expectation | None
    contact: Contact | None
