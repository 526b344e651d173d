"""Whether this process lives, and whether it can work."""

from __future__ import annotations

import time

from django.db import DatabaseError, connection
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
        seconds, migrations = cursor.fetchone()
    if abs(time.time() - seconds) > CLOCK_SECONDS:
        return "clock"
    return "" if migrations else "migrations"
