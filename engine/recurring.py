"""Jobs that come again: one row per topic and slot of time, made by whichever worker looks first."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from engine import jobs
from engine.models import Wait

_KEPT: Final = timedelta(days=1)
_EVERY: Final[dict[str, timedelta]] = {}
# What this process asked for last, to spare asking again; the natural key is what makes it once.
_asked: dict[str, int] = {}


def every(topic: str, interval: timedelta) -> None:
    """Let the job of this topic, without arguments, run once in every such interval while workers look."""
    _EVERY[topic] = interval


def plan(now: datetime) -> int:
    """Ask for the jobs whose slots have begun, once each whoever asks; how many were asked for."""
    asked = 0
    for topic, interval in _EVERY.items():
        slot = int(now.timestamp() // interval.total_seconds())
        if _asked.get(topic) == slot:
            continue
        jobs.enqueue(topic, now=now, natural_key=f"{topic}@{slot}")
        transaction.on_commit(partial(_asked.__setitem__, topic, slot))
        asked += 1
    if asked:
        done = Wait.objects.filter(topic__in=_EVERY, status=Wait.Status.DONE, instance=None)
        done.filter(created_at__lt=now - _KEPT).delete()
    return asked


def forget() -> None:
    """Ask again for everything; for another database under the same process."""
    _asked.clear()
