"""Where a person's step was when the process could not take it, said on the fault itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from engine.core.errors import CoreError
from engine.errors import RuleUnresolved, StateDamaged, StepTooLong

FAULTS: Final = (CoreError, RuleUnresolved, StateDamaged, StepTooLong)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person's step stood: at a task of an instance, or at the start of a process by its key."""

    instance_id: int | None = None
    element: str = ""
    task_id: int | None = None
    process: str = ""


@contextmanager
def placed(place: Place) -> Iterator[None]:
    """Say on a fault of the process where it was met."""
    try:
        yield
    except FAULTS as error:
        error.place = place
        raise
