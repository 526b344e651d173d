"""Prints who can sign in to the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from accounts.seed import SIGN_INS


class Command(BaseCommand):
    """One line per sign-in: role, username, password, what to try."""

    help = "Prints who can sign in to the demonstration."

    def handle(self, **_options: Any) -> None:
        """Print, or say that this is not the demonstration."""
        if not getattr(settings, "SEED_ALLOWED", False):
            raise CommandError("These settings have no demonstration people (SEED_ALLOWED is not set).")
        latvian = (get_language() or "lv").startswith("lv")
        for one in SIGN_INS:
            role = one.role_label_lv if latvian else one.role_label_en
            task = one.what_to_do_lv if latvian else one.what_to_do_en
            self.stdout.write(f"  {role:<45} {one.username:<18} {one.password}   {task}")
