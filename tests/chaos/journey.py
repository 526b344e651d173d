"""One access request from the head's first click to the letter, by people who do not give up."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.chaos.client import PATIENCE, Client, GaveUp, Ledger
from tests.chaos.mailbox import Mailbox
from tests.chaos.visitor import Refused, Visitor

STEPS = 6
# The head signs on paper, so the officer has to say how that was checked.
GRANTED = {"decision": "grant", "signatures_checked": "Salīdzināju ar paraksta paraugu lietā."}
# How long somebody waits until they look again, and how long at most.
FIRST_LOOK, LAST_LOOK = 0.5, 5.0
GIVEN = ("Aiva", "Biruta", "Centis", "Dainis", "Elza", "Fricis", "Gunta", "Harijs", "Inta", "Jurģis")
FAMILY = ("Paraudziņš", "Izdomāts", "Piemērs", "Nebijis", "Vēja", "Iedoma", "Pasaka", "Teika")


@dataclass(frozen=True, slots=True)
class Head:
    """A head of an institution with their program."""

    client: Client
    organisation: str


@dataclass(slots=True)
class Journey:
    """Everything that one request needs; `double` tells which acts are sent twice."""

    number: int
    head: Head
    officer: Client
    mailbox: Mailbox
    ledger: Ledger
    chance: random.Random
    passed: Callable[[], None]
    case: str = ""

    def walk(self) -> str:
        """The id of the case, when it is closed and granted."""
        started = self._act(self.head.client, "/api/v1/cases", self._start())
        self.case = started["case"]["id"]
        self.passed()
        answers = self._answers()
        self._complete(self.head.client, started["task"], answers)
        self.passed()
        self._accept(answers["email"], answers["personal_code"][-5:])
        self.passed()
        self._complete(self.head.client, self._turn(self.head.client), {"how": "paper", "is_employee": True})
        self.passed()
        self._complete(self.officer, self._turn(self.officer), GRANTED)
        self.passed()
        self._until(lambda: self._is_closed())
        self.passed()
        return self.case

    def _start(self) -> dict[str, Any]:
        return {"process": "access_request", "organisation": self.head.organisation}

    def _answers(self) -> dict[str, Any]:
        return {
            "kind": "grant",
            "person": "declared",
            "given_name": self.chance.choice(GIVEN),
            "family_name": self.chance.choice(FAMILY),
            "personal_code": f"32{self.number:04d}{self.chance.randrange(10**5):05d}",
            "position": "Skolotāja palīgs",
            "email": f"persona{self.number}@haoss.example",
            "roles": ["institution_user"],
            "reason": "Ievada izglītojamo datus un sagatavo tarifikāciju.",
        }

    def _complete(self, client: Client, task: str, answers: dict[str, Any]) -> None:
        self._act(client, f"/api/v1/tasks/{task}/complete", {"answers": answers})

    def _act(self, client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return client.act(path, body, double=self.chance.random() < 0.1)

    def _accept(self, address: str, code_tail: str) -> None:
        """The person opens the newest link until the head has the next task."""

        def done() -> bool:
            link = self.mailbox.newest_link(address)
            if link:
                try:
                    Visitor(self.ledger).accept(link, code_tail)
                except Refused as refused:
                    self.ledger.note(f"a page answered {refused.status}")
            return bool(link) and self._is_turn(self.head.client)

        self._until(done)

    def _is_turn(self, client: Client) -> bool:
        turn = client.get(f"/api/v1/cases/{self.case}")["turn"]
        return turn["task"] is not None and bool(turn["mine"])

    def _turn(self, client: Client) -> str:
        """The task of the case that waits for this person."""
        found: list[str] = []

        def waits() -> bool:
            turn = client.get(f"/api/v1/cases/{self.case}")["turn"]
            if turn["task"] is not None and turn["mine"]:
                found.append(turn["task"])
            return bool(found)

        self._until(waits)
        return found[0]

    def _is_closed(self) -> bool:
        case = self.head.client.get(f"/api/v1/cases/{self.case}")
        if case["status"] == "closed" and case["outcome"] != "granted":
            raise GaveUp(f"case {case['number']}: closed as {case['outcome']!r}")
        return bool(case["status"] == "closed")

    def _until(self, holds: Callable[[], bool]) -> None:
        deadline, pause = time.monotonic() + PATIENCE, FIRST_LOOK
        while not holds():
            if time.monotonic() > deadline:
                raise GaveUp(f"case {self.case}: nothing happened for {PATIENCE:.0f} s")
            time.sleep(pause)
            pause = min(pause * 1.5, LAST_LOOK)
