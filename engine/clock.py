"""Business time: the database's transaction time plus an offset that only the demo and tests may set."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from engine.errors import ClockMayNotMove, ClockSkewed
from engine.models import ClockOffset

# For the statements that read the time together with other things.
SQL_NOW: Final = "now() + coalesce((SELECT ahead FROM engine_clockoffset), interval '0')"
LARGEST_SKEW: Final = timedelta(seconds=2)


def now() -> datetime:
    """Business time, UTC; the same during one transaction unless the offset moves."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SQL_NOW}")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)


@contextmanager
def one_instant() -> Iterator[None]:
    """What is read inside is of one instant, whoever writes meanwhile; nothing is written."""
    is_ours = not connection.in_atomic_block
    with transaction.atomic():
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def set_offset(ahead: timedelta) -> None:
    """Move business time; ClockMayNotMove outside development and tests (setting CLOCK_MAY_MOVE)."""
    if not getattr(settings, "CLOCK_MAY_MOVE", False):
        raise ClockMayNotMove
    ClockOffset.objects.update_or_create(only=True, defaults={"ahead": ahead})


def offset() -> timedelta:
    """How far business time is ahead of the database's clock."""
    return ClockOffset.objects.values_list("ahead", flat=True).first() or timedelta(0)


def skew() -> timedelta:
    """How far this process's clock is from the database's, at least (the round trip is taken off)."""
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
        after = datetime.now(UTC)
    if before <= there <= after:
        return timedelta(0)
    return before - there if there < before else there - after


def refuse_if_skewed() -> None:
    """ClockSkewed if this process's clock is more than 2 s from the database's."""
    found = skew()
    if found > LARGEST_SKEW:
        raise ClockSkewed(seconds=round(found.total_seconds(), 1))
