"""Several worker processes under one parent, so that a job that hangs, eats memory or dies stops no other."""

from __future__ import annotations

import logging
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkProcess
from multiprocessing.sharedctypes import Synchronized
from typing import Any, Final

from django.db import connections

from engine.worker import JOB_SECONDS, Worker

LOOK_SECONDS: Final = 0.2
GRACE_SECONDS: Final = 10.0
MEMORY_MB: Final = 2048
_log = logging.getLogger(__name__)
_fork = multiprocessing.get_context("fork")


@dataclass(slots=True)
class _Member:
    """A worker process and when its job began, 0 if it has none."""

    process: ForkProcess
    began: Synchronized[float]


@dataclass(slots=True)
class Crew:
    """Keeps `size` worker processes alive until told to stop."""

    size: int
    job_seconds: float = JOB_SECONDS
    memory_mb: int = MEMORY_MB
    make: Callable[[], Worker] = Worker
    stopping: bool = False
    _members: list[_Member] = field(default_factory=list)

    def stop(self, *_: Any) -> None:
        """Let every worker finish its job, then end."""
        self.stopping = True

    def run(self) -> None:
        """Start the workers, replace those that die, kill those that hang; returns when all have ended."""
        connections.close_all()
        while not self.stopping:
            self._members = [member for member in self._members if self._is_alive(member)]
            while len(self._members) < self.size:
                self._members.append(self._started())
            time.sleep(LOOK_SECONDS)
        self._end()

    def _started(self) -> _Member:
        began: Synchronized[float] = _fork.Value("d", 0.0)
        process = _fork.Process(target=self._work, args=(began,), daemon=True)
        process.start()
        return _Member(process, began)

    def _work(self, began: Synchronized[float]) -> None:
        parent = os.getppid()
        resource.setrlimit(resource.RLIMIT_AS, (self.memory_mb * 2**20, self.memory_mb * 2**20))
        worker = self.make()
        worker.job_seconds = self.job_seconds

        def watched(moment: float) -> None:
            began.value = moment

        def is_orphan() -> bool:
            return os.getppid() != parent

        worker.watched, worker.is_orphan = watched, is_orphan
        signal.signal(signal.SIGTERM, worker.stop)
        # Ctrl-C reaches the whole group; the parent tells its workers.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        worker.run()
        connections.close_all()

    def _is_alive(self, member: _Member) -> bool:
        if not member.process.is_alive():
            _log.warning("a worker died and is replaced: exit code %s", member.process.exitcode)
            return False
        began = member.began.value
        if began and time.monotonic() - began > self.job_seconds + GRACE_SECONDS:
            _log.warning("a worker hangs and is replaced")
            member.process.kill()
            member.process.join()
            return False
        return True

    def _end(self) -> None:
        for member in self._members:
            member.process.terminate()
        until = time.monotonic() + self.job_seconds + GRACE_SECONDS
        for member in self._members:
            member.process.join(max(0.0, until - time.monotonic()))
            if member.process.is_alive():
                member.process.kill()
                member.process.join()
