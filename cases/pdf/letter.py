"""What a letter says, as frozen values; nothing here knows how it is drawn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; line breaks stay."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """Numbered points."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what is known, side by side."""

    rows: tuple[tuple[str, str], ...]


Block = Heading | Text | Points | Facts


@dataclass(frozen=True, slots=True)
class Letter:
    """An official letter. `dated` is the line of place and day; `notes` stand small at the end."""

    sender: str
    sender_lines: tuple[str, ...]
    dated: str
    number: str
    addressee: tuple[str, ...]
    title: str
    blocks: tuple[Block, ...]
    signed_by: tuple[str, str] = ("", "")
    notes: tuple[str, ...] = ()
    footer: str = ""
    page_words: str = "{page}. lapa no {pages}"
    language: str = "lv"
