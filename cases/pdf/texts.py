"""Makes people's words safe to draw: escaped, capped, without what a font or a reader chokes on."""

import unicodedata
from typing import Final
from xml.sax.saxutils import escape

LONGEST: Final = 4000
LONGEST_LINE: Final = 300
ELLIPSIS: Final = "…"
# A drawing library measures a word letter by letter again and again; in pieces of this size that stays cheap.
LONGEST_WORD: Final = 60


def plain(text: str, limit: int = LONGEST) -> str:
    """The text as it will be read: normal form, no control characters, at most `limit` characters."""
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    kept = "".join(letter for letter in kept if letter == "\n" or _can_be_drawn(letter)).strip()
    return kept if len(kept) <= limit else kept[: limit - 1] + ELLIPSIS


def _can_be_drawn(letter: str) -> bool:
    # Right-to-left overrides, zero-width marks and unassigned letters can make a letter read differently.
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def line(text: str, limit: int = LONGEST_LINE) -> str:
    """The same on one line."""
    return " ".join(plain(text, limit * 2).split())[:limit]


def markup(text: str, limit: int = LONGEST) -> str:
    """The text for a paragraph: nothing in it is markup, line breaks stay, long words may be broken."""
    lines = plain(text, limit).split("\n")
    return "<br/>".join(" ".join(map(_word, row.split(" "))) for row in lines)


def _word(word: str) -> str:
    if len(word) <= LONGEST_WORD:
        return escape(word)
    pieces = (word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD))
    return "<br/>".join(escape(piece) for piece in pieces)
