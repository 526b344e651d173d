"""What cases tell others, inside the step's transaction: that one moved, and what the step meant for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cases.models import Case
from engine.events import StepResult


@dataclass(frozen=True, slots=True)
class CaseMoved:
    """A step of a case; `happened` are words such as `submitted`, in order, none for a step inside."""

    case: Case
    happened: tuple[str, ...]
    step: StepResult


Listener = Callable[[CaseMoved], None]

_listeners: Final[list[Listener]] = []


def subscribe(listener: Listener) -> Listener:
    """Call `listener` after every step of a case, in its transaction; what it raises undoes the step."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def publish(moved: CaseMoved) -> None:
    """Tell of a step."""
    for listener in _listeners:
        listener(moved)
