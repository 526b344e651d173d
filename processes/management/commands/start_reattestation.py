"""Starts the yearly review of access in every organisation, or says how far it is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from engine import clock
from processes.bpmn.reattestation.holders import RIGA
from processes.bpmn.reattestation.starting import progress, start_reattestation


class Command(BaseCommand):
    """`manage.py start_reattestation [--year 2026] [--status]`."""

    help = "Asks for a review of access in every organisation, once a year; workers start them in batches."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which year, and whether only to look."""
        parser.add_argument("--year", type=int)
        parser.add_argument("--status", action="store_true")

    def handle(self, **options: Any) -> None:
        """Ask for the reviews unless only the progress is wanted, which is told."""
        now = clock.now()
        year = options["year"] or now.astimezone(RIGA).year
        if not options["status"]:
            start_reattestation(year, now=now)
        found = progress(year, now=now)
        self.stdout.write(
            f"{year}: {found.started} of {found.organisations} reviews started, {found.finished} finished."
        )
