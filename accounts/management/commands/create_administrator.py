"""Makes the first administrator; every further role is granted by a case."""

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.errors import AccountError
from accounts.services import activate, create_administrator, make_activation_link
from registries.errors import RegistryError
from registries.queries import ministry
from registries.reference import load_reference
from registries.services import register_person


class Command(BaseCommand):
    """Asks for the password, or reads it from standard input: an argument could be read by others."""

    help = "Makes the first administrator of the ministry. Asks for a password of at least 12 characters."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who it is."""
        parser.add_argument("given_name")
        parser.add_argument("family_name")
        parser.add_argument("--email", required=True)
        parser.add_argument("--personal-code", default="")

    def handle(self, **options: Any) -> None:
        """Everything or nothing: a refused password leaves no half administrator."""
        password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        now = timezone.now()
        try:
            with transaction.atomic():
                load_reference()
                person = register_person(
                    given_name=options["given_name"],
                    family_name=options["family_name"],
                    personal_code=options["personal_code"],
                    email=options["email"],
                )
                grant = create_administrator(person, ministry(), now=now)
                activate(make_activation_link(grant.user, now=now).token, password, now=now)
        except (AccountError, RegistryError) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{grant.user.username} can sign in now and administers VIIS.")
