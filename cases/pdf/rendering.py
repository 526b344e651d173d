"""Draws a letter: A4, DejaVu Sans, the same bytes for the same letter, on every day and machine."""

import io
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, HRFlowable, KeepTogether, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from . import styles
from .fonts import REGULAR, register_fonts, width
from .letter import Block, Facts, Heading, Letter, Points, Table, Text
from .properties import date_file, properties
from .prose import Prose
from .settling import settled
from .texts import cut

LEFT, RIGHT, TOP, BOTTOM = 30 * mm, 20 * mm, 20 * mm, 24 * mm
# The frame of a page keeps six points of air on each side.
AIR: Final = 6
WIDTH: Final = A4[0] - LEFT - RIGHT - 2 * AIR
NAMES: Final = 46 * mm
LONGEST_FOOT: Final = 90
SHORT: Final = 50
SHORT_CLOSING: Final = 600


def render(letter: Letter) -> bytes:
    """The letter as a PDF; people's words in it are never markup."""
    register_fonts()
    clean = settled(letter)
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target, pagesize=A4, leftMargin=LEFT, rightMargin=RIGHT, topMargin=TOP, bottomMargin=BOTTOM,
        invariant=1, **properties(clean),
    )  # fmt: skip
    document.build(list(_flowables(clean)), canvasmaker=partial(_Numbered, letter=clean))
    return target.getvalue()


def _flowables(letter: Letter) -> Iterator[Flowable]:
    yield Prose(letter.sender, styles.SENDER)
    for row in letter.sender_lines:
        yield Prose(row, styles.SENDER_LINE)
    yield HRFlowable(width="100%", thickness=0.9, color=styles.RULE, spaceBefore=8, spaceAfter=16)
    yield _row([letter.dated, letter.number], [0.55, 0.45], [styles.CELL, styles.RIGHT_CELL])
    if letter.addressee:
        yield Spacer(0, 18)
        rows = [["", Prose(row, styles.CELL)] for row in letter.addressee]
        yield _grid(rows, [WIDTH * 0.55, WIDTH * 0.45])
    yield Prose(letter.title, styles.TITLE)
    body = len(letter.blocks) - _closing(letter)
    for at, block in enumerate(letter.blocks[:body]):
        yield from _block(block, letter.blocks[at + 1] if at + 1 < len(letter.blocks) else None)
    yield KeepTogether(list(_end(letter, letter.blocks[body:])))


def _closing(letter: Letter) -> int:
    """How many of the last blocks stand on the page of the signature: a short paragraph and its heading."""
    match letter.blocks[-2:]:
        case (Heading(), Text(text)) if len(text) <= SHORT_CLOSING:
            return 2
    return 0


def _end(letter: Letter, closing: Iterable[Block]) -> Iterator[Flowable]:
    """Signature and notes: neither stands alone on a page."""
    for block in closing:
        if isinstance(block, Heading):
            yield Prose(block.text, styles.HEADING)
        else:
            yield from _block(block, None)
    if any(letter.signed_by):
        yield from _signature(letter)
    if letter.notes:
        yield HRFlowable(
            width="35%", thickness=0.4, color=styles.GREY, hAlign="LEFT", spaceBefore=22, spaceAfter=6
        )
        yield from (Prose(note, styles.NOTE) for note in letter.notes)


def _block(block: Block, after: Block | None) -> Iterator[Flowable]:
    match block:
        case Heading(text):
            # A heading stands with the beginning of what it heads.
            heading = Prose(text, styles.HEADING)
            yield CondPageBreak(styles.HEADING.spaceBefore + heading.wrap(WIDTH, 0)[1] + _beginning(after))
            yield heading
        case Text(text):
            yield Prose(text, styles.PLAIN)
        case Points(items):
            for at, item in enumerate(items, start=1):
                yield Prose(item, styles.POINT, label=f"{at}.")
        case Facts(rows):
            cells = [[Prose(name, styles.NAME), Prose(fact, styles.CELL)] for name, fact in rows]
            if cells:
                yield _grid(cells, [NAMES, WIDTH - NAMES], lines=True)
                yield Spacer(0, 6)
        case Table():
            yield _table(block)
            yield Spacer(0, 8)


