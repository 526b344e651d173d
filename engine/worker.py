"""The workers: our own loop, and what Celery calls. The rows are the truth; both only look at them."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final

import psycopg
from celery import shared_task
from django.db import DatabaseError, InterfaceError, connection

from engine import clock, jobs, recurring
from engine.causes import JobTimedOut
from engine.errors import ClockSkewed

CHANNEL: Final = "viis_jobs"
POLL_SECONDS: Final = 1.0
SKEW_SECONDS: Final = 30.0
JOB_SECONDS: Final = 30.0
MOST_PER_LOOK: Final = 200
QUIET_SECONDS: Final = 30.0
_log = logging.getLogger(__name__)
_quiet_until = float("-inf")


def name() -> str:
    """How this process signs its leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


@contextmanager
def time_limit(seconds: float = JOB_SECONDS) -> Iterator[None]:
    """Stop what runs inside after so many seconds with JobTimedOut; in the main thread of a process only."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise JobTimedOut

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except JobTimedOut:
        # It may have been stopped in the middle of a conversation with the database.
        connection.close()
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _nobody(_: float) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Worker:
    """One process that runs due jobs and timers until it is told to stop; any number may run at once.

    `watched` hears when a job begins (0 when it ends), so that another process can see one that hangs;
    a worker that `is_orphan` stops.
    """

    name: str = field(default_factory=name)
    poll_seconds: float = POLL_SECONDS
    job_seconds: float = JOB_SECONDS
    stopping: bool = False
    watched: Callable[[float], None] = _nobody
    is_orphan: Callable[[], bool] = bool
    _checked_at: float = field(default=float("-inf"), init=False)

    def stop(self, *_: Any) -> None:
        """Finish the job in hand, then stop."""
        self.stopping = True

    def run(self) -> None:
        """Work until stopped; losing the database or the right time only makes it wait."""
        while not self.stopping and not self.is_orphan():
            try:
                self.look()
            except (DatabaseError, InterfaceError, psycopg.Error, ClockSkewed) as error:
                _log.warning("the worker waits: %s", type(error).__name__)
                connection.close()
                self._pause()

    def look(self) -> None:
        """Run what is due, then listen for more for a moment. ClockSkewed."""
        self._check_clock()
        self._listen()
        while not self.stopping and self.run_one():
            self._check_clock()
        if not self.stopping:
            self._hear()

    def run_one(self) -> bool:
        """Run one due job or timer; whether there was one."""
        job = jobs.lease(self.name)
        if job is None:
            return False
        self.watched(time.monotonic())
        try:
            jobs.run(job, guard=time_limit(self.job_seconds))
        finally:
            self.watched(0.0)
        return True

    def _check_clock(self) -> None:
        if time.monotonic() - self._checked_at > SKEW_SECONDS:
            clock.refuse_if_skewed()
            recurring.plan(clock.now())
            self._checked_at = time.monotonic()

    def _listen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")

    def _hear(self) -> None:
        for _ in connection.connection.notifies(timeout=self.poll_seconds, stop_after=1):
            return

    def _pause(self) -> None:
        until = time.monotonic() + self.poll_seconds
        while not self.stopping and time.monotonic() < until:
            time.sleep(0.05)


@shared_task(name="engine.look", ignore_result=True, acks_late=True)
def look() -> None:
    """Run what is due; the message that calls this carries nothing, the rows say everything."""
    clock.refuse_if_skewed()
    recurring.plan(clock.now())
    worker = Worker()
    for _ in range(MOST_PER_LOOK):
        if not worker.run_one():
            return


def ring() -> None:
    """Ask Celery's workers to look; a broker that cannot be reached is left alone for a while."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        look.apply_async(retry=False, expires=60)
    except Exception:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        raise
