"""What one request reads, searches and is refused: gathered while it runs, written once at its end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from . import daily


@dataclass(frozen=True, slots=True)
class Look:
    """One row for a chain of the day; `fields` as in an Entry."""

    actor: str
    action: str
    object: str
    fields: Mapping[str, Any]


_gathered: ContextVar[list[Look] | None] = ContextVar("audit_gathered", default=None)


def keep(look: Look) -> None:
    """Write it at the end of the request, or at once where no request gathers."""
    looks = _gathered.get()
    if looks is None:
        daily.write([look])
    elif look not in looks:
        looks.append(look)


@contextmanager
def gathered() -> Iterator[None]:
    """While open, looks wait; they are written before the answer leaves, whether it is a page or a refusal.

    If they cannot be written, nothing of what was read is shown.
    """
    if _gathered.get() is not None:
        yield
        return
    looks: list[Look] = []
    token = _gathered.set(looks)
    try:
        yield
    finally:
        _gathered.reset(token)
        if looks:
            daily.write(looks)
