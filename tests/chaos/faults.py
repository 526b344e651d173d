"""Which faults come when: drawn from the seed, done while people work, and counted."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.house import HURT, KILLED, STOPPED, Fault, House


@dataclass(slots=True)
class Faults:
    """Kills a worker and a web process whenever all has worked for so long; breaks the database as planned.

    The database goes down when the work has come so far, in each of its ways in turn.
    """

    house: House
    chance: random.Random
    every: float
    progress: Callable[[], float]
    crashes: list[tuple[float, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def plan(self, crashes: int) -> None:
        """Choose how far the work shall be when the database goes down, and how it does."""
        ways = self.chance.sample((STOPPED, KILLED, HURT), 3)
        parts = sorted((n + self.chance.uniform(0.2, 0.8)) / crashes * 0.9 for n in range(crashes))
        self.crashes = [(part, ways[n % len(ways)]) for n, part in enumerate(parts)]
        print(f"planned: a worker and a web process killed {self.every:g} s after the last were replaced;")
        for part, how in self.crashes:
            print(f"  at {part:.0%} of the work {how}")

    def begin(self) -> None:
        """Begin, beside the work."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """No more faults."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(timeout=120)

    def missing(self) -> list[str]:
        """What was planned and did not happen."""
        least = max(1, self.rounds // 2)
        wanted = {"worker": least, "web": least, **Counter(how for _, how in self.crashes)}
        found = {name: self._times(name) for name in wanted}
        return [f"{name}: {found[name]} of {times}" for name, times in wanted.items() if found[name] < times]

    def _times(self, name: str) -> int:
        return sum(times for what, times in self.counts.items() if what.startswith(name))

    def _run(self) -> None:
        waiting, works_since = list(self.crashes), time.monotonic()
        while not self._over.wait(0.1):
            if waiting and self.progress() >= waiting[0][0]:
                self._note(self.house.break_database(waiting.pop(0)[1], self.chance))
                works_since = 0.0
            if not works_since:
                works_since = time.monotonic() if self.house.is_up() else 0.0
            elif time.monotonic() - works_since >= self.every:
                self.rounds += 1
                self._note(self.house.kill_worker(self.chance))
                self._note(self.house.kill_web(self.chance))
                works_since = 0.0

    def _note(self, fault: Fault | None) -> None:
        if fault is None:
            return
        self.counts[fault.what] += 1
        print(f"  {self.progress():4.0%}  {fault.what} {fault.pid or ''}", flush=True)
