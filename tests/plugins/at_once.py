"""Acts begun at the same instant, each in a thread and a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections

WAIT_SECONDS = 30


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
