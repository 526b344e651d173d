"""Says how the deadline of a case came about: days, stops, extensions, holidays; in both languages."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from . import calendar
from .calendar import RIGA
from .dates import date_en, date_lv, day_en, day_lv
from .deadlines import Count
from .due_words import (
    Explanation,
    basis_en,
    basis_lv,
    count_en,
    count_lv,
    days_off,
    is_one_lv,
    off_en,
    off_lv,
)
from .legal_clock import Clock, Reckoned, days_stood, reckon
from .models import ClockSegment

# Why a clock stood: for who was waited for, and for everybody else; in the past and, at the end, now.
_WHY_LV: Final = {
    (ClockSegment.Why.RETURNED, True): ("kamēr gaidījām jūs", "kamēr gaidām jūs"),
    (ClockSegment.Why.RETURNED, False): ("kamēr gaidījām iesniedzēju", "kamēr gaidām iesniedzēju"),
    (ClockSegment.Why.WAITING, True): ("kamēr gaidījām jūsu iestādi", "kamēr gaidām jūsu iestādi"),
    (ClockSegment.Why.WAITING, False): ("kamēr gaidījām iestādi", "kamēr gaidām iestādi"),
}
_WHY_EN: Final = {
    (ClockSegment.Why.RETURNED, True): "while waiting for you",
    (ClockSegment.Why.RETURNED, False): "while waiting for the applicant",
    (ClockSegment.Why.WAITING, True): "while waiting for your institution",
    (ClockSegment.Why.WAITING, False): "while waiting for the institution",
}


def explain_clock(clock: Clock, count: Count, *, now: datetime, yours: bool) -> Explanation:
    """`15 darbdienas no 2. maija, apturēts uz 6 dienām, kamēr gaidījām jūs, 1 svētku diena`, and the end.

    `yours`: the reader is the side that was waited for.
    """
    found = reckon(clock, count.rule, calendar.current())
    stood, standing = _stood(clock, count, now)
    off = () if not count.working else _days_off(clock, found, now)
    short_lv = ", ".join(filter(None, (
        f"{count_lv(count)} no {day_lv(found.first, 'of')}" if count.days else "tajā pašā darbdienā",
        *_stops_lv(stood, yours), _extended_lv(clock, count), off_lv(off),
    )))  # fmt: skip
    short_en = ", ".join(filter(None, (
        f"{count_en(count)} from {day_en(found.first)}" if count.days else "on the same working day",
        *_stops_en(stood, yours), _extended_en(clock, count), off_en(off),
    )))  # fmt: skip
    lv = (_end_lv(found, clock, count, standing, yours), f"{_capital(short_lv)}.", basis_lv(count))
    en = (_end_en(found, clock, count, standing, yours), f"{_capital(short_en)}.", basis_en(count))
    return Explanation(" ".join(lv), " ".join(en), short_lv, short_en)


def why_lv(why: str, *, yours: bool, now: bool = False) -> str:
    """`kamēr gaidījām jūs`; with `now` `kamēr gaidām jūs`."""
    return _WHY_LV[ClockSegment.Why(why), yours][now]


def why_en(why: str, *, yours: bool) -> str:
    """`while waiting for you`."""
    return _WHY_EN[ClockSegment.Why(why), yours]


def _stood(clock: Clock, count: Count, now: datetime) -> tuple[dict[str, int], str]:
    """How many days it stood for each reason; and the reason for which it stands, if it does."""
    stood: dict[str, int] = {}
    for stop in clock.stops():
        if stop.until is not None:
            stood[stop.why] = stood.get(stop.why, 0) + days_stood(stop, count.rule, now)
    return {why: days for why, days in stood.items() if days}, clock.why


def _stops_lv(stood: dict[str, int], yours: bool) -> Iterator[str]:
    for why, days in stood.items():
        yield f"apturēts uz {days} {'dienu' if is_one_lv(days) else 'dienām'}, {why_lv(why, yours=yours)}"


def _stops_en(stood: dict[str, int], yours: bool) -> Iterator[str]:
    for why, days in stood.items():
        yield f"stopped {days} {'day' if days == 1 else 'days'} {why_en(why, yours=yours)}"


def _extended_lv(clock: Clock, count: Count) -> str:
    return f"pagarināts par {by_lv(Count(clock.extended, count.unit))}" if clock.extended else ""


def _extended_en(clock: Clock, count: Count) -> str:
    return f"extended by {count_en(Count(clock.extended, count.unit))}" if clock.extended else ""


def by_lv(count: Count) -> str:
    """`1 darbdienu`, `5 darbdienām`."""
    kind = "darb" if count.working else "kalendāra "
    return f"{count.days} {kind}{'dienu' if is_one_lv(count.days) else 'dienām'}"


def _days_off(clock: Clock, found: Reckoned, now: datetime) -> tuple[calendar.SpecialDay, ...]:
    """The holidays on the way on which the clock ran."""
    last = found.last or now.astimezone(RIGA).date()
    out: set[date] = set()
    for stop in clock.stops():
        ends = (stop.until or now).astimezone(RIGA).date()
        begins = stop.since.astimezone(RIGA).date()
        out.update(begins + timedelta(days=step) for step in range(1, (ends - begins).days + 1))
    return tuple(one for one in days_off(found.first, last) if one.day not in out)


def _end_lv(found: Reckoned, clock: Clock, count: Count, standing: str, yours: bool) -> str:
    if found.last is not None:
        return f"Termiņš: līdz {date_lv(found.last, 'of')} beigām."
    since = day_lv(clock.segments[-1].since.astimezone(RIGA).date(), "of")
    told = f"Termiņš apturēts no {since}, {why_lv(standing, yours=yours, now=True)}."
    if not found.left:
        return f"{told} Atlikusi pēdējā diena."
    left = "Atlikusi" if is_one_lv(found.left) else "Atlikušas"
    return f"{told} {left} {count_lv(Count(found.left, count.unit))}."


def _end_en(found: Reckoned, clock: Clock, count: Count, standing: str, yours: bool) -> str:
    if found.last is not None:
        return f"Due by the end of {date_en(found.last)}."
    since = day_en(clock.segments[-1].since.astimezone(RIGA).date())
    told = f"The deadline has been stopped since {since} {why_en(standing, yours=yours)}."
    if not found.left:
        return f"{told} The last day is left."
    return f"{told} {count_en(Count(found.left, count.unit))} {'is' if found.left == 1 else 'are'} left."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
