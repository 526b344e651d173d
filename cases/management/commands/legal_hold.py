"""`manage.py legal_hold NUMBER --by USER --basis LAW`: nothing of a case goes; `--release` ends that."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import actor_of
from accounts.models import User
from cases.errors import CaseError
from cases.models import Case
from cases.retention import place_hold, release_hold


class Command(BaseCommand):
    """Places or releases a hold; the case's audit names who did it."""

    help = "Hold a case: nothing of it is deleted while the hold stands."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The case, who orders it, what it rests on."""
        parser.add_argument("number")
        parser.add_argument("--by", required=True, help="the username of whoever orders it")
        parser.add_argument("--basis", default="", help="the law or the order that it rests on")
        parser.add_argument("--hides-looks", action="store_true", help="do not tell who looked at the case")
        parser.add_argument("--release", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Place it, or release it."""
        case = Case.objects.filter(number=options["number"]).first()
        user = User.objects.filter(username=options["by"], is_active=True).first()
        if case is None or user is None:
            raise CommandError("There is no such case or no such user.")
        actor = actor_of(user, "system")
        try:
            if options["release"]:
                release_hold(case, actor)
            else:
                place_hold(case, actor, basis=options["basis"], hides_looks=options["hides_looks"])
        except CaseError as refused:
            raise CommandError(str(refused.message)) from None
        self.stdout.write("Released." if options["release"] else "Held.")
