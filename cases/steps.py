"""The step of a case that is under way in this thread: its case in memory and what is still to be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from accounts.actors import Actor

if TYPE_CHECKING:
    from cases.audit.chain import Entry
    from cases.models import Case

Intent = Literal["start", "complete", "return", "correct", "withdraw", "cancel", "repair", "migrate"]


@dataclass(slots=True)
class CaseStep:
    """One step: the locked case, who acts, and the audit entries that its end writes in one statement.

    `details` go into the entry of the completed task: names and keyed hashes of what was entered.
    """

    case: "Case"
    user: Actor
    now: datetime
    intent: Intent
    entries: list["Entry"] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)


_current: ContextVar[CaseStep | None] = ContextVar("case_step", default=None)


@contextmanager
def under_way(step: CaseStep) -> Iterator[CaseStep]:
    """While open, handlers and reactions of this thread find the step."""
    token = _current.set(step)
    try:
        yield step
    finally:
        _current.reset(token)


def of_instance(instance_id: int | None) -> CaseStep | None:
    """The step under way, if it is this process instance's."""
    step = _current.get()
    return step if step is not None and step.case.instance_id == instance_id else None


def of_case(case_id: int | None) -> CaseStep | None:
    """The step under way, if it is this case's."""
    step = _current.get()
    return step if step is not None and case_id is not None and step.case.pk == case_id else None


def starting() -> CaseStep | None:
    """The step under way, if it starts a case that is not saved yet."""
    step = _current.get()
    return step if step is not None and step.case.pk is None else None
