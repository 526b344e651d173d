"""Until when a review is to be answered."""

from typing import Final

from cases import deadlines
from cases.dates import date_en
from cases.due_dates import resolve
from cases.models import Case
from engine.core.waits import Deadline

from .holders import RIGA

RULE: Final = "reattestation"
# Until the ministry sets other numbers of days; the diagram names them.
for _name, _days, _lv, _en in (
    (RULE, 30, "Pieejas pārskatīšana: līdz kuram jāatbild", "Review of access: until when to answer"),
    ("reattestation_reminder", 15, "Pieejas pārskatīšana: atgādinājums", "Review of access: reminder"),
    (
        "reattestation_last_reminder",
        29,
        "Pieejas pārskatīšana: pēdējais atgādinājums",
        "Review of access: last reminder",
    ),
    (
        "reattestation_warning",
        23,
        "Pieejas pārskatīšana: brīdinājums darbiniekiem",
        "Review of access: warning to the employees",
    ),
):
    deadlines.declare(_name, days=_days, unit="calendar_days", lv=_lv, en=_en)


def last_day_words(case: Case | None, language: str) -> str:
    """The last day to answer, in words."""
    if case is None:
        return ""
    due = resolve(Deadline(RULE), instance_id=case.instance_id, start=case.created_at)
    if due is None:
        return ""
    day = due.astimezone(RIGA).date()
    return date_en(day) if language == "en" else f"{day:%d.%m.%Y.}"
