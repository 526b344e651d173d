"""What diagrams may name that the engine does not know by itself: roles, deadlines, properties of others.

Here, too, stands what every user task gets that its diagram says nothing of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine import clock, handlers
from engine.core.definition import Element
from engine.core.rules.known import PROCESS, Known, Property
from engine.core.timers import NONE
from engine.core.waits import ReminderRule
from engine.due import day_of

__all__ = [
    "PROCESS",
    "Watch",
    "known",
    "register_deadlines",
    "register_property",
    "register_roles",
    "register_watch",
    "watch_of",
]


@dataclass(frozen=True, slots=True)
class Watch:
    """When a user task with a due date is reminded of, and whether somebody is told when it is missed."""

    reminders: tuple[ReminderRule, ...] = ()
    escalates: bool = False


_roles: set[str] = set()
_properties: dict[str, Property] = {}
_deadlines: list[Callable[[], Iterable[str]]] = []
_watches: list[Watch] = [Watch()]


def register_roles(names: Iterable[str]) -> None:
    """Let diagrams name these roles: who may start, candidate groups, who is told of a missed deadline."""
    _roles.update(names)


def register_property(name: str, *, on: Iterable[str], flag: bool = False, deadline: bool = False) -> None:
    """Let elements of these types (`process`: the process) carry a property.

    A flag is `true`, a deadline the name of one.
    """
    _properties[name] = Property(frozenset(on), flag, deadline)


def register_deadlines(names: Callable[[], Iterable[str]]) -> None:
    """Let diagrams name the deadlines that `names` knows when it is asked."""
    if names not in _deadlines:
        _deadlines.append(names)


def register_watch(watch: Watch) -> None:
    """What a user task gets that has a due date and whose diagram says nothing; the last one counts."""
    _watches.append(watch)


def watch_of(element: Element) -> Watch:
    """What the diagram says of this user task, else what all get."""
    usual = _watches[-1]
    reminders = element.reminders if "remind" in element.texts else usual.reminders
    escalates = element.escalate != NONE if element.escalate else usual.escalates
    return Watch(reminders, escalates)


def known() -> Known:
    """What the gate may take for known: roles, properties, deadlines, the topics with a handler, the day."""
    topics = {topic: handler.runs for topic, handler in handlers.topics().items()}
    deadlines = frozenset(name for names in _deadlines for name in names())
    return Known(
        topics=topics,
        roles=frozenset(_roles),
        properties=dict(_properties),
        deadlines=deadlines,
        today=day_of(clock.now()),
    )
