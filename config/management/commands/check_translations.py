"""`manage.py check_translations`: every message has its Latvian."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.translations import faults


class Command(BaseCommand):
    """Fail when a message of the code or of a template has no Latvian translation."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Name every message that is missing, fuzzy, or short of a plural form."""
        root = Path(settings.BASE_DIR)
        if found := faults(root, root / "locale" / "lv" / "LC_MESSAGES" / "django.po"):
            raise CommandError("\n".join(found) + f"\n{len(found)} messages lack their Latvian translation.")
        self.stdout.write("Every message has its Latvian translation.")
