"""Letters as PDF: frozen values in, the same bytes out for the same values."""

from .letter import Block, Facts, Heading, Letter, Points, Text
from .rendering import render

__all__ = ["Block", "Facts", "Heading", "Letter", "Points", "Text", "render"]
