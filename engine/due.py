"""Turns due rules into instants; working days and legal deadlines are resolved by whoever registers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from engine.core.waits import Duration, ReminderRule
from engine.errors import RuleUnresolved

RIGA: Final = ZoneInfo("Europe/Riga")


def day_of(moment: datetime) -> date:
    """The day of an instant in Riga."""
    return moment.astimezone(RIGA).date()


class Resolver(Protocol):
    """Knows the calendar and the legal deadlines of a case.

    `group` is the candidate group of the task that the rule is for, `due_at` the due date of the task that is
    to be reminded of.
    """

    def __call__(
        self,
        rule: ReminderRule,
        *,
        instance_id: int,
        start: datetime,
        group: str = "",
        due_at: datetime | None = None,
    ) -> datetime | None:
        """The instant, UTC; none while the clock stands, or where a reminder would come too early or late."""


_resolvers: list[Resolver] = []
_working_days: list[Callable[[date], bool]] = []


def register_resolver(resolver: Resolver) -> None:
    """Let `resolver` answer for working days and legal deadlines; the last one registered answers."""
    _resolvers.append(resolver)


def register_working_days(works: Callable[[date], bool]) -> None:
    """Let `works` say which days the state works; the last one registered answers."""
    _working_days.append(works)


def is_working_day(day: date) -> bool:
    """Whether the state works on this day; RuleUnresolved."""
    if not _working_days:
        raise RuleUnresolved(rule="workday")
    return _working_days[-1](day)


def resolve(
    rule: ReminderRule, *, instance_id: int, start: datetime, group: str = "", due_at: datetime | None = None
) -> datetime | None:
    """The instant, UTC, at which a rule that starts at `start` is due; RuleUnresolved.

    None: not now, because the clock stands, or a reminder that has no sense. When a day ends is the
    resolver's to say; hours and minutes need nobody.
    """
    if isinstance(rule, Duration) and (rule.minutes or not rule.days or not _resolvers):
        return after(rule, start)
    if not _resolvers:
        raise RuleUnresolved(rule=rule)
    at = _resolvers[-1](rule, instance_id=instance_id, start=start, group=group, due_at=due_at)
    return at.astimezone(UTC) if at is not None else None


def after(rule: Duration, start: datetime) -> datetime:
    """Days by the wall clock of Riga (10:00 stays 10:00 over a clock change), then hours and minutes."""
    there = start.astimezone(RIGA) + timedelta(days=rule.days)
    return there.astimezone(UTC) + timedelta(minutes=rule.minutes)
