"""Writes the sealed audit to files for the stand-alone verifier: one file a seal, in folders by day."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import connection

from cases.audit.chain import CANONICAL, Entry, canonical
from cases.audit.seals import End, canonical_seal
from cases.models import AuditSeal, SealedEnd
from exchange import audit_verifier

FORMAT: Final = audit_verifier.FORMAT
MANIFEST: Final = "manifest.json"
VERIFIER: Final = "audit_verifier.py"
_BATCH: Final = 2000

_ROWS: Final = """
SELECT e.chain, e.seq, e.at, e.actor, e.on_behalf_of, e.action, e.object, e.fields::text, e.digest
FROM cases_sealedend s
JOIN cases_auditentry e ON e.chain = s.chain AND e.seq > s.after AND e.seq <= s.length
WHERE s.seal_id = %s ORDER BY s.chain, e.seq, e.id
"""


class NotContinued(Exception):
    """The folder's last seal is not in this database: it is another one, or an older one was put back."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What one run added, and where the folder now ends."""

    seals: int
    rows: int
    last: int
    digest: str


def export_audit(folder: Path) -> Exported:
    """Add every seal that the folder lacks, with its rows; NotContinued."""
    folder.mkdir(parents=True, exist_ok=True)
    last, digest = _end_of(folder)
    if last and _digest_of(last) != digest:
        raise NotContinued(f"seal {last}")
    seals = rows = 0
    for seal in AuditSeal.objects.filter(number__gt=last).order_by("number"):
        rows += _write(folder, seal)
        seals, last, digest = seals + 1, seal.number, bytes(seal.digest).hex()
    shutil.copyfile(audit_verifier.__file__, folder / VERIFIER)
    # The manifest comes last: a run that was stopped is done again.
    manifest = {"format": FORMAT, "last": last, "digest": digest, "keys": public_keys()}
    _replace(folder / MANIFEST, json.dumps(manifest, indent=2) + "\n")
    return Exported(seals, rows, last, digest)


def public_keys() -> list[str]:
    """Every key that seals were or will be signed with, in the order of their time."""
    announced = AuditSeal.objects.exclude(announces=b"").order_by("number")
    return [bytes(key).hex() for key in announced.values_list("announces", flat=True)]


def _end_of(folder: Path) -> tuple[int, str]:
    path = folder / MANIFEST
    if not path.exists():
        return 0, ""
    manifest = json.loads(path.read_text())
    return int(manifest["last"]), str(manifest["digest"])


def _digest_of(number: int) -> str:
    found = AuditSeal.objects.filter(number=number).values_list("digest", flat=True).first()
    return bytes(found).hex() if found is not None else ""


def _write(folder: Path, seal: AuditSeal) -> int:
    day = folder / f"{seal.at:%Y-%m-%d}"
    day.mkdir(exist_ok=True)
    path = day / f"seal-{seal.number:010}.jsonl"
    rows = 0
    with path.with_suffix(".part").open("wb") as file:
        head = {"seal": json.loads(canonical_seal(seal)), "signature": bytes(seal.signature).hex()}
        file.write(CANONICAL.encode(head).encode() + b"\n")
        for line, is_row in _lines(seal):
            file.write(line + b"\n")
            rows += is_row
    path.with_suffix(".part").replace(path)
    return rows


def _lines(seal: AuditSeal) -> Iterator[tuple[bytes, bool]]:
    """For each chain its end, then its rows."""
    ends = (
        SealedEnd.objects.filter(seal=seal)
        .order_by("chain")
        .values_list("chain", "after", "head_before", "length", "head")
    )
    rows = _rows(seal)
    row = next(rows, None)
    for chain, after, before, length, head in ends.iterator(_BATCH):
        yield End(chain, after, bytes(before), length, bytes(head)).canonical(), False
        while row is not None and row[0] == chain:
            yield row[1], True
            row = next(rows, None)


def _rows(seal: AuditSeal) -> Iterator[tuple[str, bytes]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS, [seal.number])
        while found := cursor.fetchmany(_BATCH):
            for chain, seq, at, actor, behalf, action, about, fields, digest in found:
                entry = Entry(action, actor, at, about, json.loads(fields), behalf)
                yield chain, b'["%b",%b]' % (bytes(digest).hex().encode(), canonical(chain, seq, entry))


def _replace(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text)
    part.replace(path)
