"""A letter as it will be read, before it is drawn, shown and kept; it says what was changed for that."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from .letter import Block, Facts, Heading, Letter, Points, Table, Text
from .texts import ELLIPSIS, LONGEST, LONGEST_LINE, REPLACED, cut, on_one_line, readable

Row = TypeVar("Row")

MOST_ROWS: Final = 200
REPLACED_NOTE: Final = f"Rakstzīmes, ko šajā dokumentā nevar attēlot, ir aizstātas ar zīmi {REPLACED}."
SHORTENED_NOTE: Final = f"Garāki teksti ir saīsināti; saīsinājuma vietā ir zīme {ELLIPSIS}"


def settled(letter: Letter) -> Letter:
    """The letter as it will be read; settling it again changes nothing."""
    settling = _Settling()
    clean = replace(
        letter,
        sender=settling.line(letter.sender),
        sender_lines=settling.lines(letter.sender_lines),
        dated=settling.line(letter.dated),
        number=settling.line(letter.number),
        addressee=settling.lines(letter.addressee),
        title=settling.line(letter.title),
        blocks=tuple(map(settling.block, letter.blocks)),
        signed_by=(settling.line(letter.signed_by[0]), settling.line(letter.signed_by[1])),
        footer=settling.line(letter.footer),
        notes=tuple(map(settling.text, letter.notes)),
    )
    return replace(clean, notes=(*clean.notes, *settling.told))


@dataclass(slots=True)
class _Settling:
    """Settles texts and remembers what has to be told."""

    replaced: bool = False
    shortened: bool = False

    @property
    def told(self) -> Iterable[str]:
        if self.replaced:
            yield REPLACED_NOTE
        if self.shortened:
            yield SHORTENED_NOTE

    def text(self, given: str, limit: int = LONGEST) -> str:
        # What is cut off anyway need not be read letter by letter.
        whole = readable(given[: limit * 4])
        kept = cut(whole, limit)
        self.shortened |= kept != whole or len(given) > limit * 4
        self.replaced |= kept.count(REPLACED) > given.count(REPLACED)
        return kept

    def line(self, given: str) -> str:
        return on_one_line(self.text(given, LONGEST_LINE))

    def lines(self, given: Iterable[str]) -> tuple[str, ...]:
        return tuple(filter(None, map(self.line, given)))

    def block(self, block: Block) -> Block:
        match block:
            case Heading(text):
                return Heading(self.line(text))
            case Text(text):
                return Text(self.text(text))
            case Points(items):
                return Points(tuple(map(self.text, self._first(items))))
            case Facts(rows):
                return Facts(tuple((self.line(name), self.text(fact)) for name, fact in self._first(rows)))
            case Table(about, head, rows):
                kept = tuple(tuple(map(self.line, row)) for row in self._first(rows))
                return Table(self.line(about), tuple(map(self.line, head)), kept)

    def _first(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        self.shortened |= len(rows) > MOST_ROWS
        return rows[:MOST_ROWS]
