"""Fills an empty installation with invented institutions and people for demonstration and tests."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.seed import SEED, SeedRefused, seed
from cases.calendar import load_calendar
from registries.models import Organisation, Person


class Command(BaseCommand):
    """The same number makes the same people; a second run changes nothing."""

    help = "Invents institutions, people and sign-ins for demonstration and tests; refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        """The number from which everything is invented."""
        parser.add_argument("--number", type=int, default=SEED)

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        """Seed, or refuse and change nothing."""
        try:
            seed(now=timezone.now(), number=options["number"])
        except SeedRefused:
            raise CommandError(
                "Refused: these settings are not for demonstration (SEED_ALLOWED is not set). "
                "In production run `manage.py load_reference` and `manage.py create_administrator`."
            ) from None
        load_calendar()
        self.stdout.write(
            f"{Organisation.objects.count()} organisations, {Person.objects.count()} persons, "
            f"{User.objects.count()} users."
        )
