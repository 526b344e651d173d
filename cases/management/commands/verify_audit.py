"""`manage.py verify_audit [chain]`: names every audit row and seal that was tampered with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.audit import verify, verify_against, verify_seals
from cases.models import AuditEntry, AuditSeal


class Command(BaseCommand):
    """Checks the audit's chains and the seals over them."""

    help = "Check the audit's chains and seals; name every row and seal that was tampered with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One chain, or all; the first key as it was published; an export that the database must continue."""
        parser.add_argument("chain", nargs="?", help="only this chain, such as case:12")
        parser.add_argument("--key", default="", help="the first public key, 64 hexadecimal digits")
        parser.add_argument(
            "--against", type=Path, help="a folder of export_audit: an older database is seen"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print what is wrong; status 1 if anything is."""
        findings = list(verify(options["chain"]))
        if options["chain"] is None:
            known = set(findings)
            findings += [one for one in verify_seals(bytes.fromhex(options["key"])) if one not in known]
        if options["against"] is not None:
            findings += verify_against(options["against"])
        for finding in findings:
            self.stdout.write(str(finding))
        if findings:
            raise CommandError(f"The audit has been tampered with at {len(findings)} places.", returncode=1)
        self.stdout.write(f"The audit is whole: {AuditEntry.objects.count()} rows.")
        last = AuditSeal.objects.order_by("-number").first()
        if last is not None and options["chain"] is None:
            self.stdout.write(
                f"Last seal: {last.number}:{bytes(last.digest).hex()}, {last.rows} rows sealed."
            )
