"""Makes people's words readable on paper: one normal form, nothing unseen, nothing that the font lacks."""

import unicodedata
from functools import cache
from typing import Final

from .fonts import letters

LONGEST: Final = 4000
LONGEST_LINE: Final = 300
ELLIPSIS: Final = "…"
REPLACED: Final = "\N{REPLACEMENT CHARACTER}"
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def readable(text: str) -> str:
    """The text as it will be read: normal form, single spaces, nothing unseen, `�` for what cannot be set."""
    flat = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    # What is unseen goes first: it may stand between a letter and its mark.
    seen = unicodedata.normalize("NFC", "".join(map(_seen, flat)))
    kept = "".join(letter if letter in "\n " else _drawn(letter) for letter in seen)
    rows = (" ".join(filter(None, row.split(" "))) for row in kept.split("\n"))
    return "\n".join(rows).strip()


def cut(text: str, limit: int = LONGEST) -> str:
    """At most `limit` letters; what was longer ends with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def on_one_line(text: str) -> str:
    """The same words on one line."""
    return " ".join(filter(None, text.split("\n")))


@cache
def _seen(letter: str) -> str:
    if letter == "\n":
        return letter
    category = unicodedata.category(letter)
    if category == "Zs" or letter == "\t":
        return "\N{NO-BREAK SPACE}" if letter == "\N{NO-BREAK SPACE}" else " "
    # Right-to-left overrides, zero-width marks and controls can make a letter read differently.
    return "" if category in UNSEEN else letter


@cache
def _drawn(letter: str) -> str:
    return letter if ord(letter) in letters() else REPLACED
