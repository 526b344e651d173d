"""Letters: frozen values in; a PDF out, the same bytes for the same values, and the same words for a page."""

from .keeping import from_json, name_of_block, to_json
from .letter import Block, Facts, Heading, Letter, Points, Table, Text
from .rendering import render
from .settling import settled

__all__ = [
    "Block",
    "Facts",
    "Heading",
    "Letter",
    "Points",
    "Table",
    "Text",
    "from_json",
    "name_of_block",
    "render",
    "settled",
    "to_json",
]
