"""Runs everything that is due now, once: what a worker lost, what nobody was told of, every due timer."""

from typing import Any

from django.core.management.base import BaseCommand

from engine import clock, recurring
from engine.worker import Worker


class Command(BaseCommand):
    """`manage.py sweep`."""

    help = "Run every job and timer that is due now, then end."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Sweep and say how many ran."""
        clock.refuse_if_skewed()
        recurring.plan(clock.now())
        worker, ran = Worker(), 0
        while worker.run_one():
            ran += 1
        self.stdout.write(f"{ran} job(s) and timer(s) ran.")
