"""The letters that we have: DejaVu Sans in two weights, and how wide each letter is."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FILES: Final = Path(__file__).parent / "dejavu"
REGULAR: Final = "DejaVuSans"
BOLD: Final = "DejaVuSans-Bold"
# The drawing library writes what lies above this into the file so that no reader understands it.
HIGHEST: Final = 0xFFFF
# Scripts that run from right to left: lines are set from left to right only.
LEFTWARD: Final = ((0x0590, 0x08FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFF))


@cache
def register_fonts() -> None:
    """Make the fonts known to the drawing library, once."""
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FILES / f"{name}.ttf")))


@cache
def letters() -> frozenset[int]:
    """The code points that both weights can draw and a reader of the file gets back."""
    drawn = frozenset(_glyphs(REGULAR)) & frozenset(_glyphs(BOLD))
    return frozenset(code for code in drawn if code <= HIGHEST and not _is_leftward(code))


def _is_leftward(code: int) -> bool:
    is_block = any(first <= code <= last for first, last in LEFTWARD)
    return is_block or unicodedata.bidirectional(chr(code)) in ("R", "AL", "AN")


def _glyphs(name: str) -> list[int]:
    register_fonts()
    return [code for code, glyph in pdfmetrics.getFont(name).face.charToGlyph.items() if glyph]


@cache
def _widths(name: str) -> dict[str, float]:
    register_fonts()
    face = pdfmetrics.getFont(name).face
    return {chr(code): face.getCharWidth(code) / 1000 for code in letters()}


def width(text: str, font: str, size: float) -> float:
    """How wide the text is, in points; its letters are among `letters()`."""
    widths = _widths(font)
    return sum(widths[letter] for letter in text) * size


def fitting(text: str, font: str, size: float, room: float) -> int:
    """How many letters of the text fit into the room, at least one; a mark stays with its letter."""
    widths, used = _widths(font), 0.0
    for at, letter in enumerate(text):
        used += widths[letter] * size
        if used > room and at and widths[letter]:
            return at
    return len(text)
