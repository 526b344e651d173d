"""When something is due: turns the rules of diagrams into instants for the engine.

A task counts by the days of the organisation whose candidate group has to do it, a timer on a task likewise:
an organisation that has adopted a day off does not work on it. What has no group, and the deadline of the
case itself, counts by the days of the state, so that no authority gives itself more time than the law does.
"""

from datetime import datetime, time, timedelta
from typing import Final

from engine import due
from engine.core.waits import Before, Deadline, Duration, Half, ReminderRule, WorkingDays

from . import calendar, campaigns, clocks
from .calendar import RIGA
from .deadlines import Count, named

# Reminders that are counted back from the due date come when people begin to work.
MORNING: Final = time(8, 0)


def install() -> None:
    """Lets the engine ask here for every due date and working day."""
    due.register_resolver(resolve)
    due.register_working_days(calendar.is_working_day)


def resolve(
    rule: ReminderRule,
    *,
    instance_id: int,
    start: datetime,
    group: str = "",
    due_at: datetime | None = None,
) -> datetime | None:
    """The instant (UTC) at which the rule, started at `start`, is due; RuleUnresolved for an unknown name.

    None while the clock of the case stands, and for a reminder that would not lie between the two days.
    """
    place = place_of(group)
    match rule:
        case Duration():
            # What is counted in days ends with the last of them; hours and minutes run by the clock.
            if rule.days and not rule.minutes:
                return calendar.add_calendar_days(start, rule.days)
            return due.after(rule, start)
        case WorkingDays():
            return calendar.add_working_days(start, rule.days, place)
        case Deadline():
            return _deadline(rule.name, instance_id, start, place)
        case Half() | Before():
            return _reminder(rule, start, due_at, place) if due_at is not None else None


def place_of(group: str) -> int | None:
    """The organisation of a candidate group; none where nobody's group has to act."""
    place = group.rpartition("@")[2]
    return int(place) if place.isdigit() else None


def _deadline(name: str, instance_id: int, start: datetime, place: int | None) -> datetime | None:
    """The case's own deadline follows its clock, that of a campaign is its last day; others are counted."""
    if name == campaigns.DEADLINE and (last := campaigns.last_day_of(instance_id)) is not None:
        return calendar.end_of_day(last)
    found = clocks.named_clock_of(instance_id)
    if found is not None and found[0] == name:
        return clocks.due_of(found[1], named(name, found[1].since, found[1].ended_at))
    return counted(named(name, start), start, place)


def counted(count: Count, start: datetime, place: int | None) -> datetime:
    """The end of the last day of a deadline that started here, in the calendar of an organisation."""
    if count.working:
        return calendar.add_working_days(start, count.days, place)
    return calendar.add_calendar_days(start, count.days)


def _reminder(rule: Half | Before, start: datetime, due_at: datetime, place: int | None) -> datetime | None:
    """The morning of a working day; half-way within one day is a matter of hours."""
    known = calendar.current()
    first, last = start.astimezone(RIGA).date(), due_at.astimezone(RIGA).date()
    if isinstance(rule, Half) and first == last:
        return start + (due_at - start) / 2
    if isinstance(rule, Half):
        count = calendar.working_days_between(first, last, place)
        day = known.nth_working_day(first, (count + 1) // 2, place) if count else None
    else:
        day = last
        for _ in range(rule.days):
            day -= timedelta(days=1)
            while day > first and not known.is_working_day(day, place):
                day -= timedelta(days=1)
    if day is None:
        return None
    at = datetime.combine(day, MORNING, RIGA)
    return at if start < at < due_at else None
