"""Checks the seals: each by its signature, all as a chain, and what they sealed against the rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection

from cases.models import AuditSeal, SealedEnd
from engine import clock

from .keys import key_id
from .seals import End, digest_of_ends, digest_of_seal
from .verify import Finding, What

SEALS: Final = "seals"
_BATCH: Final = 2000

# Each sealed end beside the row that it is the end of, and beside where the seal before left its chain.
_ENDS: Final = """
SELECT s.chain, s.length, e.id, e.digest = s.head
FROM (
    SELECT chain, after, head_before, length, head,
        coalesce(lag(length) OVER w, 0) AS was, coalesce(lag(head) OVER w, ''::bytea) AS head_was
    FROM cases_sealedend WINDOW w AS (PARTITION BY chain ORDER BY seal_id)
) s
LEFT JOIN cases_auditentry e ON e.chain = s.chain AND e.seq = s.length
WHERE e.id IS NULL OR e.digest <> s.head
    OR (s.after, s.head_before) <> (s.was, s.head_was)
ORDER BY s.chain, s.length
"""


def verify_seals(first_key: bytes = b"") -> tuple[Finding, ...]:
    """Everything wrong with the seals and what they sealed; `first_key` as it was published, if known."""
    with clock.one_instant():
        return (*_seals(first_key), *_sealed_ends())


def _seals(first_key: bytes) -> Iterator[Finding]:
    ends = _ends_by_seal()
    number, digest, totals = 0, b"", (0, 0)
    keys: dict[str, bytes] = {}
    announced = ""
    waiting = next(ends, None)
    for seal in AuditSeal.objects.order_by("number").iterator(_BATCH):
        yield from (Finding(SEALS, gone, "deleted") for gone in range(number + 1, seal.number))
        while waiting is not None and waiting[0] < seal.number:
            waiting = next(ends, None)
        covered: list[End] = []
        if waiting is not None and waiting[0] == seal.number:
            covered, waiting = waiting[1], next(ends, None)
        if seal.number == number + 1 and bytes(seal.previous) != digest:
            yield Finding(SEALS, seal.number, "reordered")
        if not keys and (not first_key or bytes(seal.announces) == first_key):
            keys[key_id(bytes(seal.announces))] = bytes(seal.announces)
        fault = _fault(seal, covered, totals, keys, announced)
        if fault is not None:
            yield Finding(SEALS, seal.number, fault)
        elif seal.announces:
            announced = key_id(bytes(seal.announces))
            keys[announced] = bytes(seal.announces)
        number, digest, totals = seal.number, bytes(seal.digest), (seal.chains, seal.rows)


def _fault(
    seal: AuditSeal, ends: list[End], before: tuple[int, int], keys: dict[str, bytes], announced: str
) -> What | None:
    public = keys.get(seal.key_id)
    if public is None or (announced and seal.key_id != announced):
        return "unknown key"
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes(seal.signature), bytes(seal.digest))
    except InvalidSignature:
        return "edited"
    if digest_of_seal(seal) != bytes(seal.digest) or digest_of_ends(ends) != bytes(seal.ends_digest):
        return "edited"
    grown = (sum(end.after == 0 for end in ends), sum(end.length - end.after for end in ends))
    counted = (before[0] + grown[0], before[1] + grown[1]) == (seal.chains, seal.rows)
    return None if counted and len(ends) == seal.ends else "edited"


def _ends_by_seal() -> Iterator[tuple[int, list[End]]]:
    rows = (
        SealedEnd.objects.order_by("seal_id", "chain")
        .values_list("seal_id", "chain", "after", "head_before", "length", "head")
        .iterator(_BATCH)
    )
    for seal, group in groupby(rows, key=itemgetter(0)):
        yield (
            seal,
            [
                End(chain, after, bytes(before), length, bytes(head))
                for _, chain, after, before, length, head in group
            ],
        )


def _sealed_ends() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_ENDS)
        for chain, length, row, is_same in cursor.fetchall():
            if row is None:
                yield Finding(chain, length, "deleted")
            elif not is_same:
                yield Finding(chain, length, "edited", row)
            else:
                yield Finding(chain, length, "head")


def verify_against(folder: Path) -> tuple[Finding, ...]:
    """Whether the database still has the last seal that was exported; an older one put back has not."""
    manifest = json.loads((folder / "manifest.json").read_text())
    number, digest = int(manifest["last"]), str(manifest["digest"])
    here = AuditSeal.objects.filter(number=number).values_list("digest", flat=True).first()
    if here is None:
        last = AuditSeal.objects.order_by("-number").values_list("number", flat=True).first() or 0
        return tuple(Finding(SEALS, gone, "deleted") for gone in range(last + 1, number + 1))
    return () if bytes(here).hex() == digest else (Finding(SEALS, number, "edited"),)
