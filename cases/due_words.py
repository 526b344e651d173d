"""Says in words how a due date was counted, in Latvian and English."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from engine.core.waits import DueRule

from . import calendar
from .calendar import RIGA, SpecialDay
from .dates import date_en, date_lv, day_en, day_lv
from .deadlines import Count, count_of
from .models import DeadlineRule

_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Explanation:
    """The same in both languages."""

    text_lv: str
    text_en: str


def explain_due(rule: DueRule | None, *, start: datetime, due_at: datetime) -> Explanation:
    """When it ends, how many days of which kind were counted from when, which special days lay between."""
    count = count_of(rule, start) if rule is not None else None
    first, last = start.astimezone(RIGA).date(), due_at.astimezone(RIGA)
    lv = [f"Termiņš beidzas {date_lv(last.date(), 'in')} plkst. {last.hour}.{last:%M}."]
    en = [f"Due by {last.hour}:{last:%M} on {date_en(last.date())}."]
    if count is not None:
        lv.append(f"Ilgums: {count_lv(count)} pēc {date_lv(first, 'of')}.")
        en.append(f"Length: {count_en(count)} after {date_en(first)}.")
        if count.unit == DeadlineRule.Unit.WORKING_DAYS:
            lv += _special_days_lv(_special_days(first, last.date()))
            en += _special_days_en(_special_days(first, last.date()))
        lv.append(
            f"Pamats: {count.legal_reference}." if count.legal_reference else "Termiņu noteikusi ministrija."
        )
        en.append(f"Basis: {count.legal_reference}." if count.legal_reference else "Set by the ministry.")
    return Explanation(" ".join(lv), " ".join(en))


def count_lv(count: Count) -> str:
    """`1 darba diena`, `5 darba dienas`, `21 darba diena`, `0 darba dienu`."""
    kind = "darba " if count.unit == DeadlineRule.Unit.WORKING_DAYS else "kalendāra "
    if count.days % 10 == 1 and count.days % 100 != 11:
        return f"{count.days} {kind}diena"
    return f"{count.days} {kind}{'dienas' if count.days else 'dienu'}"


def count_en(count: Count) -> str:
    """`1 working day`, `5 working days`."""
    kind = "working" if count.unit == DeadlineRule.Unit.WORKING_DAYS else "calendar"
    return f"{count.days} {kind} {'day' if count.days == 1 else 'days'}"


def _special_days(first: date, last: date) -> tuple[SpecialDay, ...]:
    """The days on the way that are off within the week, or worked at its end."""
    known = calendar.current()
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    found = (known.special(day) for day in days)
    return tuple(one for one in found if one is not None and one.works != (one.day.weekday() < _SATURDAY))


def _special_days_lv(days: tuple[SpecialDay, ...]) -> list[str]:
    off = [f"{day_lv(one.day)} ({one.name_lv})" for one in days if not one.works]
    worked = [day_lv(one.day) for one in days if one.works]
    return [
        *([f"Brīvdienas šajā laikā: {', '.join(off)}."] if off else []),
        *([f"Pārceltas darbdienas: {', '.join(worked)}."] if worked else []),
    ]


def _special_days_en(days: tuple[SpecialDay, ...]) -> list[str]:
    off = [f"{day_en(one.day)} ({one.name_en})" for one in days if not one.works]
    worked = [day_en(one.day) for one in days if one.works]
    return [
        *([f"Days off on the way: {', '.join(off)}."] if off else []),
        *([f"Days worked instead: {', '.join(worked)}."] if worked else []),
    ]
