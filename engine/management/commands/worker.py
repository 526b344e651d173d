"""Runs jobs and timers until it is told to stop."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from engine.crew import MEMORY_MB, Crew
from engine.worker import JOB_SECONDS


class Command(BaseCommand):
    """`manage.py worker [--processes 2]`."""

    # The web's addresses are no business of a worker.
    requires_system_checks: list[str] = []

    help = "Run jobs and timers until SIGTERM or Ctrl-C; the job in hand is finished first."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many processes, and what one job may take."""
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument("--job-seconds", type=float, default=JOB_SECONDS)
        parser.add_argument("--memory-mb", type=int, default=MEMORY_MB)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Work."""
        crew = Crew(options["processes"], options["job_seconds"], options["memory_mb"])
        signal.signal(signal.SIGTERM, crew.stop)
        signal.signal(signal.SIGINT, crew.stop)
        crew.run()
