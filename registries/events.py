"""What the registers tell others, inside the transaction of the change, after its rows are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class EmploymentEnded:
    """Somebody's work in an organisation ends with `last_day`, or `at_once`, before that day is over."""

    employment_id: int
    person_id: int
    organisation_id: int
    last_day: date
    at_once: bool
    now: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class HeadChanged:
    """From the day `on` somebody else leads the organisation; `former` are the persons who led until then."""

    organisation_id: int
    head_id: int
    former: tuple[int, ...]
    on: date
    now: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class OrganisationEnded:
    """The organisation works no more from the day `on`; its successor, if any, takes over."""

    organisation_id: int
    successor_id: int | None
    on: date
    now: datetime
    actor: str


RegisterEvent = EmploymentEnded | HeadChanged | OrganisationEnded
Listener = Callable[[RegisterEvent], None]

L = TypeVar("L", bound=Listener)

_listeners: list[Listener] = []


def subscribe(listener: L) -> L:
    """Call `listener` after every change that others live by, in its transaction, which it may undo."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def publish(event: RegisterEvent) -> None:
    """Tell of a change."""
    for listener in _listeners:
        listener(event)
