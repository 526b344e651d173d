"""Until when a review is to be answered."""

from datetime import datetime, timedelta
from typing import Final

from cases import deadlines
from cases.dates import date_en
from cases.due_dates import resolve
from cases.models import Case
from engine.core.waits import Deadline
from engine.models import Task

from .holders import RIGA

RULE: Final = "reattestation"
WARNING: Final = "reattestation_warning"
# Where who leads is asked, a second time if nobody could answer the first one.
ASKED: Final = ("attest_users", "attest_users_again")
# Until the ministry sets other numbers of days; the diagram names them.
for _name, _days, _lv, _en in (
    (RULE, 30, "Termiņš atbildei pārskatīšanā", "Time to answer in the review"),
    ("reattestation_reminder", 15, "Atgādinājums pārskatīšanā", "Reminder in the review"),
    (
        "reattestation_last_reminder",
        29,
        "Pēdējais atgādinājums pārskatīšanā",
        "Last reminder in the review",
    ),
    (
        WARNING,
        23,
        "Brīdinājums darbiniekiem pārskatīšanā",
        "Warning to the employees in the review",
    ),
):
    deadlines.declare(_name, days=_days, unit="calendar_days", lv=_lv, en=_en)


def time_after_warning(now: datetime) -> timedelta:
    """How long before the end those are warned whose access is at stake."""
    days = deadlines.named(RULE, now).days - deadlines.named(WARNING, now).days
    return timedelta(days=max(days, 0))


def last_day_words(case: Case | None, language: str) -> str:
    """The last day to answer, in words."""
    if case is None:
        return ""
    asked = Task.objects.filter(instance=case.instance_id, element__in=ASKED).order_by("id").last()
    start = asked.opened_at if asked else case.created_at
    due = resolve(Deadline(RULE), instance_id=case.instance_id, start=start)
    if due is None:
        return ""
    day = due.astimezone(RIGA).date()
    return date_en(day) if language == "en" else f"{day:%d.%m.%Y.}"
