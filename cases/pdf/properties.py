"""What a PDF says about itself: title, author, and the day of the letter, never that of the drawing."""

from datetime import date
from typing import Any, Final

from .letter import Letter

PROGRAM: Final = "VIIS"
# A letter without a day carries one that is plainly nobody's.
NO_DAY: Final = date(2000, 1, 1)


class _Day:
    """A time stamp as the drawing library reads it: the beginning of one day in UTC."""

    def __init__(self, day: date) -> None:
        self.t = 0.0
        self.lt = self.YMDhms = (day.year, day.month, day.day, 0, 0, 0)
        self.dhh = self.dmm = 0
        self.tzname = "UTC"


def properties(letter: Letter) -> dict[str, str]:
    """The properties of the letter's file; the same for the same letter."""
    return {
        "title": ", ".join(filter(None, (letter.title, letter.number))),
        "subject": letter.title,
        "author": letter.sender,
        "creator": PROGRAM,
        "producer": PROGRAM,
        "lang": letter.language,
    }


def date_file(canvas: Any, letter: Letter) -> None:
    """Give the file the letter's own day, and let a reader show its title."""
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas._doc._timeStamp = _Day(date.fromisoformat(letter.made_on) if letter.made_on else NO_DAY)
