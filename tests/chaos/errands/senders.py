"""Who sends the errands' messages and signals over HTTP: some twice, some answers before what they answer."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.client import Client

MESSAGES, SIGNALS = "/api/v1/process-messages", "/api/v1/process-messages/signals"
ASKED, ANSWERED, BELL, DRILL = "errand.asked", "errand.answered", "errand.bell", "errand.drill"
TWICE = 0.2
# So many errands are asked for, by another message, once more: the second waits until the first is over.
ONCE_MORE = 0.1
NO_INK = 0.3


@dataclass(slots=True)
class Sender:
    """An administrator's program that sends; `sent` is what was accepted, by the sender's own id."""

    client: Client
    chance: random.Random
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)

    def errand(self, number: int) -> None:
        """Everything that one errand is told: what asks for it and what answers, in one order or another."""
        ink = self.chance.random() >= NO_INK
        for more in ("", "-again")[: 2 if self.chance.random() < ONCE_MORE else 1]:
            asked = (ASKED, f"asked-{number}{more}", {"number": number, "ink": ink})
            answered: tuple[str, str, dict[str, Any]] = (ANSWERED, f"answered-{number}{more}", {})
            both = [lambda one=one: self._message(number, *one) for one in (asked, answered)]
            if self.chance.random() < 0.5:
                both.reverse()
            if self.chance.random() < 0.3:
                at_once(both)
            else:
                for send in both:
                    send()

    def signal(self, name: str, number: int) -> None:
        """Broadcast a signal."""
        told = {"name": name, "message_id": f"{name}-{number}", "reason": "Mācību trauksme."}
        self._send(SIGNALS, told)

    def _message(self, number: int, name: str, message_id: str, variables: Mapping[str, Any]) -> None:
        key = f"errand-{number}"
        self._send(
            MESSAGES, {"name": name, "key": key, "message_id": message_id, "variables": dict(variables)}
        )

    def _send(self, path: str, told: Mapping[str, Any]) -> None:
        answer = self.client.act(path, told, double=self.chance.random() < TWICE)
        self.sent[told["message_id"]] = answer


def at_once(acts: list[Callable[[], None]]) -> None:
    """Do these beside one another; the first failure is raised when all are over."""
    failures: list[BaseException] = []

    def do(act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as failure:  # noqa: BLE001 (raised again below)
            failures.append(failure)

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
