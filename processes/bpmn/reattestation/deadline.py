"""Until when a review is to be answered."""

from typing import Final

from cases import deadlines
from cases.dates import date_en
from cases.due_dates import resolve
from cases.models import Case
from engine.core.waits import Deadline

from .holders import RIGA

RULE: Final = "reattestation"
# Until the ministry sets another number of days.
deadlines.declare(RULE, days=30, unit="calendar_days")


def last_day_words(case: Case | None, language: str) -> str:
    """The last day to answer, in words."""
    if case is None:
        return ""
    due = resolve(Deadline(RULE), instance_id=case.instance_id, start=case.created_at)
    if due is None:
        return ""
    day = due.astimezone(RIGA).date()
    return date_en(day) if language == "en" else f"{day:%d.%m.%Y.}"
