"""Finds tampering: which row of which chain was edited, deleted, inserted or moved."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Literal

from cases.models import AuditChain, AuditEntry, Case
from engine import clock

from .chain import Entry, chain_of, digest_of

What = Literal["edited", "deleted", "inserted", "reordered", "head", "unknown key"]
_COLUMNS: Final = (
    "chain",
    "seq",
    "id",
    "previous",
    "digest",
    # As an entry has them.
    "action",
    "actor",
    "at",
    "object",
    "fields",
    "on_behalf_of",
)
_BATCH: Final = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a chain: what, at which place, and the row's id if there is a row."""

    chain: str
    seq: int
    what: What
    row_id: int | None = None

    def __str__(self) -> str:
        row = f", row {self.row_id}" if self.row_id is not None else ""
        return f"{self.what}: chain {self.chain}, place {self.seq}{row}"


@dataclass(slots=True)
class _Row:
    """A stored row; `place` is where its digest says that it belongs, none if its content does not match."""

    id: int
    seq: int
    previous: bytes
    digest: bytes
    entry: Entry
    place: int | None = None


Ends = Mapping[str, tuple[bytes, int]]


def verify(chain: str | None = None) -> tuple[Finding, ...]:
    """Everything wrong in one chain, or in all of them, at one instant.

    One pass over the rows in order; only a chain that does not hold is read again, as a whole.
    """
    with clock.one_instant():
        ends = _ends(chain)
        found: list[Finding] = []
        met: set[str] = set()
        for name, rows in groupby(_stored(chain), key=itemgetter(0)):
            met.add(name)
            end = ends.get(name, (b"", 0))
            if not _is_whole(name, rows, end):
                found.extend(_faults(name, [_row(row) for row in _stored(name)], end))
        for name, (_, length) in ends.items():
            if name not in met:
                found.extend(Finding(name, seq, "deleted") for seq in range(1, length + 1))
    return tuple(found)


def _stored(chain: str | None) -> Iterator[Sequence[Any]]:
    entries = AuditEntry.objects.order_by("chain", "seq", "id")
    if chain is not None:
        entries = entries.filter(chain=chain)
    return entries.values_list(*_COLUMNS).iterator(chunk_size=_BATCH)


def _ends(chain: str | None) -> Ends:
    cases = Case.objects.exclude(chain_length=0)
    chains = AuditChain.objects.all()
    if chain is not None:
        cases = cases.filter(pk=chain.removeprefix("case:")) if chain.startswith("case:") else cases.none()
        chains = chains.filter(chain=chain)
    ends = {
        chain_of(pk): (bytes(head), length)
        for pk, head, length in cases.values_list("pk", "chain_head", "chain_length").iterator(_BATCH)
    }
    own = chains.values_list("chain", "head", "length").iterator(_BATCH)
    return ends | {name: (bytes(head), length) for name, head, length in own}


def _row(values: Sequence[Any]) -> _Row:
    _, seq, pk, previous, digest, *entry = values
    return _Row(pk, seq, bytes(previous), bytes(digest), Entry(*entry))


def _is_whole(chain: str, rows: Iterator[Sequence[Any]], end: tuple[bytes, int]) -> bool:
    """Whether every row holds and follows the one before, from the first to the chain's end."""
    head, length = end
    previous, last = b"", 0
    for _, seq, _, follows, digest, *entry in rows:
        last += 1
        if seq != last or follows != previous:
            return False
        previous = digest_of(previous, chain, seq, Entry(*entry))
        if previous != digest:
            return False
    return last == length and previous == head


def _faults(chain: str, rows: list[_Row], end: tuple[bytes, int]) -> list[Finding]:
    head, length = end
    _place(chain, rows, length)
    return list(_findings(chain, rows, head, length)) or [Finding(chain, 1, "edited", rows[0].id)]


def _place(chain: str, rows: list[_Row], length: int) -> None:
    """Where each row belongs: its own place first, else any at which its digest holds."""
    last = max([length, len(rows), *(row.seq for row in rows)]) + 1
    for row in rows:
        for seq in _from(row.seq, last):
            if digest_of(row.previous, chain, seq, row.entry) == row.digest:
                row.place = seq
                break


def _from(seq: int, last: int) -> Iterator[int]:
    """A place and then those around it, ever farther away."""
    if seq > 0:
        yield seq
    for far in range(1, last):
        if seq > far:
            yield seq - far
        if seq + far <= last:
            yield seq + far


def _findings(chain: str, rows: list[_Row], head: bytes, length: int) -> Iterator[Finding]:
    inserted = _inserted(rows, length)
    genuine = [row for row in rows if row.id not in inserted]
    placed = {row.place: row for row in genuine if row.place is not None}
    edited = [row for row in genuine if row.place is None]
    yield from (Finding(chain, row.seq, "inserted", row.id) for row in rows if row.id in inserted)
    yield from (Finding(chain, row.seq, "edited", row.id) for row in edited)
    missing = [seq for seq in range(1, length + 1) if seq not in placed]
    # An edited row still stands at its place; a place without any row was deleted.
    standing = {row.seq for row in edited}
    gone = [seq for seq in missing if seq not in standing]
    yield from (Finding(chain, seq, "deleted") for seq in gone)
    yield from _moved(chain, rows, genuine, gone, inserted)
    yield from _broken_links(chain, placed, length, head)


def _inserted(rows: list[_Row], length: int) -> set[int]:
    """Rows past the chain's end, and those that share a place with the one that the next row follows."""
    by_place: dict[int, list[_Row]] = {}
    for row in rows:
        if row.place is not None:
            by_place.setdefault(row.place, []).append(row)
    inserted = {row.id for row in rows if row.place is not None and row.place > length}
    inserted |= {row.id for row in rows if row.place is None and row.seq > length}
    for place, claimants in by_place.items():
        if len(claimants) > 1:
            followed = {row.previous for row in by_place.get(place + 1, ())}
            genuine = next((row for row in claimants if row.digest in followed), claimants[0])
            inserted |= {row.id for row in claimants if row is not genuine}
    if len(rows) - len(inserted) > length:
        # More rows than the chain has, and one whose content never belonged to it.
        strangers = [row for row in rows if row.place is None and row.id not in inserted]
        inserted |= {row.id for row in strangers[: len(rows) - len(inserted) - length]}
    return inserted


def _moved(
    chain: str, rows: list[_Row], genuine: list[_Row], gone: list[int], inserted: set[int]
) -> Iterator[Finding]:
    """Rows at another place than theirs, beyond what insertions and deletions before them explain."""
    before = sorted(row.seq for row in rows if row.id in inserted)
    for row in genuine:
        if row.place is None or row.place == row.seq:
            continue
        pushed = bisect_left(before, row.seq)
        pulled = bisect_left(gone, row.place)
        if row.seq != row.place + pushed - pulled:
            yield Finding(chain, row.seq, "reordered", row.id)


def _broken_links(chain: str, placed: Mapping[int, _Row], length: int, head: bytes) -> Iterator[Finding]:
    """Rows rewritten together with their digest: the next row still follows the old one."""
    for place, row in sorted(placed.items()):
        after = placed.get(place + 1)
        if after is not None and after.previous != row.digest:
            yield Finding(chain, row.seq, "edited", row.id)
    last = placed.get(length)
    if last is not None and last.digest != head:
        yield Finding(chain, length, "head", last.id)
