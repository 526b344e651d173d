"""`manage.py verify_audit [chain]`: names every audit row that was edited, deleted, inserted or moved."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.audit import verify
from cases.models import AuditEntry


class Command(BaseCommand):
    """Checks the audit's chains."""

    help = "Check the audit's chains and name every row that was edited, deleted, inserted or moved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One chain, or all."""
        parser.add_argument("chain", nargs="?", help="only this chain, such as case:12")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print what is wrong; status 1 if anything is."""
        findings = verify(options["chain"])
        for finding in findings:
            self.stdout.write(str(finding))
        if findings:
            raise CommandError(f"The audit has been tampered with at {len(findings)} places.", returncode=1)
        self.stdout.write(f"The audit is whole: {AuditEntry.objects.count()} rows.")
