"""When a clock is due: a pure function of its rule, its segments and the days on which work is done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from .segments import Clock, Rule, Segment

RIGA: Final = ZoneInfo("Europe/Riga")
LONGEST_SEARCH: Final = 20_000
_ONE: Final = timedelta(days=1)


class WorkingDays(Protocol):
    """Knows on which days work is done."""

    def is_working_day(self, day: date, organisation_id: int | None = None) -> bool:
        """Whether it is done on this day."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The last day of a clock; none while it stands with days left, which are then `left`.

    `first` is the day of the start.
    """

    first: date
    last: date | None
    left: int


def reckon(clock: Clock, rule: Rule, days: WorkingDays, organisation_id: int | None = None) -> Reckoned:
    """The last day of the clock, its extensions included.

    It is counted from the day after the start, and is the first day that is not before the last one counted
    and at whose end the clock runs: what was left of a last day is given back on the day of the answer.
    """
    first = _day(clock.since)
    out, standing, halt = set[date](), set[date](), None
    for stop in clock.stops():
        begins = _day(stop.since)
        if stop.until is None:
            halt = begins
            out.update({begins} if rule.whole else ())
            continue
        ends = _day(stop.until)
        out.update(_between(begins if rule.whole else begins + timedelta(days=1), ends))
        standing.update(_between(begins, ends - timedelta(days=1)))
    whole = Rule(rule.days + clock.extended, rule.working, rule.whole)
    return _search(first, whole, days, organisation_id, out, standing, halt)


def days_stood(stop: Segment, rule: Rule, until: datetime) -> int:
    """How many days a stop took, or has taken until now."""
    begins, ends = _day(stop.since), _day(stop.until or until)
    return max(0, (ends - begins).days + (1 if rule.whole else 0))


def _search(
    first: date,
    rule: Rule,
    days: WorkingDays,
    organisation_id: int | None,
    out: Collection[date],
    standing: Collection[date],
    halt: date | None,
) -> Reckoned:
    """Walk the days. `out` do not count, at the end of `standing` the clock stands, from `halt` on always."""
    left, day = rule.days, first
    for _ in range(LONGEST_SEARCH):
        works = not rule.working or days.is_working_day(day, organisation_id)
        if left and works and day != first and day not in out:
            left -= 1
        if day == halt:
            return Reckoned(first, None, left)
        if not left and works and day not in standing:
            return Reckoned(first, day, 0)
        day += _ONE
    raise OverflowError("more days than any deadline has")


def _day(moment: datetime) -> date:
    return moment.astimezone(RIGA).date()


def _between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
