"""Brings what every installation needs before its first case."""

from typing import Any

from django.core.management.base import BaseCommand

from cases.calendar import load_calendar
from registries.reference import load_reference


class Command(BaseCommand):
    """Municipalities, ministry and services, calendar; what somebody changed stays as it is."""

    help = "Loads municipalities by ATVK code, the ministry and its services and the calendar."

    def handle(self, **_options: Any) -> None:
        """Load what is missing and say how much that was."""
        counts = load_reference()
        days = load_calendar()
        self.stdout.write(
            f"New: {counts.territories} territories, {counts.organisations} organisations, "
            f"{days} calendar days."
        )
