"""Calls what runs an event loop of its own, wherever it is called from."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def with_own_loop(act: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What the call gives; in another thread if this one has an event loop already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return act(*arguments, **named)
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(act, *arguments, **named).result()
