"""`manage.py set_retention PROCESS --years N --action ACTION --basis LAW`: how long data are kept."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.models import RetentionRule
from cases.retention import set_rule
from engine import catalog
from engine.errors import DefinitionNotFound


class Command(BaseCommand):
    """Sets the rule of one process; it deletes nothing by itself."""

    help = "Say after how many years the closed cases of a process are emptied, and by which law."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The process, the years, what is done, and the law; without a law nothing is done."""
        parser.add_argument("process")
        parser.add_argument("--years", type=int, required=True)
        parser.add_argument("--action", choices=RetentionRule.Action.values, required=True)
        parser.add_argument("--basis", default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Set it."""
        try:
            catalog.current(options["process"])
        except DefinitionNotFound:
            raise CommandError("There is no such process.") from None
        rule = set_rule(
            options["process"], years=options["years"], action=options["action"], basis=options["basis"]
        )
        told = rule.legal_basis or "none: nothing is done until the ministry names it"
        self.stdout.write(f"{rule.process_key}: {rule.years} years, {rule.action}. Legal basis: {told}.")
