"""Tells what would become of open instances if they were moved to another version; writes nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from engine.core.migrating import Choices
from engine.models import ProcessDefinition
from engine.services import judge_instances


class Command(BaseCommand):
    """`judge_instances <process> <version>`: a line for each verdict and its reasons."""

    help = "What would become of the open instances of a process in another version; nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """The process and the version."""
        parser.add_argument("process", help="key of the process")
        parser.add_argument("version", type=int, help="number of the version to move to")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Count the instances by version, verdict and reasons, the most frequent first."""
        wanted = {"key": options["process"], "version": options["version"]}
        target = ProcessDefinition.objects.filter(**wanted).first()
        if target is None:
            raise CommandError("There is no such version of this process.")
        met: Counter[tuple[str, str]] = Counter()
        for one in judge_instances(target.key, target, Choices()):
            reasons = ", ".join(f"{found.kind} {found.element}" for found in one.judgement.findings)
            met[one.judgement.verdict.name.lower(), reasons] += 1
        for (verdict, reasons), count in met.most_common():
            self.stdout.write(f"{count} {verdict}" + (f": {reasons}" if reasons else ""))
        if not met:
            self.stdout.write("No open instance is in another version.")
