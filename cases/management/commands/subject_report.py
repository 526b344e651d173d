"""`manage.py subject_report PERSON --out FILE.zip`: everything that is held of one person."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from cases.privacy import subject_report
from registries.models import Person


class Command(BaseCommand):
    """Tells a person what is held of them."""

    help = "Write everything that is held of a person, by public id, to a ZIP file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom, and where to."""
        parser.add_argument("person", type=UUID, help="the public id of the person")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file."""
        person = Person.objects.filter(public_id=options["person"]).first()
        if person is None:
            raise CommandError("There is no such person.")
        rows = subject_report(person, options["out"])
        self.stdout.write(f"{rows} rows.")
