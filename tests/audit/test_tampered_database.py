"""Each way to tamper with the audit in the database is found, with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection

from cases.audit import Finding, seal_audit, seals, verify, verify_against, verify_seals
from cases.audit.chain import Entry, digest_of
from cases.audit.keys import SealKey, SealKeyMissing, make_key
from cases.models import AuditChain, AuditEntry, AuditSeal, SealedEnd
from exchange.audit_export import export_audit
from tests.plugins.database import as_owner

from .conftest import A, B, grow


def sql(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def change(what: str, chain: str = A, seq: int = 3) -> None:
    sql(f"UPDATE cases_auditentry SET {what} WHERE chain = %s AND seq = %s", chain, seq)


def move(chain: str, seq: int, to: int, other: str = "") -> None:
    change(f"seq = {to}, chain = '{other or chain}'", chain, seq)


def rewrite(chain: str, begin: int) -> None:
    """Count every digest anew, to the end of the chain and its head."""
    rows = list(AuditEntry.objects.filter(chain=chain).order_by("seq"))
    previous = bytes(rows[begin - 2].digest) if begin > 1 else b""
    for seq, row in enumerate(rows[begin - 1 :], start=begin):
        entry = Entry(row.action, row.actor, row.at, row.object, row.fields, row.on_behalf_of)
        digest = digest_of(previous, chain, seq, entry)
        sql(
            "UPDATE cases_auditentry SET seq=%s, previous=%s, digest=%s WHERE id=%s",
            seq,
            previous,
            digest,
            row.pk,
        )
        previous = digest
    AuditChain.objects.filter(chain=chain).update(head=previous, length=len(rows))


def edit() -> None:
    change("fields = '{}'")


def edit_and_count_its_digest() -> None:
    row = AuditEntry.objects.get(chain=A, seq=3)
    entry = Entry(row.action, "user:99", row.at, row.object, row.fields, row.on_behalf_of)
    digest = digest_of(bytes(row.previous), A, 3, entry)
    sql("UPDATE cases_auditentry SET actor = 'user:99', digest = %s WHERE id = %s", digest, row.pk)


def edit_and_count_the_whole_chain() -> None:
    change("actor = 'user:99'")
    rewrite(A, 3)


def delete_a_row() -> None:
    AuditEntry.objects.filter(chain=A, seq=3).delete()


def delete_the_last_row_and_the_head() -> None:
    AuditEntry.objects.filter(chain=A, seq=9).delete()
    AuditChain.objects.filter(chain=A).update(head=AuditEntry.objects.get(chain=A, seq=8).digest, length=8)


def delete_a_whole_chain() -> None:
    AuditEntry.objects.filter(chain=B).delete()
    AuditChain.objects.filter(chain=B).delete()


def _copy(chain: str, seq: int, to: int) -> None:
    row = AuditEntry.objects.get(chain=chain, seq=seq)
    row.pk, row.seq = None, to
    row.save(force_insert=True)


def insert() -> None:
    for seq in range(9, 3, -1):
        move(A, seq, seq + 1)
    _copy(A, 1, 4)
    change("object = 'case:99'", A, 4)


def insert_and_count_the_whole_chain() -> None:
    insert()
    rewrite(A, 4)


def double() -> None:
    for seq in range(9, 3, -1):
        move(A, seq, seq + 1)
    _copy(A, 3, 4)


def reorder() -> None:
    move(A, 2, 100)
    move(A, 5, 2)
    move(A, 100, 5)


def swap_between_chains() -> None:
    move(A, 3, 100)
    move(B, 3, 3, A)
    move(A, 100, 3, B)


def change_the_time() -> None:
    change("at = at - interval '1 day'")


def change_the_actor() -> None:
    change("actor = 'user:98'")


def edit_a_seal() -> None:
    AuditSeal.objects.filter(number=2).update(rows=12)


def edit_what_a_seal_covers() -> None:
    SealedEnd.objects.filter(seal=2).update(length=8)


def delete_a_seal() -> None:
    SealedEnd.objects.filter(seal=2).delete()
    AuditSeal.objects.filter(number=2).delete()


def sign_with_another_key() -> None:
    """Cut the chain's end, and make the seals again with a key of one's own."""
    forger = Ed25519PrivateKey.generate()
    for seal in AuditSeal.objects.filter(number__gte=2).order_by("number"):
        seal.digest = seals.digest_of_seal(seal)
        AuditSeal.objects.filter(number=seal.number).update(
            key_id="f" * 16, signature=forger.sign(bytes(seal.digest))
        )


KINDS: list[tuple[Callable[[], None], str, int]] = [
    (edit, A, 3),
    (edit_and_count_its_digest, A, 3),
    (edit_and_count_the_whole_chain, A, 6),
    (delete_a_row, A, 3),
    (delete_the_last_row_and_the_head, A, 9),
    (delete_a_whole_chain, B, 4),
    (insert, A, 4),
    (insert_and_count_the_whole_chain, A, 6),
    (double, A, 4),
    (reorder, A, 2),
    (swap_between_chains, A, 3),
    (change_the_time, A, 3),
    (change_the_actor, A, 3),
    (edit_a_seal, "seals", 2),
    (edit_what_a_seal_covers, "seals", 2),
    (delete_a_seal, "seals", 2),
    (sign_with_another_key, "seals", 2),
]


@pytest.fixture
def owner(sealed: SealKey) -> Iterator[SealKey]:
    """Somebody who may do anything to the tables."""
    assert (verify(), verify_seals(sealed.public)) == ((), ())
    with as_owner():
        yield sealed


@pytest.mark.parametrize(("tamper", "chain", "seq"), KINDS, ids=[kind[0].__name__ for kind in KINDS])
def test_tampering_is_found_at_its_place(owner: SealKey, tamper: Any, chain: str, seq: int) -> None:
    tamper()

    found = [*verify(), *verify_seals(owner.public)]

    assert (chain, seq) in {(finding.chain, finding.seq) for finding in found}
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", "--key", owner.public.hex(), stdout=out)
    assert f"{chain}, place {seq}" in out.getvalue()


def test_an_older_database_is_found_by_what_was_exported(owner: SealKey, tmp_path: Path) -> None:
    export_audit(tmp_path / "out")
    assert verify_against(tmp_path / "out") == ()
    SealedEnd.objects.filter(seal=3).delete()
    AuditSeal.objects.filter(number=3).delete()
    AuditEntry.objects.filter(chain=B, seq=5).delete()
    AuditChain.objects.filter(chain=B).update(head=AuditEntry.objects.get(chain=B, seq=4).digest, length=4)
    assert (verify(), verify_seals(owner.public)) == ((), ())  # nothing here can tell

    assert verify_against(tmp_path / "out") == (Finding("seals", 3, "deleted"),)
    grow(B, 2)
    seal_audit()
    assert verify_against(tmp_path / "out") == (Finding("seals", 3, "edited"),)


def test_everything_made_anew_with_another_key_is_found_by_the_published_one(
    owner: SealKey, tmp_path: Path, settings: Any
) -> None:
    SealedEnd.objects.all().delete()
    AuditSeal.objects.all().delete()
    settings.AUDIT_SEAL_KEY = tmp_path / "forged.pem"
    make_key(settings.AUDIT_SEAL_KEY)
    seal_audit()

    assert verify_seals() == ()
    assert verify_seals(owner.public) == (Finding("seals", 1, "unknown key"),)


def test_a_seal_counts_chains_and_rows_and_only_what_grew(sealed: SealKey) -> None:
    told = [(seal.number, seal.chains, seal.rows, seal.ends) for seal in AuditSeal.objects.order_by("number")]

    assert told == [(1, 2, 10, 2), (2, 2, 13, 1), (3, 2, 14, 1)]
    assert seal_audit() == []
    assert list(SealedEnd.objects.order_by("seal", "chain").values_list("chain", "after", "length")) == [
        (A, 0, 6), (B, 0, 4), (A, 6, 9), (B, 4, 5),
    ]  # fmt: skip


def test_a_new_key_is_announced_by_the_old_one(sealed: SealKey, tmp_path: Path, settings: Any) -> None:
    old = settings.AUDIT_SEAL_KEY
    settings.AUDIT_SEAL_KEY = tmp_path / "next.pem"
    new = make_key(settings.AUDIT_SEAL_KEY)
    grow(A, 1)
    with pytest.raises(SealKeyMissing):
        seal_audit()
    settings.AUDIT_SEAL_KEYS_BEFORE = [str(old)]

    made = seal_audit()

    assert [(seal.key_id, bytes(seal.announces)) for seal in made] == [(sealed.id, new.public), (new.id, b"")]
    assert verify_seals(sealed.public) == ()
