"""Checks the ledger equation: what must hold between any two steps, after whatever has happened."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from engine.invariants import all_invariants


class Command(BaseCommand):
    """`manage.py check_invariants`."""

    help = "Check that completions, states, tasks, jobs and the audit agree; status 1 if they do not."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Name whatever does not hold."""
        found = all_invariants()
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{len(found)} invariant(s) do not hold.")
        self.stdout.write("Everything holds.")
