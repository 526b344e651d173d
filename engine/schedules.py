"""The instants at which a process begins by itself: days of the calendar, at an hour of Riga's wall clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from engine import due
from engine.core.schedules import Schedule, Works, clock_at, days_from
from engine.due import RIGA, day_of


def following(rule: Schedule, after: datetime) -> datetime | None:
    """The next instant (UTC) at which to ask whether the process begins; none if it never does again.

    Whether a day is worked is asked on the day itself, so every day counts here.
    """
    return next((at for at in _instants(rule, after, _any_day) if at > after), None)


def upcoming(rule: Schedule, after: datetime) -> datetime | None:
    """The next instant (UTC) at which the process begins, as the calendar stands; RuleUnresolved."""
    return next((at for at in _instants(rule, after, due.is_working_day) if at > after), None)


def latest(rule: Schedule, since: datetime, until: datetime) -> datetime | None:
    """The last instant (UTC) from `since` to `until` at which the process begins, if any; RuleUnresolved."""
    found = None
    for at in _instants(rule, since, due.is_working_day):
        if at > until:
            break
        found = at if at >= since else found
    return found


def _instants(rule: Schedule, first: datetime, works: Works) -> Iterator[datetime]:
    for day in days_from(rule, day_of(first), works):
        yield clock_at(rule, day).replace(tzinfo=RIGA).astimezone(UTC)


def _any_day(_: date) -> bool:
    return True
