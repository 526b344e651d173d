"""How the parts of a letter look."""

from functools import partial
from typing import Final

from reportlab.lib.colors import Color, black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from .fonts import BOLD, REGULAR

GREY: Final = Color(0.29, 0.35, 0.33)
RULE: Final = Color(0.08, 0.33, 0.29)
THIN: Final = Color(0.84, 0.87, 0.86)
PLACE_TO_SIGN: Final = 22 * mm

_style = partial(ParagraphStyle, fontName=REGULAR, fontSize=10, leading=14.5, textColor=black)
SENDER: Final = _style("sender", fontName=BOLD, fontSize=12.5, leading=17, alignment=TA_CENTER)
SENDER_LINE: Final = _style("sender_line", fontSize=8, leading=11.5, alignment=TA_CENTER, textColor=GREY)
PLAIN: Final = _style("plain", spaceAfter=7)
POINT: Final = _style("point", spaceAfter=5, leftIndent=20)
CELL: Final = _style("cell")
NAME: Final = _style("name", textColor=GREY)
HEAD: Final = _style("head", fontName=BOLD, fontSize=9, leading=13)
RIGHT_CELL: Final = _style("right_cell", alignment=TA_RIGHT)
BELOW_LINE: Final = _style("below_line", fontSize=8, leading=11.5, alignment=TA_CENTER, textColor=GREY)
TITLE: Final = _style("title", fontName=BOLD, fontSize=13, leading=18, spaceBefore=20, spaceAfter=12)
HEADING: Final = _style("heading", fontName=BOLD, fontSize=10.5, leading=15, spaceBefore=10, spaceAfter=4)
NOTE: Final = _style("note", fontSize=8, leading=11.5, textColor=GREY, spaceAfter=4)
