"""`manage.py make_audit_key FILE`: a key to seal the audit with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.audit.keys import make_key


class Command(BaseCommand):
    """Makes the key; publish what it prints, and keep the file."""

    help = "Make an Ed25519 key that seals the audit, in a file that only its owner can read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to put it."""
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file; an existing one is never replaced."""
        try:
            key = make_key(options["file"])
        except FileExistsError:
            raise CommandError("This file is there already; a key is never replaced.") from None
        self.stdout.write(f"Key {key.id}. Publish its public key: {key.public.hex()}")
