"""`manage.py migrate`, as the role that owns the tables."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from config.owner import as_owner


class Command(Migrate):
    """Migrate as the owner (DATABASE_OWNER_URL) and grant the application what it needs."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Run Django's command on the owner's connection."""
        with as_owner():
            return super().handle(*args, **options)
