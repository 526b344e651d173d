"""`manage.py erase_subject PERSON --reason WHY [--yes]`: without `--yes` it only tells what it would do."""

from argparse import ArgumentParser
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from cases.privacy import Erasure, erase_subject, plan_erasure
from registries.models import Person

_WHY: Final = {
    "open": "the case is not closed",
    "held": "a legal hold",
    "retained": "to be kept for some years",
    "role": "a role that stands",
    "employed": "works there today",
}


class Command(BaseCommand):
    """Erases a person, or tells what would be erased and what stays."""

    help = "Erase what is held of a person and need not stay; without --yes only tell what that is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom, why, and whether to do it."""
        parser.add_argument("person", type=UUID, help="the public id of the person")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Tell, or do and tell."""
        person = Person.objects.filter(public_id=options["person"]).first()
        if person is None:
            raise CommandError("There is no such person.")
        if options["yes"]:
            done = erase_subject(person, reason=options["reason"])
            self._tell(done)
            self.stdout.write(f"{done.changed} rows changed.")
        else:
            self._tell(plan_erasure(person))
            self.stdout.write("Nothing was changed. To do it, add --yes.")

    def _tell(self, erasure: Erasure) -> None:
        for case in erasure.subject.erased:
            self.stdout.write(f"Emptied: case {case.number}")
        for kept in erasure.kept:
            basis = f" ({kept.basis})" if kept.basis else ""
            self.stdout.write(f"Stays: {kept.what}: {_WHY[kept.why]}{basis}")
        told = "Names, codes and account: erased" if erasure.is_whole else "Names, codes and account: stay"
        self.stdout.write(told)
