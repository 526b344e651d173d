"""Five hundred access requests over HTTP while processes are killed and the database falls.

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
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.chaos.client import Client, GaveUp, Ledger
from tests.chaos.faults import Faults
from tests.chaos.house import House
from tests.chaos.journey import STEPS, Head, Journey
from tests.chaos.mailbox import Mailbox

HEADS = 12
OFFICERS = ("karlis.paraugs", "anna.paraudzina")
SCOPES = ("cases:read", "cases:write", "tasks:read", "tasks:write")


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

    ledger, mailbox = Ledger(), Mailbox(house.folder / "mail")
    heads, officers = people(house.port, ledger)
    # What this script itself has open is not to be broken: it looks again when the faults are over.
    connections.close_all()
    house.start()
    crowd = Crowd(options, heads, officers, mailbox, ledger)
    faults = Faults(house, random.Random(options.seed + 1), options.every, crowd.progress)
    faults.plan(options.crashes)
    begun = time.monotonic()
    faults.begin()
    crowd.work()
    faults.end()
    took = time.monotonic() - begun
    house.wait_until_ready()
    is_quiet = checks.wait_for_quiet()
    differing = crowd.repeat_everything()
    mails = mailbox.all_keys()
    tell(ledger, faults, mails, took, len(crowd.closed))
    return [
        *crowd.failures,
        *(f"a planned fault did not come: {one}" for one in faults.missing()),
        *(() if is_quiet else ("jobs that are due were not done",)),
        *differing,
        *checks.problems(ledger.kept, options.requests, mails),
    ]


def people(port: int, ledger: Ledger) -> tuple[list[Head], list[Client]]:
    """Heads of schools and officers of the ministry, each with a token."""
    from accounts.models import Role, RoleGrant, User
    from accounts.services import create_token
    from engine import clock

    now = clock.now()

    def client(user: User) -> Client:
        ends = now + timedelta(days=1)
        token = create_token(user, name="chaos", scopes=SCOPES, expires_at=ends, now=now)
        return Client(port, user.username, token.raw, ledger)

    rows = RoleGrant.objects.filter(role=Role.INSTITUTION_HEAD, organisation__kind="general", revoked_at=None)
    grants = rows.select_related("user", "organisation").order_by("pk")[:HEADS]
    heads = [Head(client(grant.user), str(grant.organisation.public_id)) for grant in grants]
    return heads, [client(user) for user in User.objects.filter(username__in=OFFICERS)]


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

    def repeat_everything(self) -> list[str]:
        """Send again every act that was acknowledged; one sentence for each that is answered differently."""
        clients = {client.who: client for client in (*(head.client for head in self.heads), *self.officers)}
        with ThreadPoolExecutor(self.options.clients) as pool:
            told = pool.map(lambda one: clients[one.who].repeat(one), self.ledger.kept)
            return [sentence for sentence in told if sentence]

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
