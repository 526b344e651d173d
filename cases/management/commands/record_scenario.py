"""`manage.py record_scenario NUMBER --by USER`: a case as a scenario for tests, without anybody in it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import actor_of
from accounts.models import User
from accounts.scope import scope_of
from cases.errors import CaseError
from cases.models import Case
from cases.recording import recorded_scenario
from engine import clock


class Command(BaseCommand):
    """Writes a scenario; the audit names who asked for it, who has to be an administrator."""

    help = "Write a case as a scenario in TOML, to be pasted into scenarios.toml of its process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The case, and who asks."""
        parser.add_argument("number")
        parser.add_argument("--by", required=True, help="the username of an administrator")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write it."""
        case = Case.objects.filter(number=options["number"]).first()
        user = User.objects.filter(username=options["by"], is_active=True).first()
        if case is None or user is None:
            raise CommandError("There is no such case or no such user.")
        scope = scope_of(actor_of(user, "system"), at=clock.now())
        try:
            made = recorded_scenario(scope, case.public_id)
        except CaseError as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(made.text, ending="")
