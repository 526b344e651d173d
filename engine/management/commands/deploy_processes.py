"""Deploys every process folder that has changed; a diagram that the gate refuses stops it with advice."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language

from engine import catalog
from engine.core.definition import Violation
from engine.core.errors import DiagramRefused
from engine.models import ProcessDefinition


class Command(BaseCommand):
    """`manage.py deploy_processes [folder ...]`."""

    help = "Deploy the process folders that have changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Folders to deploy; without any, all of PROCESSES_DIR."""
        parser.add_argument("folders", nargs="*", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Deploy, saying one line per folder."""
        folders = options["folders"] or _all_folders()
        refused = [folder for folder in folders if not self._deploy(folder)]
        if refused:
            raise CommandError(f"{len(refused)} process(es) were refused; nothing of them was deployed.")

    def _deploy(self, folder: Path) -> bool:
        before = set(ProcessDefinition.objects.values_list("pk", flat=True))
        try:
            row = catalog.deploy_folder(folder)
        except DiagramRefused as error:
            self.stderr.write(f"{folder.name}: refused")
            for violation in error.violations:
                self.stderr.write(_told(violation))
            return False
        news = "unchanged" if row.pk in before else "deployed"
        self.stdout.write(f"{row.key} version {row.version}: {news}")
        if cautions := catalog.cautions_of(row):
            self.stderr.write(f"{row.key}: warning")
            for caution in cautions:
                self.stderr.write(_told(caution))
        return True


def _all_folders() -> list[Path]:
    """Those of the product and, in the demo, those to practise on."""
    directories = settings.PROCESSES_DIR, settings.DEMONSTRATION_PROCESSES_DIR
    return [folder for one in directories if one is not None for folder in catalog.folders_of(one)]


def _told(violation: Violation) -> str:
    latvian = (get_language() or "lv").startswith("lv")
    message = violation.message_lv if latvian else violation.message_en
    advice = violation.advice_lv if latvian else violation.advice_en
    place = f"{violation.element} ({violation.name})" if violation.name else violation.element
    return f"  {violation.rule} {place}: {message} {advice}".rstrip()
