"""Says in words how a due date was counted, in Latvian and English."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from engine.core.waits import DueRule

from . import calendar
from .calendar import RIGA, SpecialDay
from .dates import date_en, date_lv, day_en, day_lv
from .deadlines import Count, count_of
from .models import DeadlineRule

_SATURDAY: Final = 5
# A due date that ends with its day is told without the time.
_LAST_MINUTE: Final = time(23, 59)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The same in both languages; `short` is one phrase: how it was counted, without the day itself."""

    text_lv: str
    text_en: str
    short_lv: str = ""
    short_en: str = ""


def explain_due(rule: DueRule | None, *, start: datetime, due_at: datetime) -> Explanation:
    """When it ends, how many days of which kind were counted from when, which special days lay between."""
    return explain_count(count_of(rule, start) if rule is not None else None, start=start, due_at=due_at)


def explain_count(
    count: Count | None, *, start: datetime, due_at: datetime, place: int | None = None
) -> Explanation:
    """The same for what was counted, in the calendar of an organisation."""
    first, last = start.astimezone(RIGA).date(), due_at.astimezone(RIGA)
    lv, en = [_end_lv(last)], [_end_en(last)]
    if count is not None:
        lv.append(_counted_lv(count, first))
        en.append(_counted_en(count, first))
        if count.unit == DeadlineRule.Unit.WORKING_DAYS:
            lv += _special_days_lv(_special_days(first, last.date(), place))
            en += _special_days_en(_special_days(first, last.date(), place))
        lv.append(basis_lv(count))
        en.append(basis_en(count))
    return Explanation(" ".join(lv), " ".join(en), *_short(count, first, last.date(), place))


def basis_lv(count: Count) -> str:
    """The law behind the count, or who set it."""
    return f"Pamats: {count.legal_reference}." if count.legal_reference else "Termiņu noteikusi ministrija."


def basis_en(count: Count) -> str:
    """The same in English."""
    return f"Basis: {count.legal_reference}." if count.legal_reference else "Set by the ministry."


def _short(count: Count | None, first: date, last: date, place: int | None) -> tuple[str, str]:
    """`5 darbdienas no 17. jūnija, 2 svētku dienas, 1 pārcelta brīvdiena`."""
    if count is None:
        return "", ""
    if not count.days:
        return "tajā pašā darbdienā", "on the same working day"
    off = days_off(first, last, place) if count.working else ()
    lv = (f"{count_lv(count)} no {day_lv(first, 'of')}", off_lv(off))
    en = (f"{count_en(count)} from {day_en(first)}", off_en(off))
    return ", ".join(filter(None, lv)), ", ".join(filter(None, en))


def _end_lv(last: datetime) -> str:
    if last.time() >= _LAST_MINUTE:
        return f"Termiņš: līdz {date_lv(last.date(), 'of')} beigām."
    return f"Termiņš beidzas {date_lv(last.date(), 'in')} plkst. {last.hour}.{last:%M}."


def _end_en(last: datetime) -> str:
    if last.time() >= _LAST_MINUTE:
        return f"Due by the end of {date_en(last.date())}."
    return f"Due by {last.hour}:{last:%M} on {date_en(last.date())}."


def _counted_lv(count: Count, first: date) -> str:
    if not count.days:
        return "Tas jāpaveic tajā pašā darbdienā."
    counted = "Skaitīta" if is_one_lv(count.days) else "Skaitītas"
    return f"{counted} {count_lv(count)} pēc {date_lv(first, 'of')}."


def _counted_en(count: Count, first: date) -> str:
    if not count.days:
        return "It is to be done on the same working day."
    return f"Counted: {count_en(count)} after {date_en(first)}."


def is_one_lv(number: int) -> bool:
    """Whether a number asks for the singular: 1, 21, 101, and not 11."""
    return number % 10 == 1 and number % 100 != 11


def count_lv(count: Count) -> str:
    """`1 darbdiena`, `5 darbdienas`, `21 darbdiena`, `0 darbdienu`, `30 kalendāra dienas`."""
    kind = "darb" if count.unit == DeadlineRule.Unit.WORKING_DAYS else "kalendāra "
    if is_one_lv(count.days):
        return f"{count.days} {kind}diena"
    return f"{count.days} {kind}{'dienas' if count.days else 'dienu'}"


def count_en(count: Count) -> str:
    """`1 working day`, `5 working days`."""
    kind = "working" if count.unit == DeadlineRule.Unit.WORKING_DAYS else "calendar"
    return f"{count.days} {kind} {'day' if count.days == 1 else 'days'}"


def after_lv(count: Count) -> str:
    """`Pēc 1 darbdienas`, `Pēc 3 darbdienām`, `Pēc 15 kalendāra dienām`."""
    kind = "darb" if count.working else "kalendāra "
    return f"Pēc {count.days} {kind}{'dienas' if is_one_lv(count.days) else 'dienām'}"


def after_en(count: Count) -> str:
    """`After 3 working days`."""
    return f"After {count_en(count)}"


def days_off(first: date, last: date, place: int | None = None) -> tuple[SpecialDay, ...]:
    """The days after the first, up to the last, that are off within the week."""
    return tuple(one for one in _special_days(first, last, place) if not one.works)


def off_lv(days: Sequence[SpecialDay]) -> str:
    """`1 svētku diena`, `2 svētku dienas, 1 pārcelta brīvdiena, 1 iestādes brīvdiena`; empty for none."""
    moved, own = sum(one.moved for one in days), sum(one.own for one in days)
    feasts = len(days) - moved - own
    told = []
    if feasts:
        told.append(f"{feasts} svētku {'diena' if is_one_lv(feasts) else 'dienas'}")
    if moved:
        words = ("pārcelta", "brīvdiena") if is_one_lv(moved) else ("pārceltas", "brīvdienas")
        told.append(f"{moved} {' '.join(words)}")
    if own:
        told.append(f"{own} iestādes {'brīvdiena' if is_one_lv(own) else 'brīvdienas'}")
    return ", ".join(told)


def off_en(days: Sequence[SpecialDay]) -> str:
    """`1 holiday`, `2 holidays, 1 day moved, 1 day off of the institution`; empty for none."""
    moved, own = sum(one.moved for one in days), sum(one.own for one in days)
    feasts = len(days) - moved - own
    told = []
    if feasts:
        told.append(f"{feasts} {'holiday' if feasts == 1 else 'holidays'}")
    if moved:
        told.append(f"{moved} {'day' if moved == 1 else 'days'} moved")
    if own:
        told.append(f"{own} {'day' if own == 1 else 'days'} off of the institution")
    return ", ".join(told)


def _special_days(first: date, last: date, place: int | None) -> tuple[SpecialDay, ...]:
    """The days on the way that are off within the week, or worked at its end."""
    known = calendar.current()
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    found = (known.special(day, place) for day in days)
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
