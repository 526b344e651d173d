"""Which inputs a table leaves without a rule, and which it gives several: exact over typed columns.

Every column is cut into pieces that its cells cannot tell apart, each known by one of its values; a cell is
then a set of pieces, kept as the bits of a number, and a rule a box of such sets.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from itertools import pairwise
from math import ceil, floor, prod
from operator import and_
from typing import Any, Final

from engine.core.decisions.cells import LARGEST, Cell
from engine.core.decisions.compiled import CompiledTable

ANOTHER: Final = "\N{HORIZONTAL ELLIPSIS}"
MOST_LOOKS: Final = 500_000
_WIDE: Final = Context(prec=80)
_DAY: Final = timedelta(days=1)

Box = tuple[int, ...]
Pairs = Callable[[int, int], bool]


class TooManyLooks(Exception):
    """The rules lie so much across one another that the search was given up."""


@dataclass(frozen=True, slots=True)
class Column:
    """The pieces of an input by one value of each, at the end None for a missing one; `asked`: to cover."""

    name: str
    values: tuple[Any, ...]
    asked: int

    def bits(self, cell: Cell) -> int:
        """The pieces that a cell accepts."""
        present = self.values[:-1]
        found = 0
        for span in cell.spans:
            low = high = 0
            if span.low is not None:
                low = (bisect_left if span.low_in else bisect_right)(present, span.low)
            high = len(present)
            if span.high is not None:
                high = (bisect_right if span.high_in else bisect_left)(present, span.high)
            if high > low:
                found |= (1 << high) - (1 << low)
        if cell.inverted:
            found = ((1 << len(present)) - 1) & ~found
        return found | (1 << len(present) if cell.null else 0)


class Coverage:
    """The rules of a table as boxes, with the questions that a deployment asks."""

    def __init__(self, table: CompiledTable) -> None:
        self.table = table
        self.columns = tuple(_column(table, at) for at in range(len(table.inputs)))
        self.boxes = tuple(
            tuple(column.bits(test) for column, test in zip(self.columns, rule.tests, strict=True))
            for rule in table.rules
        )
        self.looks = 0

    def overlaps(self, may_meet: Pairs | None = None) -> Iterator[tuple[int, int, Box]]:
        """Every two rules that match at once, by position, with what both match.

        Pairs of rules that `may_meet` are left out.
        """
        for second, box in enumerate(self.boxes):
            for first, other in enumerate(self.boxes[:second]):
                if may_meet is not None and may_meet(first, second):
                    continue
                if _meet(other, box):
                    yield first, second, tuple(a & b for a, b in zip(other, box, strict=True))

    def gap(self) -> Box | None:
        """Something that no rule matches; TooManyLooks."""
        asked = tuple(column.asked for column in self.columns)
        if not all(asked):
            return None
        if not any(True for _ in self.overlaps()):
            return self._counted(asked)
        return self._uncovered(asked, self.boxes)

    def is_dead(self, at: int, before: Sequence[int]) -> bool:
        """Whether a rule matches nothing that the rules at `before` leave over; TooManyLooks."""
        box = self.boxes[at]
        return not all(box) or self._uncovered(box, [self.boxes[other] for other in before]) is None

    def example(self, box: Box) -> str:
        """One value of each column that lies in a box, in words."""
        told = []
        for column, bits in zip(self.columns, box, strict=True):
            value = column.values[(bits & -bits).bit_length() - 1]
            told.append(f"{column.name} = {_shown(value)}")
        return ", ".join(told)

    def _counted(self, asked: Box) -> Box | None:
        """A gap between rules that never meet: where their sizes do not add up to the whole."""
        boxes = [tuple(a & b for a, b in zip(box, asked, strict=True)) for box in self.boxes]
        if sum(_size(box) for box in boxes) == _size(asked):
            return None
        chosen: list[int] = []
        for at, bits in enumerate(asked):
            whole = _size(asked[at + 1 :])
            sizes = [_size(box[at + 1 :]) for box in boxes]
            piece = next(
                piece
                for piece in _each(bits)
                if sum(size for box, size in zip(boxes, sizes, strict=True) if box[at] & piece) < whole
            )
            chosen.append(piece)
            boxes = [box for box in boxes if box[at] & piece]
        return tuple(chosen)

    def _uncovered(self, box: Box, rules: Sequence[Box]) -> Box | None:
        """What is left of a box without the rules; what a rule does not cover is cut off and looked at."""
        pending: list[tuple[Box, Sequence[Box]]] = [(box, rules)]
        while pending:
            rest, candidates = pending.pop()
            self.looks += len(candidates) + 1
            if self.looks > MOST_LOOKS:
                raise TooManyLooks
            inside = [rule for rule in candidates if _meet(rest, rule)]
            if not inside:
                return rest
            best = min(inside, key=lambda rule: sum(1 for a, b in zip(rest, rule, strict=True) if a & ~b))
            left = [rule for rule in inside if rule is not best]
            for at, bits in enumerate(best):
                if outside := rest[at] & ~bits:
                    pending.append(((*rest[:at], outside, *rest[at + 1 :]), left))
                    rest = (*rest[:at], rest[at] & bits, *rest[at + 1 :])
        return None


def _meet(one: Box, other: Box) -> bool:
    return all(map(and_, one, other))


def _size(box: Sequence[int]) -> int:
    return prod(bits.bit_count() for bits in box)


def _each(bits: int) -> Iterator[int]:
    while bits:
        piece = bits & -bits
        yield piece
        bits ^= piece


def _column(table: CompiledTable, at: int) -> Column:
    kind, allowed = table.inputs[at].type, table.inputs_allowed[at]
    cells = [rule.tests[at] for rule in table.rules]
    written = [*cells, allowed] if allowed is not None else cells
    ends = {
        end for cell in written for span in cell.spans for end in (span.low, span.high) if end is not None
    }
    values = _pieces(kind, sorted(ends))
    if allowed is not None:
        kept = Column("", (*values, None), 0).bits(allowed)
        values = [value for value, bit in zip(values, f"{kept:b}"[::-1], strict=False) if bit == "1"]
    asked = (1 << len(values)) - 1
    if any(cell.says_null for cell in written):
        asked |= 1 << len(values)
    return Column(table.columns[at], (*values, None), asked)


def _pieces(kind: str, ends: list[Any]) -> list[Any]:
    """One value of each piece, in order."""
    match kind:
        case "bool":
            return [False, True]
        case "str":
            return sorted({*ends, _other(ends)})
        case "date":
            return _days(ends)
        case "int":
            near = {n for end in ends for n in (ceil(end) - 1, floor(end), floor(end) + 1)} or {0}
            return sorted({max(-LARGEST, min(n, LARGEST)) for n in near})
    if not ends:
        return [Decimal(0)]
    between = [_WIDE.divide(_WIDE.add(a, b), Decimal(2)) for a, b in pairwise(ends)]
    outside = [_WIDE.subtract(ends[0], Decimal(1)), _WIDE.add(ends[-1], Decimal(1))]
    return sorted({*ends, *between, *outside})


def _other(written: list[str]) -> str:
    other = ANOTHER
    while other in written:
        other += ANOTHER
    return other


def _days(ends: list[date]) -> list[date]:
    near = set(ends) or {date(2026, 1, 1)}
    near |= {day - _DAY for day in ends if day > date.min}
    near |= {day + _DAY for day in ends if day < date.max}
    return sorted(near)


def _shown(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return value if value and not value.strip(ANOTHER) else f'"{value}"'
        case Decimal():
            return f"{value.normalize(_WIDE):f}"
    return str(value)
