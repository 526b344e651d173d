"""Seals what has been recorded since the last seal: the ends of the chains, signed, each after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db import connection, transaction
from django.db.models import Max

from cases.models import AuditEntry, AuditSeal, SealedEnd
from engine import clock

from .chain import CANONICAL
from .keys import SealKey, SealKeyMissing, former_keys, key_id, signing_key

EVERY: Final = timedelta(minutes=10)
MOST_ENDS: Final = 20_000
# A row whose transaction ended long after its number was taken is looked for this far back.
LOOK_BACK: Final = timedelta(hours=1)
_LOCK: Final = 0x76696973_5EA1

# The last row of each chain that grew, with how far the chain was sealed before.
_GROWN: Final = """
SELECT e.chain, coalesce(s.length, 0), coalesce(s.head, ''::bytea), e.seq, e.digest
FROM (
    SELECT DISTINCT ON (chain) chain, seq, digest FROM cases_auditentry WHERE id > %s ORDER BY chain, seq DESC
) e
LEFT JOIN LATERAL (
    SELECT length, head FROM cases_sealedend s WHERE s.chain = e.chain ORDER BY length DESC LIMIT 1
) s ON TRUE
WHERE e.seq > coalesce(s.length, 0)
ORDER BY e.chain COLLATE "C" LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class End:
    """How far a chain has grown since it was sealed last."""

    chain: str
    after: int
    head_before: bytes
    length: int
    head: bytes

    def canonical(self) -> bytes:
        """The line that the seal covers; the same in an export."""
        return CANONICAL.encode(
            {
                "chain": self.chain,
                "after": self.after,
                "head_before": self.head_before.hex(),
                "length": self.length,
                "head": self.head.hex(),
            }
        ).encode()


def seal_audit(*, everything: bool = False) -> list[AuditSeal]:
    """Seal all that has grown, in as many seals as it takes; SealKeyMissing.

    `everything` also finds rows that a lost hour left behind; once a day it happens by itself.
    """
    made: list[AuditSeal] = []
    while seal := _seal(everything=everything):
        made.append(seal)
    return made


@transaction.atomic
def _seal(*, everything: bool) -> AuditSeal | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = AuditSeal.objects.order_by("-number").first()
    now = clock.now()
    key = signing_key()
    if last is not None and _signer(last) != key.id:
        return _announce(last, key, now)
    floor = _floor(last, now, everything=everything)
    looked_to = AuditEntry.objects.aggregate(last=Max("id"))["last"] or 0
    ends = list(_grown(floor))
    if not ends:
        return None
    announces = key.public if last is None else b""
    return _write(last, ends, key, now, announces=announces, looked_to=looked_to)


def _signer(last: AuditSeal) -> str:
    """Whose turn it is to sign."""
    return key_id(bytes(last.announces)) if last.announces else last.key_id


def _announce(last: AuditSeal, key: SealKey, now: datetime) -> AuditSeal:
    """The last seal of the old key says which key follows; without the old key nobody could believe it."""
    old = next((former for former in former_keys() if former.id == _signer(last)), None)
    if old is None:
        raise SealKeyMissing("The key before must announce this one: name it in AUDIT_SEAL_KEYS_BEFORE.")
    return _write(last, [], old, now, announces=key.public, looked_to=last.looked_to)


def _floor(last: AuditSeal | None, now: datetime, *, everything: bool) -> int:
    if last is None or everything or last.at.date() != now.date():
        return 0
    long_ago = AuditSeal.objects.filter(at__lte=last.at - LOOK_BACK).order_by("-number")
    return long_ago.values_list("looked_to", flat=True).first() or 0


def _grown(floor: int) -> Iterator[End]:
    with connection.cursor() as cursor:
        cursor.execute(_GROWN, [floor, MOST_ENDS])
        for chain, after, before, length, head in cursor.fetchall():
            yield End(chain, after, bytes(before), length, bytes(head))


def _write(
    last: AuditSeal | None,
    ends: Sequence[End],
    key: SealKey,
    now: datetime,
    *,
    announces: bytes,
    looked_to: int,
) -> AuditSeal:
    seal = AuditSeal(
        number=last.number + 1 if last else 1,
        at=now,
        previous=bytes(last.digest) if last else b"",
        key_id=key.id,
        announces=announces,
        chains=(last.chains if last else 0) + sum(end.after == 0 for end in ends),
        rows=(last.rows if last else 0) + sum(end.length - end.after for end in ends),
        ends=len(ends),
        ends_digest=digest_of_ends(ends),
        looked_to=looked_to,
    )
    seal.digest = digest_of_seal(seal)
    seal.signature = key.sign(seal.digest)
    seal.save(force_insert=True)
    SealedEnd.objects.bulk_create(
        [
            SealedEnd(
                seal=seal,
                chain=end.chain,
                after=end.after,
                head_before=end.head_before,
                length=end.length,
                head=end.head,
            )
            for end in ends
        ],
        batch_size=2000,
    )
    return seal


def digest_of_ends(ends: Sequence[End]) -> bytes:
    """The digest over the ends in the order of their chains' names."""
    digest = sha256()
    for end in ends:
        digest.update(end.canonical() + b"\n")
    return digest.digest()


def canonical_seal(seal: AuditSeal) -> bytes:
    """The bytes that a seal's digest covers; the same in an export."""
    return CANONICAL.encode(
        {
            "number": seal.number,
            "at": seal.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "previous": bytes(seal.previous).hex(),
            "key_id": seal.key_id,
            "announces": bytes(seal.announces).hex(),
            "chains": seal.chains,
            "rows": seal.rows,
            "ends": seal.ends,
            "ends_digest": bytes(seal.ends_digest).hex(),
        }
    ).encode()


def digest_of_seal(seal: AuditSeal) -> bytes:
    """What is signed."""
    return sha256(canonical_seal(seal)).digest()
