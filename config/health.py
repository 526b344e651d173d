"""Whether this process lives, and whether it can work."""

from __future__ import annotations

import time
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

# Deadlines are law: a process whose clock is off by more does not work.
CLOCK_SECONDS = 2.0


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "live"})


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers, is migrated and agrees on the time; else 503 with the reason."""
    try:
        reason = _not_ready()
    except DatabaseError:
        reason = "database"
    if reason:
        return JsonResponse({"status": "not ready", "reason": reason}, status=503)
    return JsonResponse({"status": "ready"})


def _not_ready() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp())::float8, to_regclass('django_migrations')"
        )
        seconds, has_table = cursor.fetchone()
        if abs(time.time() - seconds) > CLOCK_SECONDS:
            return "clock"
        if not has_table:
            return "migrations"
        cursor.execute("SELECT app, name FROM django_migrations")
        return "" if _migrations() <= set(cursor.fetchall()) else "migrations"


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this process's own code, by app and name."""
    found = MigrationLoader(None).disk_migrations
    # A squashed one is recorded by the names of those that it replaces.
    return frozenset(key for key, migration in found.items() if not migration.replaces)
