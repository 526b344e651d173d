"""The values that travel between the core and the rows: wait states, due rules, what a step passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

Scalar = str | int | bool | date | Decimal | None
Variables = Mapping[str, Scalar | list[str]]

NO_PROPERTIES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar weeks and days, then hours and minutes; days are days of the wall calendar."""

    days: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A number of working days by the calendar of the organisation."""

    days: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """A legal deadline of the case, by name."""

    name: str


DueRule = Duration | WorkingDays | Deadline


@dataclass(frozen=True, slots=True)
class Half:
    """Half-way between the opening of a task and its due date."""


@dataclass(frozen=True, slots=True)
class Before:
    """So many working days before the due date of a task."""

    days: int


# When a task is reminded of: counted from its opening, or back from its due date.
ReminderRule = DueRule | Half | Before


@dataclass(frozen=True, slots=True)
class UserTaskWait:
    """A user task that is open. `group` is `role@organisation`; `assignee` is a username or empty."""

    id: str
    element: str
    form_key: str
    group: str = ""
    assignee: str = ""
    due: DueRule | None = None


@dataclass(frozen=True, slots=True)
class ServiceWait:
    """A service task that waits for its handler, in the step or as a job."""

    id: str
    element: str
    topic: str


@dataclass(frozen=True, slots=True)
class TimerWait:
    """A timer that is armed; `host` is the id of the wait that a boundary timer stands on, else empty."""

    id: str
    element: str
    rule: DueRule
    host: str = ""
    interrupting: bool = True


@dataclass(frozen=True, slots=True)
class MessageWait:
    """A message or signal that is awaited by name, a message by its correlation key too.

    `host` is the id of the wait that a boundary event stands on, else empty. `first` is the id under which
    an event that has happened already was armed when its activity opened, else empty.
    """

    id: str
    element: str
    kind: Literal["message", "signal"]
    name: str
    key: str = ""
    host: str = ""
    interrupting: bool = True
    first: str = ""


Wait = UserTaskWait | ServiceWait | TimerWait | MessageWait


@dataclass(frozen=True, slots=True)
class Sent:
    """A message or signal that a step threw, with the variables that it carries."""

    element: str
    kind: Literal["message", "signal"]
    name: str
    key: str
    variables: Mapping[str, Scalar | list[str]]


@dataclass(frozen=True, slots=True)
class Passed:
    """One thing that a step did: an element reached, left or cancelled, or a sequence flow taken."""

    kind: Literal["entered", "completed", "cancelled", "flow"]
    element: str
