"""Who does one thing to many errands over HTTP: campaigns and decisions, moves, repairs, rests."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.chaos.client import Client, GaveUp

PROCESS: Final = "errand"
BASE: Final = "/api/v1"
WHY: Final = "Mācību vajadzībām."
# A job whose worker was killed is taken up when its lease is over, and may be killed again.
PATIENCE: Final = 900.0
LOOK: Final = 1.0
OPEN: Final = ("asked", "running", "paused")
STAMP: Final = "stamp"


@dataclass(slots=True)
class Officer:
    """A ministry officer: starts campaigns, and decides many looks at once."""

    client: Client
    chance: random.Random

    def campaign(self) -> None:
        """An errand in every institution, stopped for a moment on the way."""
        told = {"process": PROCESS}
        seen = self.client.ask(f"{BASE}/campaigns/preview", told)
        if seen is None or not seen["institutions"]:
            return
        double = self.chance.random() < 0.5
        asked = self.client.act(f"{BASE}/campaigns", {**told, "reason": WHY}, double=double)
        here = f"{BASE}/campaigns/{asked['id']}"
        if self.client.ask(f"{here}/pause", {}) is not None:
            self.client.ask(f"{here}/resume", {})
        until(lambda: self.client.get(here)["state"] not in OPEN)

    def decide(self) -> None:
        """One decision on looks that are open; a colleague may have decided some of them when it comes."""
        found = self.client.get(f"{BASE}/tasks?queue=group&process={PROCESS}&limit=100")["items"]
        tasks = [task["id"] for task in found]
        if not tasks:
            return
        told = {"kind": "complete", "tasks": tasks, "answers": {"note": "Apskatīts."}}
        asked = self.client.act(f"{BASE}/bulk", told, double=self.chance.random() < 0.5)
        until(lambda: self.client.get(f"{BASE}/bulk/{asked['id']}")["ended_at"] is not None)


@dataclass(slots=True)
class Administrators:
    """Two administrators: one asks, the other confirms."""

    one: Client
    other: Client
    chance: random.Random
    counts: dict[str, dict[str, Any]] = field(default_factory=dict)
    rounds: int = 0

    def move(self, version: int) -> None:
        """Bring what is open to a version, and at times back again."""
        told = {"version": version, "reason": WHY}
        asked = self.one.ask(f"{BASE}/processes/{PROCESS}/migration", told)
        self.settle()
        if asked is not None and self.chance.random() < 0.5:
            self.one.ask(f"{BASE}/batches/{asked['id']}/undo", {"reason": WHY})
            self.settle()

    def rest(self) -> None:
        """Let the process rest with all that is open, and go on, sometimes before all of it rests."""
        here = f"{BASE}/processes/{PROCESS}"
        self.one.ask(f"{here}/suspend", {"reason": WHY, "with_running": True})
        if self.chance.random() < 0.5:
            self.settle()
        else:
            time.sleep(self.chance.uniform(0, 2))
        self.wake()

    def wake(self) -> None:
        """Let it go on; nothing happens if it does not rest."""
        self.one.ask(f"{BASE}/processes/{PROCESS}/resume", {})
        self.settle()

    def repair(self) -> None:
        """Give the stamps ink and try again, or skip them; alternately."""
        self.rounds += 1
        about = {"process": PROCESS, "element": STAMP, "reason": WHY}
        if self.rounds % 2:
            self._repair({**about, "action": "skip", "values": {"stamp": 0}})
        else:
            self._repair({**about, "action": "set", "values": {"ink": True}})
            self._repair({**about, "action": "retry"})

    def _repair(self, told: dict[str, Any]) -> None:
        self.one.ask(f"{BASE}/incidents/repair", told)
        self.settle()

    def settle(self) -> None:
        """Confirm what waits for the second person, and return when no batch is open any more."""

        def is_settled() -> bool:
            batches = self.other.get(f"{BASE}/batches")["items"]
            for batch in batches:
                if batch["may_confirm"]:
                    self.other.ask(f"{BASE}/batches/{batch['id']}/confirm", {})
                if batch["state"] == "ended":
                    self.counts[batch["id"]] = batch
            return all(batch["state"] not in OPEN or batch["kind"] == "campaign" for batch in batches)

        until(is_settled)

    def is_anything_open(self) -> bool:
        """Whether an errand is not closed yet, or a message waits, which may begin one."""
        if self.one.get(f"{BASE}/process-messages?state=waiting&limit=1")["items"]:
            return True
        cases = f"{BASE}/cases?process={PROCESS}&limit=1&status="
        return any(
            self.one.get(f"{cases}{status}")["items"]
            for status in ("draft", "submitted", "returned", "decided")
        )


def until(holds: Callable[[], bool]) -> None:
    """Look again and again; GaveUp when nothing came of it."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise GaveUp(f"nothing came of an act on many errands in {PATIENCE:.0f} s")
        time.sleep(LOOK)
