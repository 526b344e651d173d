"""Tells workers that there is work: a hint after the commit, never a promise."""

from __future__ import annotations

import logging
from collections.abc import Callable

_log = logging.getLogger(__name__)
_bells: list[Callable[[], None]] = []


def on_wake(bell: Callable[[], None]) -> None:
    """Ring `bell` whenever work was committed."""
    if bell not in _bells:
        _bells.append(bell)


def workers() -> None:
    """Ring every bell; one that fails is logged, for the workers also look by themselves."""
    for bell in _bells:
        try:
            bell()
        except Exception:  # noqa: BLE001 (a lost hint loses nothing)
            _log.warning("waking the workers failed", exc_info=True)
