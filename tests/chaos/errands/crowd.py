"""Everybody who is busy with errands while the requests are walked, and what they were told."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from config.launcher.errors import ROOT
from tests.chaos.client import Client, GaveUp, Ledger
from tests.chaos.errands.deploying import hours_from, write_folder
from tests.chaos.errands.officers import Administrators, Officer, until
from tests.chaos.errands.record import Record
from tests.chaos.errands.senders import BELL, DRILL, Sender

SENDERS: Final = 2
# Seconds between two signals, and between two rounds of officers and administrators.
SIGNAL, ROUND = 5.0, 15.0
DEPLOY_TRIES: Final = 60


@dataclass(slots=True)
class Errands:
    """The errands of a run: `number` of them are asked for by message, `coming` begin by the calendar."""

    number: int
    coming: int
    seed: int
    officers: list[Officer]
    administrators: Administrators
    ledger: Ledger
    place: Path
    hours: dict[str, datetime] = field(default_factory=dict)
    come: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    senders: list[Sender] = field(default_factory=list)
    _enough: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def sent(self) -> dict[str, dict[str, Any]]:
        """Every message and signal that was accepted, by the sender's own id."""
        return {name: answer for sender in self.senders for name, answer in sender.sent.items()}

    def prepare(self) -> None:
        """Deploy the first version, before anything is broken."""
        now = datetime.now(UTC)
        self.hours = hours_from(now, self.coming)
        self.come = {element: int(at > now) for element, at in self.hours.items()}
        deploy(write_folder(self.place, self.hours, 1))

    def begin(self) -> None:
        """Begin, beside the requests."""
        one = self.administrators.one
        chances = [random.Random(f"{self.seed}/sender/{n}") for n in range(SENDERS + 1)]
        self.senders = [Sender(one, chance) for chance in chances]
        loops: list[Callable[[], None]] = [
            *(lambda n=n: self._send(n) for n in range(SENDERS)),
            self._signal,
            self._administer,
            *(lambda officer=officer: self._decide(officer) for officer in self.officers),
        ]
        self._threads = [threading.Thread(target=self._safely, args=(loop,), daemon=True) for loop in loops]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """The requests are over: let everybody finish what they are at."""
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def finish(self) -> None:
        """Nothing is broken any more: bring every errand to its end."""
        self._safely(self._finish)

    @property
    def clients(self) -> list[Client]:
        """Everybody who asks for something under a key."""
        return [self.administrators.one, *(officer.client for officer in self.officers)]

    def record(self) -> Record:
        """What must be found in the database."""
        return Record(self.sent, self.come, self.administrators.counts)

    def told(self) -> str:
        """How many of each were asked for, in one line."""
        paths = (one.path.removeprefix("/api/v1/") for one in self.ledger.kept)
        told = Counter(paths) + Counter({"batches": len(self.administrators.counts)})
        counted = ", ".join(f"{what} {count}" for what, count in sorted(told.items()))
        lost = sum(self.ledger.met.values())
        return f"errands: {counted}; {self.ledger.doubles} sent twice at once, {lost} answers lost"

    def _safely(self, loop: Callable[[], None]) -> None:
        try:
            loop()
        except Exception as failure:  # noqa: BLE001 (whatever ends a loop makes the run fail)
            self.failures.append(f"errands: {type(failure).__name__}: {failure}")
            print(self.failures[-1], flush=True)

    def _send(self, first: int) -> None:
        for number in range(first, self.number, SENDERS):
            self.senders[first].errand(number)

    def _signal(self) -> None:
        for number in self._rounds(SIGNAL):
            self.senders[-1].signal(DRILL if number % 3 == 0 else BELL, number)

    def _decide(self, officer: Officer) -> None:
        for number in self._rounds(ROUND):
            if officer is self.officers[0] and number % 2 == 0:
                officer.campaign()
            officer.decide()

    def _administer(self) -> None:
        deploy(write_folder(self.place, self.hours, 2))
        for number in self._rounds(ROUND):
            self.administrators.move(2 - number % 2)
            self.administrators.repair()
            self.administrators.rest()

    def _rounds(self, pause: float) -> Iterator[int]:
        """At least one round, and then another until the requests are over."""
        number = 0
        while number == 0 or not self._enough.wait(pause):
            yield number
            number += 1

    def _finish(self) -> None:
        last = max(self.hours.values()) + timedelta(seconds=10)
        while datetime.now(UTC) < last:
            time.sleep(1)
        numbers = iter(range(10**6, 10**7))

        def is_over() -> bool:
            self.administrators.wake()
            self.senders[-1].signal(BELL, next(numbers))
            self.officers[0].decide()
            self.administrators.repair()
            # What a signal or the calendar begins is on its way as a job for a moment.
            time.sleep(SIGNAL)
            return not self.administrators.is_anything_open()

        until(is_over)


def deploy(folder: Path) -> None:
    """Deploy a version as an administrator of the system would: again, when the database was away."""
    command = [sys.executable, "manage.py", "deploy_processes", str(folder)]
    for _ in range(DEPLOY_TRIES):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        time.sleep(1)
    raise GaveUp(f"{folder} could not be deployed: {done.stderr[-500:]}")


def officers_of(clients: list[Client], seed: int) -> list[Officer]:
    """The officers, each with their own chance."""
    return [Officer(client, random.Random(f"{seed}/{client.who}")) for client in clients]
