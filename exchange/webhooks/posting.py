"""One POST to a guarded target: no redirects, little patience, and only the beginning of the answer."""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final

from exchange.webhooks.guard import Target

SECONDS: Final = 5.0
# However slowly the answer drips in, byte by byte within the time limit of each.
SECONDS_IN_ALL: Final = 10.0
ANSWER_BYTES: Final = 16 * 1024
AGENT: Final = "VIIS-webhooks/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, or without one the fault."""

    status: int | None
    fault: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the receiver took it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


Post = Callable[[Target, bytes, Mapping[str, str]], Answer]


class _Plain(http.client.HTTPConnection):
    """Connects to the address that was looked up, and speaks to the host."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self._target = target

    def connect(self) -> None:
        """To the looked-up address and no other."""
        self.sock = socket.create_connection((self._target.ip, self._target.port), SECONDS)


class _Secure(_Plain):
    """The same over TLS; the certificate must be the host's."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        """To the looked-up address, naming the host."""
        super().connect()
        self.sock = _context().wrap_socket(self.sock, server_hostname=self._target.host)


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    """The receiver's answer, whatever it is; a redirect is an answer like any other refusal."""
    connection = (_Secure if target.scheme == "https" else _Plain)(target)
    try:
        connection.connect()
        with _deadline(connection.sock):
            connection.request("POST", target.path, body, {"User-Agent": AGENT, **headers})
            response = connection.getresponse()
            response.read(ANSWER_BYTES)
            return Answer(response.status)
    except TimeoutError:
        return Answer(None, "timed_out")
    except ssl.SSLError:
        return Answer(None, "certificate")
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(None, "no_answer")
    finally:
        connection.close()


@contextmanager
def _deadline(sock: socket.socket) -> Iterator[None]:
    """Shut the connection when all together takes too long."""
    passed = threading.Event()

    def shut() -> None:
        passed.set()
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    timer = threading.Timer(SECONDS_IN_ALL, shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as broken:
        if passed.is_set():
            raise TimeoutError from broken
        raise
    finally:
        timer.cancel()
