"""One progress line per stage of a start, with its time."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 44


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Print the stage's name, and its time once it is done."""
    started = time.monotonic()
    sys.stdout.write(f"{name} ".ljust(WIDTH, "."))
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        print(" stopped", flush=True)
        raise
    print(f" {time.monotonic() - started:6.1f} s", flush=True)


def passed(name: str, seconds: float) -> None:
    """Print the line of a stage that was timed elsewhere."""
    print(f"{f'{name} '.ljust(WIDTH, '.')} {seconds:6.1f} s", flush=True)
