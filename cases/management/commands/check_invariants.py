"""`manage.py check_invariants`: the ledger equation, over the engine and everything above it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from engine.invariants import all_invariants


class Command(BaseCommand):
    """Checks what must hold between any two steps."""

    help = "Check what must hold between any two steps, and name what does not."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print what does not hold; status 1 if anything does not."""
        found = all_invariants()
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{len(found)} invariants do not hold.", returncode=1)
        self.stdout.write("Everything holds.")
