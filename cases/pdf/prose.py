"""Plain text set in lines of one width; nothing in it is ever markup, and endless words cost no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable

from .fonts import fitting, width

# Fewer lines of a paragraph do not stand alone at the end or the beginning of a page.
TOGETHER: Final = 2


class Prose(Flowable):  # type: ignore[misc]
    """A text in lines; `label` stands before the first one, in the room that `style.leftIndent` leaves."""

    def __init__(self, text: str, style: ParagraphStyle, *, label: str = "") -> None:
        super().__init__()
        self._text, self._label, self.style = text, label, style
        self._lines: list[str] | None = None
        self._kept: tuple[float, list[str]] | None = None

    @classmethod
    def of_lines(cls, lines: list[str], style: ParagraphStyle, label: str) -> Prose:
        """A part of a text whose lines are known."""
        part = cls("", style, label=label)
        part._lines = lines
        return part

    def _set(self, room: float) -> list[str]:
        if self._lines is not None:
            return self._lines
        if self._kept is None or self._kept[0] != room:
            self._kept = room, list(lines(self._text, self.style, room - self.style.leftIndent))
        return self._kept[1]

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        """The width that it takes and its height."""
        self.width, self.height = room, len(self._set(room)) * self.style.leading
        return self.width, self.height

    def split(self, room: float, height: float) -> list[Flowable]:
        """What fits and the rest; nothing if too little fits."""
        set_lines = self._set(room)
        fits = int((height + 0.01) // self.style.leading)
        if fits >= len(set_lines):
            return [self]
        fits = min(fits, len(set_lines) - TOGETHER)
        if fits < TOGETHER:
            return []
        first = Prose.of_lines(set_lines[:fits], self.style, self._label)
        return [first, Prose.of_lines(set_lines[fits:], self.style, "")]

    def draw(self) -> None:
        """Draw the lines."""
        style, canvas = self.style, self.canv
        top = self.height - style.leading + (style.leading - style.fontSize) * 0.75
        text = canvas.beginText()
        text.setFont(style.fontName, style.fontSize)
        text.setFillColor(style.textColor)
        if self._label:
            text.setTextOrigin(0, top)
            text.textOut(self._label)
        for at, line in enumerate(self._set(self.width)):
            text.setTextOrigin(self._left(line), top - at * style.leading)
            text.textOut(line)
        canvas.drawText(text)

    def _left(self, line: str) -> float:
        style: Any = self.style
        if style.alignment not in (TA_CENTER, TA_RIGHT):
            return float(style.leftIndent)
        spare = self.width - width(line, style.fontName, style.fontSize)
        return spare / 2 if style.alignment == TA_CENTER else spare


def lines(text: str, style: ParagraphStyle, room: float) -> Iterator[str]:
    """The text in lines that fit; a word that is wider than a line is broken where the line ends."""
    font, size = style.fontName, style.fontSize
    space = width(" ", font, size)
    for row in text.split("\n"):
        current: list[str] = []
        used = 0.0
        for word in row.split(" "):
            wide = width(word, font, size)
            if current and used + space + wide <= room:
                current.append(word)
                used += space + wide
                continue
            if current:
                yield " ".join(current)
            while wide > room:
                at = fitting(word, font, size, room)
                yield word[:at]
                word = word[at:]
                wide = width(word, font, size)
            current, used = [word], wide
        yield " ".join(current)
