"""`manage.py erase_subject PERSON --reason WHY [--yes] [--redact KEY ...]`: without `--yes` it only tells."""

from argparse import ArgumentParser
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from cases.privacy import Erasure, Mentioned, erase_subject, plan_erasure
from registries.models import Person

_WHY: Final = {
    "open": "the case is not closed",
    "held": "a legal hold",
    "retained": "to be kept for some years",
    "role": "a role that stands",
    "employed": "works there today",
    "person": "as long as the person's own data stay",
    "file": "a stored file or a register says it; correct it there",
    "asked": "a person has to decide, for a namesake may be meant: --redact",
}
_BY: Final = {
    "code": "personal code",
    "email": "e-mail address",
    "phone": "phone number",
    "name": "name",
    "family_name": "family name alone",
}


class Command(BaseCommand):
    """Erases a person, or tells what would be erased and what stays."""

    help = "Erase what is held of a person and need not stay; without --yes only tell what that is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom, why, and whether to do it."""
        parser.add_argument("person", type=UUID, help="the public id of the person")
        parser.add_argument("--reason", required=True)
        parser.add_argument(
            "--redact", nargs="+", default=[], metavar="KEY", help="take the name out of these places too"
        )
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Tell, or do and tell."""
        person = Person.objects.filter(public_id=options["person"]).first()
        if person is None:
            raise CommandError("There is no such person.")
        if options["yes"]:
            done = erase_subject(person, reason=options["reason"], redact_keys=options["redact"])
            self._tell(done)
            self.stdout.write(f"{done.changed} rows changed.")
        else:
            self._tell(plan_erasure(person, redact_keys=options["redact"]))
            self.stdout.write("Nothing was changed. To do it, add --yes.")

    def _tell(self, erasure: Erasure) -> None:
        for case in erasure.subject.erased:
            self.stdout.write(f"Emptied: case {case.number}")
        for kept in erasure.kept:
            basis = f" ({kept.basis})" if kept.basis else ""
            self.stdout.write(f"Stays: {kept.what}: {_WHY[kept.why]}{basis}")
        for one in erasure.mentions:
            self._tell_mention(one)
        told = "Names, codes and account: erased" if erasure.is_whole else "Names, codes and account: stay"
        self.stdout.write(told)

    def _tell_mention(self, one: Mentioned) -> None:
        mention = one.mention
        where = f"case {mention.case.number}, {mention.key}" if mention.case else mention.key
        by = ", ".join(_BY[name] for name in mention.by)
        basis = f" ({one.basis})" if one.basis else ""
        fate = "erased" if one.fate == "erased" else f"stays: {_WHY[one.fate]}{basis}"
        self.stdout.write(f"Mentioned: {where}: {by}: {fate}")
