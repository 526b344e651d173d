"""Which faults come when: drawn from the seed, done while people work, and counted."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.house import House


@dataclass(slots=True)
class Faults:
    """Kills every few seconds and restarts the database when the work has come so far."""

    house: House
    chance: random.Random
    every: float
    progress: Callable[[], float]
    restarts: list[float] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"worker": 0, "web": 0, "database": 0})
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def plan(self, restarts: int) -> None:
        """Choose how far the work shall be at each restart of the database."""
        parts = [(n + self.chance.uniform(0.2, 0.8)) / restarts * 0.9 for n in range(restarts)]
        self.restarts = sorted(parts)
        print("planned: a worker and a web process killed every", self.every, "s;", end=" ")
        print("PostgreSQL restarted at", ", ".join(f"{part:.0%}" for part in self.restarts), "of the work")

    def begin(self) -> None:
        """Begin, beside the work."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """No more faults."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(timeout=60)

    def missing(self, planned_restarts: int) -> list[str]:
        """What was planned and did not happen."""
        wanted = {"worker": 1, "web": 1, "database": planned_restarts}
        return [
            f"{name}: {self.counts[name]} of {least}"
            for name, least in wanted.items()
            if self.counts[name] < least
        ]

    def _run(self) -> None:
        waiting = list(self.restarts)
        kill_at = time.monotonic() + self.every
        while not self._over.wait(0.1):
            if waiting and self.progress() >= waiting[0]:
                waiting.pop(0)
                self._note("database", self.house.restart_database())
            if time.monotonic() >= kill_at:
                kill_at = time.monotonic() + self.every
                self._note("worker", self.house.kill_worker(self.chance))
                self._note("web", self.house.kill_web(self.chance))

    def _note(self, kind: str, what: str) -> None:
        if not what:
            return
        self.counts[kind] += 1
        self.done.append(what)
        print(f"  {self.progress():4.0%}  {what}", flush=True)
