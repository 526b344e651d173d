"""Draws a letter: A4, DejaVu Sans, the same bytes for the same letter."""

import io
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from reportlab.lib.colors import Color, black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from .letter import Block, Facts, Heading, Letter, Points, Text
from .texts import LONGEST_LINE, line, markup

FONTS: Final = Path(__file__).parent / "fonts"
REGULAR: Final = "DejaVuSans"
BOLD: Final = "DejaVuSans-Bold"
LEFT, RIGHT, TOP, BOTTOM = 30 * mm, 20 * mm, 20 * mm, 24 * mm
# The frame of a page keeps six points of air on each side.
AIR: Final = 6
WIDTH: Final = A4[0] - LEFT - RIGHT - 2 * AIR
GREY: Final = Color(0.29, 0.35, 0.33)
RULE: Final = Color(0.08, 0.33, 0.29)
LONGEST_FACT: Final = 1000
MOST_ROWS: Final = 60


@cache
def _register_fonts() -> None:
    pdfmetrics.registerFont(TTFont(REGULAR, str(FONTS / "DejaVuSans.ttf")))
    pdfmetrics.registerFont(TTFont(BOLD, str(FONTS / "DejaVuSans-Bold.ttf")))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


_style = partial(
    ParagraphStyle, fontName=REGULAR, fontSize=10, leading=14.5, textColor=black, splitLongWords=1
)
SENDER: Final = _style("sender", fontName=BOLD, fontSize=12.5, leading=17, alignment=TA_CENTER)
SENDER_LINE: Final = _style("sender_line", fontSize=8, leading=11.5, alignment=TA_CENTER, textColor=GREY)
PLAIN: Final = _style("plain", spaceAfter=7)
CELL: Final = _style("cell")
NAME: Final = _style("name", textColor=GREY)
RIGHT_CELL: Final = _style("right_cell", alignment=TA_RIGHT)
TITLE: Final = _style("title", fontName=BOLD, fontSize=13, leading=18, spaceBefore=10, spaceAfter=12)
HEADING: Final = _style(
    "heading", fontName=BOLD, fontSize=10.5, leading=15, spaceBefore=9, spaceAfter=4, keepWithNext=1
)
NOTE: Final = _style("note", fontSize=8, leading=11.5, textColor=GREY, spaceAfter=4)


def render(letter: Letter) -> bytes:
    """The letter as a PDF; people's words in it are never markup and are capped."""
    _register_fonts()
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=LEFT,
        rightMargin=RIGHT,
        topMargin=TOP,
        bottomMargin=BOTTOM,
        title=line(f"{letter.title}, {letter.number}"),
        author=line(letter.sender),
        lang=letter.language,
        invariant=1,
    )
    document.build(list(_flowables(letter)), canvasmaker=partial(_Numbered, letter=letter))
    return target.getvalue()


def _flowables(letter: Letter) -> list[Flowable]:
    found: list[Flowable] = [_paragraph(letter.sender, SENDER)]
    found += [_paragraph(row, SENDER_LINE) for row in letter.sender_lines]
    found += [Spacer(0, 6), HRFlowable(width="100%", thickness=0.9, color=RULE), Spacer(0, 14)]
    found.append(_side_by_side(letter.dated, letter.number))
    found += [Spacer(0, 14), _addressee(letter.addressee), _paragraph(letter.title, TITLE)]
    for block in letter.blocks:
        found += _block(block)
    if any(letter.signed_by):
        found.append(KeepTogether([Spacer(0, 22), _side_by_side(*letter.signed_by)]))
    if letter.notes:
        found += [
            Spacer(0, 20),
            HRFlowable(width="35%", thickness=0.4, color=GREY, hAlign="LEFT"),
            Spacer(0, 4),
        ]
        found += [_paragraph(note, NOTE) for note in letter.notes]
    return found


def _block(block: Block) -> list[Flowable]:
    match block:
        case Heading(text):
            return [_paragraph(text, HEADING)]
        case Text(text):
            return [Paragraph(markup(text), PLAIN)]
        case Points(items):
            return [
                Paragraph(f"{at}. {markup(item)}", PLAIN)
                for at, item in enumerate(items[:MOST_ROWS], start=1)
            ]
        case Facts(rows):
            return [_facts(rows), Spacer(0, 6)]


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(markup(text, LONGEST_LINE), style)


def _facts(rows: tuple[tuple[str, str], ...]) -> Table:
    cells = [
        [_paragraph(name, NAME), Paragraph(markup(fact, LONGEST_FACT), CELL)]
        for name, fact in rows[:MOST_ROWS]
    ]
    return _table(cells, [52 * mm, WIDTH - 52 * mm], lines=True)


def _side_by_side(left: str, right: str) -> Table:
    return _table([[_paragraph(left, CELL), _paragraph(right, RIGHT_CELL)]], [WIDTH * 0.55, WIDTH * 0.45])


def _addressee(rows: tuple[str, ...]) -> Table:
    cells = [[_paragraph("", CELL), _paragraph(row, CELL)] for row in rows] or [["", ""]]
    return _table(cells, [WIDTH * 0.5, WIDTH * 0.5])


def _table(cells: list[list[Any]], widths: list[float], *, lines: bool = False) -> Table:
    style: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3 if lines else 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4 if lines else 0),
    ]
    if lines:
        style.append(("LINEBELOW", (0, 0), (-1, -1), 0.4, Color(0.84, 0.87, 0.86)))
    return Table(cells, colWidths=widths, style=style, splitInRow=1)


class _Numbered(Canvas):  # type: ignore[misc]
    """A canvas that knows the number of pages when it draws the foot of the first."""

    def __init__(self, *arguments: Any, letter: Letter, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._letter = letter
        self._pages: list[dict[str, Any]] = []

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
        self.setFillColor(GREY)
        self.drawString(LEFT + AIR, 12 * mm, line(self._letter.footer, 90))
        words = self._letter.page_words.format(page=page, pages=pages)
        self.drawRightString(A4[0] - RIGHT - AIR, 12 * mm, words)
