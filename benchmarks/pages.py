"""Every page: its statements, and its time beside the sign-in page's: `python -m benchmarks.pages`."""

from __future__ import annotations

import argparse
import logging
import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.ground import ground

if TYPE_CHECKING:
    from django.test import Client

WARM = 2


def main() -> None:
    """A request at each stage of its way, and each page looked at as often as told."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=15)
    rounds = options.parse_args().rounds
    with ground():
        logging.disable(logging.WARNING)
        _prepare()
        measure(rounds)


def _prepare() -> None:
    """Mail stays in memory, where the stages find their links; the product's own processes are deployed."""
    from django.conf import settings
    from django.core import mail

    from engine.catalog import deploy_all

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    mail.outbox = []
    deploy_all(settings.PROCESSES_DIR)


def measure(rounds: int) -> None:
    """A line per page: who looks, statements, milliseconds, and the multiple of the sign-in page's time."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.browser.pages import LOOKS
    from tests.browser.stages import Stages

    stages, clients = Stages(), {who: _client(who) for who in sorted({look.who for look in LOOKS})}
    floor = _times(Client(), "/pieslegties/", rounds)
    print(f"{'page':<44} {'statements':>10} {'ms':>8} {'ratio':>7}   (the sign-in page is {floor:.1f} ms)")
    for look in LOOKS:
        client, address = clients[look.who], look.address(stages)
        took = _times(client, address, rounds)
        with CaptureQueriesContext(connection) as queries:
            client.get(address, follow=True)
        print(f"{look.name:<44} {len(queries):>10} {took:>8.1f} {took / floor:>7.1f}")


def _client(who: str) -> Client:
    from django.test import Client

    from accounts.models import User

    client = Client()
    if who:
        client.force_login(
            User.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend"
        )
    return client


def _times(client: Client, address: str, rounds: int) -> float:
    """The median of the milliseconds that the page took; it must be there."""
    taken = []
    for number in range(WARM + rounds):
        begun = time.perf_counter()
        answer = client.get(address, follow=True)
        ended = time.perf_counter()
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}")
        b"".join(answer)
        if number >= WARM:
            taken.append((ended - begun) * 1000)
    return median(taken)


if __name__ == "__main__":
    main()
