"""Five hundred access requests, and errands, over HTTP while processes are killed and the database falls.

`python -m tests.chaos.chaos --requests 500` ends with 0 when nothing was lost or doubled
and every planned fault came.
"""

from __future__ import annotations

import argparse
import queue
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.client import Client, GaveUp, Ledger
from tests.chaos.errands.crowd import Errands, officers_of
from tests.chaos.errands.deploying import HOURS
from tests.chaos.errands.officers import Administrators
from tests.chaos.faults import Faults
from tests.chaos.house import House
from tests.chaos.journey import STEPS, Head, Journey
from tests.chaos.mailbox import Mailbox

REPEATERS = 16


def main() -> int:
    """Run, check, and say what happened."""
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"seed {options.seed}: {options.requests} requests by {options.clients} clients")
    folder = Path(tempfile.mkdtemp(prefix="viis-chaos-"))
    house = House(folder)
    wrong: list[str] = []
    try:
        house.open()
        wrong = _run(house, options)
    finally:
        house.stop()
        house.close()
        if wrong or sys.exc_info()[0] is not None:
            print(f"The logs are in {folder}.")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for sentence in wrong:
        print("WRONG:", sentence)
    print("Not everything held." if wrong else "Nothing was lost, nothing was doubled, everything holds.")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--every", type=float, default=5.0, help="seconds of work between kills")
    parser.add_argument("--crashes", type=int, default=3, help="of PostgreSQL")
    return parser.parse_args()


def _run(house: House, options: argparse.Namespace) -> list[str]:
    import django

    django.setup()
    from django.db import connections

    from tests.chaos import checks
    from tests.chaos.errands import checks as errand_checks
    from tests.chaos.people import People

    ledger, mailbox = Ledger(), Mailbox(house.folder / "mail")
    people = People(house.port, ledger)
    heads, officers = people.heads(), people.officers()
    errands = _errands(house, options)
    # What this script itself has open is not to be broken: it looks again when the faults are over.
    connections.close_all()
    house.start()
    crowd = Crowd(options, heads, officers, mailbox, ledger)
    faults = Faults(house, random.Random(options.seed + 1), options.every, crowd.progress)
    faults.plan(options.crashes)
    begun = time.monotonic()
    faults.begin()
    errands.begin()
    crowd.work()
    errands.end()
    faults.end()
    took = time.monotonic() - begun
    house.wait_until_ready()
    errands.finish()
    is_quiet = checks.wait_for_quiet()
    clients = [*(head.client for head in heads), *officers]
    differing = [*repeat_everything(clients, ledger), *repeat_everything(errands.clients, errands.ledger)]
    mails = mailbox.all_keys()
    tell(ledger, faults, mails, took, len(crowd.closed))
    print(errands.told(), flush=True)
    return [
        *crowd.failures,
        *errands.failures,
        *(f"a planned fault did not come: {one}" for one in faults.missing()),
        *(() if is_quiet else ("jobs that are due were not done",)),
        *differing,
        *checks.problems(ledger.kept, options.requests, mails),
        *errand_checks.problems(errands.record()),
    ]


def _errands(house: House, options: argparse.Namespace) -> Errands:
    from tests.chaos.people import People

    people = People(house.port, Ledger())
    errands = Errands(
        number=max(options.requests // 2, 5),
        coming=min(1 + options.requests // 100, HOURS - 1),
        seed=options.seed,
        officers=officers_of(people.officers(), options.seed),
        administrators=Administrators(*people.administrators(), random.Random(f"{options.seed}/rest")),
        ledger=people.ledger,
        place=house.folder / "errands",
    )
    errands.prepare()
    return errands


def repeat_everything(clients: Iterable[Client], ledger: Ledger) -> list[str]:
    """Send again every act that was acknowledged; one sentence for each that is answered differently."""
    known = {client.who: client for client in clients}
    with ThreadPoolExecutor(REPEATERS) as pool:
        told = pool.map(lambda one: known[one.who].repeat(one), list(ledger.kept))
        return [sentence for sentence in told if sentence]


@dataclass(slots=True)
class Crowd:
    """The clients at work."""

    options: argparse.Namespace
    heads: list[Head]
    officers: list[Client]
    mailbox: Mailbox
    ledger: Ledger
    closed: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    steps: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def progress(self) -> float:
        """How far the work has come, 0 to 1."""
        return self.steps / (self.options.requests * STEPS)

    def work(self) -> None:
        """Walk every request, so many at once; return when all are over."""
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(self.options.requests):
            waiting.put(number)
        threads = [
            threading.Thread(target=self._client, args=(waiting,), daemon=True)
            for _ in range(self.options.clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _client(self, waiting: queue.SimpleQueue[int]) -> None:
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                self.closed.append(self._journey(number).walk())
            except GaveUp as gave_up:
                self.failures.append(f"request {number}: {gave_up}")
                print(self.failures[-1], flush=True)

    def _journey(self, number: int) -> Journey:
        return Journey(
            number=number,
            head=self.heads[number % len(self.heads)],
            officer=self.officers[number % len(self.officers)],
            mailbox=self.mailbox,
            ledger=self.ledger,
            chance=random.Random(f"{self.options.seed}/{number}"),
            passed=self._passed,
        )

    def _passed(self) -> None:
        with self._lock:
            self.steps += 1


def tell(ledger: Ledger, faults: Faults, mails: Counter[str], took: float, closed: int) -> None:
    """Print what happened, in numbers."""
    from tests.chaos.equation import equation
    from tests.chaos.mails import repeats

    sums = equation()
    print(f"{closed} requests closed in {took:.0f} s")
    print("faults:", _counted(faults.counts))
    print(f"{len(ledger.kept)} acts acknowledged, {ledger.doubles} of them sent twice at once")
    print(f"{sum(ledger.met.values())} answers lost and asked for again:", _counted(ledger.met))
    print(f"{sums.versions} moves of instances, {sums.completions} completions, {sums.audited} in the audit")
    print(f"{sums.jobs} jobs done in {sums.attempts} attempts")
    print(f"{mails.total()} mails, {repeats(mails)} of them repeats")
    print(f"{sums.chains} chains of the audit with {sums.entries} entries", flush=True)


def _counted(times: Mapping[str, int]) -> str:
    return ", ".join(f"{what} {count}" for what, count in sorted(times.items())) or "none"


if __name__ == "__main__":
    sys.exit(main())
