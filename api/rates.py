"""How many requests of which kind somebody may make a minute, counted for all processes together.

The count is a row of an unlogged table. A process takes several requests from it at once and spends them by
itself, so that most requests cost no statement; what it took and did not spend is lost, never gained: all
processes together stay within the limit.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings
from django.db import connection

MINUTE: Final = 60
KINDS: Final = ("read", "write", "export", "sign_in")
# A twentieth of the limit at once: one statement for twenty requests and more, and little that can be lost.
_SHARES: Final = 20
_MOST_KEPT: Final = 10_000
_TIDY_EVERY: Final = 1_000

# By the database's clock, which is the same for all; a request is not in a transaction here.
_TAKE: Final = """
WITH t AS (SELECT extract(epoch FROM now()) AS epoch)
INSERT INTO api_requestcount AS c (who, minute, taken)
SELECT %(who)s, floor(t.epoch / 60)::bigint, %(wish)s FROM t
ON CONFLICT (who) DO UPDATE SET minute = excluded.minute, taken = excluded.taken
    + CASE WHEN c.minute = excluded.minute THEN least(c.taken, %(limit)s) ELSE 0 END
RETURNING taken, 60 - (SELECT t.epoch::bigint FROM t) %% 60
"""
_TIDY: Final = """
DELETE FROM api_requestcount WHERE minute < extract(epoch FROM now()) / 60 - 60
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """One request counted: how many are left for how many seconds; `refused`: it was too many."""

    kind: str
    limit: int
    left: int
    seconds: int
    refused: bool

    @property
    def headers(self) -> Mapping[str, str]:
        """The fields of the IETF's draft on rate limits."""
        return {
            "RateLimit-Policy": f'"{self.kind}";q={self.limit};w={MINUTE}',
            "RateLimit": f'"{self.kind}";r={self.left};t={self.seconds}',
        }


@dataclass(slots=True)
class _Share:
    """What this process took and has left until a moment; `beyond` is what it knows to be left with all."""

    left: int
    beyond: int
    until: float


_lock = threading.Lock()
_shares: dict[str, _Share] = {}
_taken = 0


def spend(kind: str, who: str) -> Spent | None:
    """Count one request of this kind; none when nothing is limited."""
    limit = limits(settings.API_RATE).get(kind)
    if limit is None:
        return None
    key, now = f"{kind}:{who}", time.monotonic()
    with _lock:
        share = _shares.get(key)
        if share is None or share.until <= now or (share.left == 0 and share.beyond > 0):
            share = _keep(key, _take(key, limit))
        seconds = max(1, round(share.until - time.monotonic()))
        if share.left == 0:
            return Spent(kind, limit, 0, seconds, True)
        share.left -= 1
        return Spent(kind, limit, share.left + share.beyond, seconds, False)


@cache
def limits(written: str) -> Mapping[str, int]:
    """`1200/min` for every kind, or `read=1200 write=300 export=120 sign_in=30`; nothing when empty."""
    if found := re.fullmatch(r"([0-9]{1,7})/min", written):
        return dict.fromkeys(KINDS, int(found[1]))
    pairs = dict(one.split("=") for one in written.split())
    if not set(pairs) <= set(KINDS):
        raise ValueError(f"API_RATE knows {', '.join(KINDS)}: {written}")
    return {kind: int(number) for kind, number in pairs.items()}


def forget() -> None:
    """What this process took is lost."""
    with _lock:
        _shares.clear()


def _take(key: str, limit: int) -> _Share:
    global _taken
    wish = max(1, limit // _SHARES)
    with connection.cursor() as cursor:
        _taken += 1
        if _taken % _TIDY_EVERY == 0:
            cursor.execute(_TIDY)
        cursor.execute(_TAKE, {"who": key, "wish": wish, "limit": limit})
        taken, seconds = cursor.fetchone()
    given = max(0, min(wish, limit - (taken - wish)))
    return _Share(given, max(0, limit - taken), time.monotonic() + float(seconds))


def _keep(key: str, share: _Share) -> _Share:
    if len(_shares) >= _MOST_KEPT:
        now = time.monotonic()
        for old in [one for one, kept in _shares.items() if kept.until <= now] or list(_shares):
            del _shares[old]
    _shares[key] = share
    return share
