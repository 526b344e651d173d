"""What a clock is: the time it ran and the time it stood, one segment after the other, and its extensions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

State = Literal["runs", "stopped", "ended"]


@dataclass(frozen=True, slots=True)
class Rule:
    """So many days, of work or of the calendar; `whole` says how a stop counts.

    A day on which the clock changes over belongs to one side. By default a day counts if the clock ran when
    it began: the day of the return counts, the day of the answer does not, as the day of the start does not.
    With `whole` only days count on which the clock never stood. Which of the two a deadline follows is a
    parameter of the ministry.
    """

    days: int
    working: bool = True
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """One time in which the clock ran or stood; `until` is empty while it lasts, `why` is a code."""

    runs: bool
    since: datetime
    until: datetime | None = None
    why: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """So many days more, of the unit of the rule."""

    days: int
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """The segments in their order, each beginning where the one before ended, and the extensions."""

    segments: tuple[Segment, ...]
    extensions: tuple[Extension, ...] = ()

    @property
    def since(self) -> datetime:
        """When it was started."""
        return self.segments[0].since

    @property
    def state(self) -> State:
        """Whether it runs, stands or has come to its end."""
        last = self.segments[-1]
        if last.until is not None:
            return "ended"
        return "runs" if last.runs else "stopped"

    @property
    def ended_at(self) -> datetime | None:
        """When it came to its end."""
        return self.segments[-1].until

    @property
    def why(self) -> str:
        """Why it stands, as a code; empty while it runs."""
        return self.segments[-1].why if self.state == "stopped" else ""

    @property
    def extended(self) -> int:
        """All days that were added."""
        return sum(extension.days for extension in self.extensions)

    def stops(self) -> Iterator[Segment]:
        """The times in which it stood."""
        return (segment for segment in self.segments if not segment.runs)


def turned(clock: Clock | None, state: State, *, why: str = "", by: str = "", at: datetime) -> Clock | None:
    """The clock from this moment on: running, standing or at its end; the same clock if it is so already."""
    if clock is None:
        return None if state == "ended" else Clock((Segment(state == "runs", at, None, why, by),))
    if clock.state == "ended" or (clock.state == state and clock.why == why):
        return clock
    *before, last = clock.segments
    segments = (*before, replace(last, until=at))
    if state != "ended":
        segments = (*segments, Segment(state == "runs", at, None, why, by))
    return replace(clock, segments=segments)
