"""One person's program: requests over HTTP that are repeated with the same key until they are answered."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LOST = (OSError, http.client.HTTPException)
AGAIN = (502, 503, 504)
DONE = (200, 201, 202)
PATIENCE = 300.0


class GaveUp(Exception):
    """No answer within the patience, or one that may not come."""


@dataclass(slots=True)
class Acknowledged:
    """What the product said it has done."""

    key: str
    who: str
    path: str
    body: Mapping[str, Any]
    answer: dict[str, Any]


@dataclass(slots=True)
class Ledger:
    """Everything acknowledged, and what was met on the way; shared by all clients."""

    kept: list[Acknowledged] = field(default_factory=list)
    met: dict[str, int] = field(default_factory=dict)
    doubles: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str) -> None:
        """Count something met."""
        with self._lock:
            self.met[what] = self.met.get(what, 0) + 1

    def keep(self, acknowledged: Acknowledged) -> None:
        """Remember an answer to be checked at the end."""
        with self._lock:
            self.kept.append(acknowledged)


@dataclass(slots=True)
class Client:
    """A person with a token."""

    port: int
    who: str
    token: str
    ledger: Ledger

    def get(self, path: str) -> dict[str, Any]:
        """What is there."""
        status, body = self._until_answered("GET", path, None, "")
        if status != 200:
            raise GaveUp(f"GET {path}: {status} {body}")
        return body

    def act(self, path: str, body: Mapping[str, Any], *, double: bool = False) -> dict[str, Any]:
        """Do something once, however often it has to be sent."""
        key = uuid.uuid4().hex
        answers = self._twice(path, body, key) if double else [self._once_answered(path, body, key)]
        for status, answer in answers:
            if status not in DONE:
                raise GaveUp(f"POST {path}: {status} {answer}")
        told = [answer for _, answer in answers]
        if any(_told_at_once(one) != _told_at_once(told[0]) for one in told):
            raise GaveUp(f"POST {path}: the same key was answered differently: {told}")
        self.ledger.keep(Acknowledged(key, self.who, path, body, told[0]))
        return told[0]

    def ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """Ask for what may have been done already when the answer was lost: then, or if refused, None."""
        status, answer = self._once_answered(path, body, uuid.uuid4().hex)
        if status not in (*DONE, 409):
            raise GaveUp(f"POST {path}: {status} {answer}")
        return answer if status != 409 else None

    def repeat(self, done: Acknowledged) -> str:
        """Send something again that was acknowledged long ago; what is wrong with the answer, if anything."""
        status, answer = self._until_answered("POST", done.path, done.body, done.key)
        if status in DONE and _once_told(answer) == _once_told(done.answer):
            return ""
        return f"{self.who} sent {done.path} again, was told {status} {answer} and before {done.answer}"

    def _once_answered(self, path: str, body: Mapping[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        return self._until_answered("POST", path, body, key)

    def _twice(self, path: str, body: Mapping[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
        answers: list[tuple[int, dict[str, Any]]] = []
        failures: list[BaseException] = []

        def send() -> None:
            try:
                answers.append(self._until_answered("POST", path, body, key))
            except GaveUp as failure:
                failures.append(failure)

        both = [threading.Thread(target=send) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        if failures:
            raise failures[0]
        with self.ledger._lock:
            self.ledger.doubles += 1
        return answers

    def _until_answered(
        self, method: str, path: str, body: Mapping[str, Any] | None, key: str
    ) -> tuple[int, dict[str, Any]]:
        deadline, pause = time.monotonic() + PATIENCE, 0.1
        while time.monotonic() < deadline:
            try:
                status, answer = self._once(method, path, body, key)
            except LOST as lost:
                self.ledger.note(type(lost).__name__)
            else:
                if status not in AGAIN:
                    return status, answer
                self.ledger.note(f"answered {status}")
            time.sleep(pause)
            pause = min(pause * 1.6, 2.0)
        raise GaveUp(f"{method} {path}: no answer in {PATIENCE:.0f} s")

    def _once(
        self, method: str, path: str, body: Mapping[str, Any] | None, key: str
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        try:
            sent = json.dumps(body).encode() if body is not None else None
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, {"body": text[:300].decode(errors="replace")}


def _told_at_once(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without what moves on by itself: how far something is that was asked for."""
    match answer:
        case {"id": asked, "waiting": _} | {"id": asked, "message_id": _}:
            return {"id": asked}
    return dict(answer)


def _once_told(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without what may have changed since: a repeated start tells the case as it is now."""
    match answer:
        case {"case": {"id": case, "number": number}}:
            return {**answer, "case": (case, number)}
    return _told_at_once(answer)
