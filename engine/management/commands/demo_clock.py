"""Moves business time in the demo and in development, to see what happens when days pass."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from engine import clock
from engine.due import RIGA
from engine.errors import ClockMayNotMove

NOW: Final = "now"


def moment(text: str) -> datetime | None:
    """A time in Riga, `2027-03-25T09:00`; none for `now`, the real time."""
    if text == NOW:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=RIGA)
    except ValueError:
        raise ArgumentTypeError(f"{text}: write 2027-03-25T09:00, or {NOW}") from None


class Command(BaseCommand):
    """`manage.py demo_clock 2027-03-25T09:00`, `manage.py demo_clock now`."""

    help = "Let business time be this time in Riga, or the real time again; demo and development only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The time."""
        parser.add_argument("to", type=moment, help=f"2027-03-25T09:00, or {NOW}")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Move it and say what time it is."""
        to: datetime | None = options["to"]
        ahead = clock.offset() + (to - clock.now()) if to is not None else timedelta(0)
        try:
            clock.set_offset(ahead)
        except ClockMayNotMove as refused:
            raise CommandError("Time moves in the demo and in development only.") from refused
        there = clock.now().astimezone(RIGA)
        self.stdout.write(f"It is {there:%Y-%m-%d %H:%M} in Riga.")