def _beginning(block: Block | None) -> float:
    """The height that what follows a heading needs below it."""
    if isinstance(block, Table):
        grid = _table(block)
        grid.wrap(WIDTH, 0)
        heights: list[float] = list(grid._rowHeights[:2])
        return sum(heights)
    beginning: float = 3 * styles.PLAIN.leading
    return beginning


def _table(block: Table) -> Grid:
    head = [Prose(name, styles.HEAD) for name in block.head]
    body = [[Prose(cell, styles.CELL) for cell in row] for row in block.rows]
    return _grid([head, *body], _columns(block), lines=True, repeat=1)


def _columns(block: Table) -> list[float]:
    """Widths by what stands in the columns, none narrower than a short word."""
    look = styles.HEAD
    wanted = [
        max(SHORT, *(width(cell, look.fontName, styles.CELL.fontSize) for cell in column))
        for column in zip(block.head, *block.rows, strict=True)
    ]
    bearable = [min(one, WIDTH / 2) for one in wanted]
    return [WIDTH * one / sum(bearable) for one in bearable]


def _signature(letter: Letter) -> Iterator[Flowable]:
    office, name = letter.signed_by
    if not letter.place_to_sign:
        yield Spacer(0, 26)
        yield _row([office, name], [0.5, 0.5], [styles.CELL, styles.RIGHT_CELL], whole=True)
        return
    yield Spacer(0, styles.PLACE_TO_SIGN)
    line = HRFlowable(width="90%", thickness=0.5, color=styles.GREY, spaceBefore=11)
    yield _grid(
        [
            [Prose(office, styles.CELL), line, Prose(name, styles.RIGHT_CELL)],
            ["", Prose("paraksts", styles.BELOW_LINE), ""],
        ],
        [WIDTH * 0.3, WIDTH * 0.35, WIDTH * 0.35],
        whole=True,
    )


def _row(texts: list[str], shares: list[float], looks: list[Any], *, whole: bool = False) -> Grid:
    cells = [Prose(text, look) for text, look in zip(texts, looks, strict=True)]
    return _grid([cells], [WIDTH * share for share in shares], whole=whole)


def _grid(
    cells: list[Any], widths: list[float], *, lines: bool = False, repeat: int = 0, whole: bool = False
) -> Grid:
    look: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6 if repeat else 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3.5 if lines else 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4.5 if lines else 0),
    ]
    if lines:
        look.append(("LINEBELOW", (0, 0), (-1, -1), 0.4, styles.THIN))
    if repeat:
        look.append(("LINEBELOW", (0, 0), (-1, 0), 0.8, styles.RULE))
    # A fact may be longer than a page; a row of a table never is, nor is a signature.
    together = bool(repeat) or whole
    return Grid(cells, colWidths=widths, style=look, repeatRows=repeat, splitInRow=0 if together else 1)


class _Numbered(Canvas):  # type: ignore[misc]
    """A canvas that knows the number of pages when it draws the foot of the first."""

    def __init__(self, *arguments: Any, letter: Letter, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._letter = letter
        self._pages: list[dict[str, Any]] = []
        date_file(self, letter)

    def showPage(self) -> None:  # noqa: N802 (reportlab's name)
        """Keep the page until all are known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Draw the feet and write the file."""
        for at, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._foot(at, len(self._pages))
            super().showPage()
        super().save()

    def _foot(self, page: int, pages: int) -> None:
        self.setFont(REGULAR, 8)
        self.setFillColor(styles.GREY)
        self.drawString(LEFT + AIR, 12 * mm, cut(self._letter.footer, LONGEST_FOOT))
        words = self._letter.page_words.format(page=page, pages=pages)
        self.drawRightString(A4[0] - RIGHT - AIR, 12 * mm, words)
