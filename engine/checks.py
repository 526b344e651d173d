"""Django system checks of the engine, each with an id and a hint that says what to type."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connections

from engine import catalog, handlers
from engine.invariants import add_invariants, invariants

__all__ = ["add_invariants", "invariants"]

OLDEST_POSTGRESQL = 150000


@register()
def processes_are_there(**_: Any) -> list[CheckMessage]:
    """engine.E001: the folder of processes exists."""
    directory = Path(settings.PROCESSES_DIR)
    if directory.is_dir():
        return []
    return [Error(f"{directory} is not a folder.", hint="Set PROCESSES_DIR.", id="engine.E001")]


@register(Tags.database)
def database_is_new_enough(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """engine.E002: PostgreSQL is 15 or newer."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        with connection.cursor():
            version = connection.connection.info.server_version
        if version < OLDEST_POSTGRESQL:
            hint = "Point DATABASE_URL to PostgreSQL 15 or newer."
            found.append(Error(f"PostgreSQL is too old: {version}.", hint=hint, id="engine.E002"))
    return found


@register(Tags.database)
def topics_have_handlers(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """engine.W001: every topic of a current process has a handler in this program."""
    for alias in databases or ():
        if "engine_processdefinition" not in connections[alias].introspection.table_names():
            return []
    known, found = handlers.topics(), list[CheckMessage]()
    for row in catalog.all_current() if databases else ():
        for element in catalog.definition(row.pk).elements.values():
            if element.topic and element.topic not in known:
                hint = f'Write @handler("{element.topic}", runs=...) in the handlers.py of {row.key}.'
                found.append(Caution(f"{row.key}: {element.id} has no handler.", hint=hint, id="engine.W001"))
    return found


@register(Tags.security, deploy=True)
def clock_stands(**_: Any) -> list[CheckMessage]:
    """engine.E003: business time cannot be moved in production."""
    if not getattr(settings, "CLOCK_MAY_MOVE", False):
        return []
    return [Error("Business time may be moved.", hint="Remove CLOCK_MAY_MOVE.", id="engine.E003")]
