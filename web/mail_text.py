"""The text of a mail in pieces, so that its addresses become links."""

import re
from dataclasses import dataclass
from typing import Final

_LINK: Final = re.compile(r"(https?://[^\s<>\"]+)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a mail's text; `address` if it is a link."""

    text: str
    address: str = ""


def pieces_of(text: str) -> tuple[Piece, ...]:
    """The text in its order; full stops and brackets after an address do not belong to it."""
    return tuple(
        Piece(part, part.rstrip(".,)") if index % 2 else "")
        for index, part in enumerate(_LINK.split(text))
        if part
    )
