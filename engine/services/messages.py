"""Messages from outside the processes, and signals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.messages import KEPT_FOR, Posted, keep
from engine.models import Message


def correlate_message(
    name: str,
    *,
    key: str,
    message_id: str,
    variables: Mapping[str, Any],
    now: datetime,
    kept_for: timedelta = KEPT_FOR,
) -> Message:
    """Keep a message for the one instance that waits, or will wait, for this name and key; MessageIdReused.

    It is delivered by a job, once for its id. `variables` are scalars; the wait takes those that it lists.
    """
    posted = Posted("message", name, key, message_id, variables)
    return keep(posted, now=now, kept_for=kept_for)


def broadcast_signal(name: str, *, message_id: str, variables: Mapping[str, Any], now: datetime) -> Message:
    """Give a signal to every instance that waits for it when it is delivered; MessageIdReused."""
    return keep(Posted("signal", name, "", message_id, variables), now=now)
