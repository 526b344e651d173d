"""When the open things of an instance are due: a task, its reminders, its escalation, a timer.

Asked when they open, and again when a deadline or the calendar has changed. No instant: the clock stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine import due, profile
from engine.core.definition import Element
from engine.core.timers import written
from engine.core.waits import Before, DueRule, Half

REMIND: Final = "engine.remind"
ESCALATE: Final = "engine.escalate"
TASK_TOPICS: Final = [REMIND, ESCALATE]


@dataclass(frozen=True, slots=True)
class Watched:
    """A reminder or an escalation; `rule` tells one reminder from another, `again`: anew for a later day."""

    topic: str
    rule: str
    at: datetime | None
    again: bool = False


def of_rule(rule: DueRule | None, *, instance_id: int, start: datetime, group: str) -> datetime | None:
    """When a task or timer with this rule is due; none without a rule, or while its clock stands."""
    if rule is None:
        return None
    return due.resolve(rule, instance_id=instance_id, start=start, group=group)


def watched(
    element: Element, *, instance_id: int, start: datetime, group: str, due_at: datetime | None
) -> Iterator[Watched]:
    """The reminders and the escalation of a task that opened at `start`; two at one instant are one."""
    watch = profile.watch_of(element)
    stands = element.due is not None and due_at is None
    seen: set[datetime] = set()
    for rule in watch.reminders:
        relative = isinstance(rule, Half | Before)
        if relative and element.due is None:
            continue
        at = None
        if not stands:
            at = due.resolve(rule, instance_id=instance_id, start=start, group=group, due_at=due_at)
            if (at is None and relative) or at in seen:
                continue
        if at is not None:
            seen.add(at)
        yield Watched(REMIND, written(rule), at, again=isinstance(rule, Before))
    if element.due is not None and watch.escalates:
        yield Watched(ESCALATE, "", due_at)
