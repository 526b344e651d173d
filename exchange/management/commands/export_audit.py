"""`manage.py export_audit --out DIR`: the sealed audit as files, with what checks them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.audit import seal_audit
from exchange.audit_export import NotContinued, export_audit


class Command(BaseCommand):
    """Adds to a folder what was sealed since the last run."""

    help = "Seal what is new and write it to files; a later run adds only what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder."""
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Seal, write, and say what to keep elsewhere."""
        seal_audit()
        try:
            done = export_audit(options["out"])
        except NotContinued as refused:
            raise CommandError(
                f"The folder holds {refused}, which this database does not have as it was exported: it is "
                "another database, or an older one was put back. Nothing was written."
            ) from None
        self.stdout.write(f"{done.seals} seals with {done.rows} rows added.")
        self.stdout.write(f"Keep this elsewhere. Last seal: {done.last}:{done.digest}")
