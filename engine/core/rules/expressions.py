"""P3: an expression is tried, and what is wrong with it is told where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.core.errors import ExpressionInvalid
from engine.core.rules.found import Found


def tried(found: Found, where: str, read: Callable[[str], Any], text: str) -> None:
    """Adds what `read` finds wrong with the text."""
    try:
        read(text)
    except ExpressionInvalid as error:
        found.add("expression", where, "; ".join(f"{k} {v}" for k, v in error.details.items()))
