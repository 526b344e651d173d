"""What changes seldom and is asked for all the time: kept in this process for some seconds."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """A value that is read afresh when it is older than `seconds`, by one thread for all."""

    def __init__(self, read: Callable[[], Value], *, seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: tuple[float, Value] | None = None
        self._forgotten = 0

    def value(self) -> Value:
        """The value as it was read last."""
        kept = self._fresh()
        if kept is not None:
            return kept[1]
        with self._lock:
            # Another thread may have read it while this one waited.
            if kept := self._fresh():
                return kept[1]
            forgotten, value = self._forgotten, self._read()
            # What was forgotten while it was read may be old already.
            if forgotten == self._forgotten:
                self._kept = time.monotonic(), value
            return value

    def forget(self) -> None:
        """Read it afresh at the next use."""
        self._forgotten += 1
        self._kept = None

    def _fresh(self) -> tuple[float, Value] | None:
        kept = self._kept
        return kept if kept is not None and time.monotonic() - kept[0] < self._seconds else None
