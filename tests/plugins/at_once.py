"""Acts begun at the same instant, each in a thread and a connection of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection, connections

WAIT_SECONDS = 30
_SOMEBODY_WAITS = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


def at_once(
    *acts: Callable[[], Any], expected: type[Exception] | tuple[type[Exception], ...] = ()
) -> list[Any]:
    """What each act returned, or the error that was expected of some of them, in their order."""
    gate = threading.Barrier(len(acts))

    def alone(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(WAIT_SECONDS)
            return act()
        except expected as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(alone, acts))


def meanwhile(pool: ThreadPoolExecutor, act: Callable[[], Any]) -> Future[Any]:
    """Begin the act in a connection of its own, until it waits for an advisory lock or has ended."""

    def alone() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    begun, end = pool.submit(alone), time.monotonic() + WAIT_SECONDS
    while not (begun.done() or _somebody_waits()) and time.monotonic() < end:
        time.sleep(0.01)
    return begun


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_SOMEBODY_WAITS)
        return bool(cursor.fetchone()[0])
