"""What a letter says, as frozen values; nothing here knows how it is drawn or shown."""

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


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that is repeated on every page; `about` is the table's name for who hears it read."""

    about: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Text | Points | Facts | Table


@dataclass(frozen=True, slots=True)
class Letter:
    """An official letter. `dated` is the line of place and day; `notes` stand small at the end.

    `signed_by` are the office and the name; `place_to_sign` leaves room for a signature to come.
    `made_on` is the day in the file's properties, `2026-05-05`.
    """

    sender: str
    sender_lines: tuple[str, ...]
    dated: str
    number: str
    addressee: tuple[str, ...]
    title: str
    blocks: tuple[Block, ...]
    signed_by: tuple[str, str] = ("", "")
    place_to_sign: bool = False
    notes: tuple[str, ...] = ()
    footer: str = ""
    page_words: str = "{page}. lapa no {pages}"
    language: str = "lv"
    made_on: str = ""
