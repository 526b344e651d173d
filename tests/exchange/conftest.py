"""A receiver of webhooks on this machine, and the people and cases of the tests of cases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook

from exchange.webhooks import audience
from exchange.webhooks.subscribing import Wish, WithSecret, subscribe
from tests.cases.conftest import world
from tests.cases.people import World

__all__ = ["world"]

EVERYTHING = (
    "case.started",
    "case.submitted",
    "case.decided",
    "case.closed",
    "task.opened",
    "task.completed",
)


@dataclass
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    def event(self, secret: str) -> Any:
        """The event, if the signature is right."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """A system of somebody else's that answers with the statuses given, and then with 204."""

    address: str
    statuses: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody else's system."""
    found = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.received.append(Received(self.path, dict(self.headers.items()), body))
            status = found.statuses.pop(0) if found.statuses else 204
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_port}/hook?of=viis"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _nobody_listens() -> Iterator[None]:
    """What one test's process knows of subscriptions is of no other test."""
    audience.forget()
    yield
    audience.forget()


@pytest.fixture
def listening(world: World, receiver: Receiver) -> WithSecret:
    """The ministry's administrator has the receiver told of all cases."""
    return subscribe(Wish("Skolas dienasgrāmata", receiver.address, EVERYTHING), user=world.actor("admin"))
