"""The audit shows any tampering, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.actors import SYSTEM
from cases import audit
from cases.audit import Entry, Finding, verify
from cases.audit.chain import extend
from cases.audit.record import append
from cases.documents import read, store
from cases.errors import NotFound
from cases.models import AuditChain, AuditEntry, Case
from cases.services.tasks import Completed
from engine import clock
from tests.cases.people import World
from tests.plugins.database import as_owner

CHAIN = "day:test"


@pytest.fixture
def chain(db: None) -> Iterator[list[AuditEntry]]:
    """A chain of six entries, before somebody who may do anything to it."""
    for number in range(1, 7):
        entry = Entry("read", f"actor{number}", clock.now(), f"case:{number}", {"n": number, "š": [1, None]})
        append(CHAIN, [entry])
    rows = list(AuditEntry.objects.filter(chain=CHAIN).order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]
    assert verify() == ()
    with as_owner():
        yield rows


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def move(row: AuditEntry, seq: int) -> None:
    sql("UPDATE cases_auditentry SET seq = %s WHERE id = %s", seq, row.pk)


def forged(after: AuditEntry, seq: int) -> Entry:
    return Entry("read", "forger", after.at, "case:99", {})


def insert(after: AuditEntry, seq: int) -> AuditEntry:
    """A forged row whose own digest is right for this place."""
    linked = extend(CHAIN, bytes(after.digest), seq - 1, [forged(after, seq)])[0]
    return AuditEntry.objects.create(
        chain=CHAIN,
        seq=seq,
        at=after.at,
        actor="forger",
        action="read",
        object="case:99",
        fields={},
        previous=linked.previous,
        digest=linked.digest,
    )


EDITS = {
    "actor": "'somebody'",
    "action": "'search'",
    "object": "'case:0'",
    "at": "at + interval '1 microsecond'",
    "fields": "'{}'::jsonb",
    "on_behalf_of": "'x'",
    "previous": "sha256('x')",
    "digest": "sha256('x')",
}


@pytest.mark.parametrize("column", EDITS)
@pytest.mark.parametrize("place", [1, 3, 6])
def test_an_edited_row_is_named(chain: list[AuditEntry], column: str, place: int) -> None:
    row = chain[place - 1]
    sql(f"UPDATE cases_auditentry SET {column} = {EDITS[column]} WHERE id = %s", row.pk)

    assert verify() == (Finding(CHAIN, place, "edited", row.pk),)
    assert verify(CHAIN) == verify()


@pytest.mark.parametrize("place", [1, 3, 6])
def test_a_deleted_row_leaves_its_place(chain: list[AuditEntry], place: int) -> None:
    chain[place - 1].delete()

    assert verify() == (Finding(CHAIN, place, "deleted"),)


def test_deleting_and_closing_the_gap_is_seen(chain: list[AuditEntry]) -> None:
    chain[2].delete()
    for row in chain[3:]:
        move(row, row.seq - 1)

    assert verify() == (Finding(CHAIN, 3, "deleted"),)


def test_several_deleted_rows_and_a_whole_chain(chain: list[AuditEntry]) -> None:
    chain[1].delete()
    chain[3].delete()
    assert verify() == (Finding(CHAIN, 2, "deleted"), Finding(CHAIN, 4, "deleted"))

    AuditEntry.objects.all().delete()
    assert [finding.seq for finding in verify()] == [1, 2, 3, 4, 5, 6]


def test_an_inserted_row_is_named(chain: list[AuditEntry]) -> None:
    for row in reversed(chain[3:]):
        move(row, row.seq + 1)
    row = insert(chain[2], 4)

    assert verify() == (Finding(CHAIN, 4, "inserted", row.pk),)


def test_a_row_added_at_the_end_is_named(chain: list[AuditEntry]) -> None:
    row = insert(chain[5], 7)

    assert verify() == (Finding(CHAIN, 7, "inserted", row.pk),)


def test_an_inserted_row_with_a_wrong_digest_is_named(chain: list[AuditEntry]) -> None:
    for row in reversed(chain[3:]):
        move(row, row.seq + 1)
    row = insert(chain[2], 4)
    sql("UPDATE cases_auditentry SET actor = 'x' WHERE id = %s", row.pk)

    assert verify() == (Finding(CHAIN, 4, "inserted", row.pk),)


def test_two_rows_that_changed_places_are_named(chain: list[AuditEntry]) -> None:
    move(chain[1], 100)
    move(chain[4], 2)
    move(chain[1], 5)

    assert set(verify()) == {
        Finding(CHAIN, 2, "reordered", chain[4].pk),
        Finding(CHAIN, 5, "reordered", chain[1].pk),
    }


def test_a_row_put_in_place_of_another_is_named(chain: list[AuditEntry]) -> None:
    chain[2].delete()
    row = insert(chain[1], 3)

    assert verify() == (Finding(CHAIN, 3, "edited", row.pk),)


def test_a_rewritten_end_does_not_fit_the_head(chain: list[AuditEntry]) -> None:
    chain[5].delete()
    row = insert(chain[4], 6)
    assert verify() == (Finding(CHAIN, 6, "head", row.pk),)

    AuditChain.objects.update(head=bytes(row.digest))
    assert verify() == ()  # that is what the seal over all chains is for


def test_a_chain_nobody_knows_of_is_inserted(chain: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=chain[0].pk).update(chain="day:unknown")

    assert set(verify()) == {
        Finding(CHAIN, 1, "deleted"),
        Finding("day:unknown", 1, "inserted", chain[0].pk),
    }


@pytest.mark.usefixtures("submitted")
def test_the_chain_of_a_case_is_checked_against_the_case(world: World) -> None:
    case = Case.objects.get()
    chain = f"case:{case.pk}"
    assert verify() == ()
    last = AuditEntry.objects.filter(chain=chain).order_by("-seq")[0]
    with as_owner():
        last.delete()

    assert verify(chain) == (Finding(chain, last.seq, "deleted"),)


def test_the_command_names_what_is_wrong(chain: list[AuditEntry]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == "The audit is whole: 6 rows.\n"

    sql("UPDATE cases_auditentry SET actor = 'x' WHERE id = %s", chain[3].pk)
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=out)
    assert f"edited: chain {CHAIN}, place 4, row {chain[3].pk}" in out.getvalue()


@pytest.mark.usefixtures("submitted")
def test_the_ledger_names_a_missing_audit_row() -> None:
    out = StringIO()
    call_command("check_invariants", stdout=out)
    assert out.getvalue() == "Everything holds.\n"

    with as_owner():
        AuditEntry.objects.filter(action="task.completed").delete()
    with pytest.raises(CommandError):
        call_command("check_invariants", stdout=out)
    assert "2 completions, but 1 audit rows" in out.getvalue()
    assert "audit: deleted" in out.getvalue()


def test_searches_reads_and_sign_ins_keep_no_words(world: World) -> None:
    audit.record_list(SYSTEM, "persons", "Jānis Paraugs", ["person:1"], persons=[1])
    audit.record_read(SYSTEM, "person:1")
    audit.record_sign_in("head", signed_in=True)
    audit.record_sign_in("manaparole123", signed_in=False, code="wrong_credentials")

    rows = AuditEntry.objects.order_by("id")
    assert [row.action for row in rows] == ["search", "read", "signed_in", "sign_in_refused"]
    assert rows[0].fields["found"] == ["person:1"]
    assert [row.actor for row in rows[2:]] == [world.key("head"), "unknown"]
    everything = str([(row.actor, row.object, row.fields) for row in rows])
    assert "Paraugs" not in everything
    assert "manaparole123" not in everything
    assert len({row.chain for row in rows}) == 1
    assert verify() == ()


def test_keyed_hashes_need_the_key(settings: object) -> None:
    first = audit.keyed_hash("Jānis")
    assert first == audit.keyed_hash("Jānis")
    assert first != audit.keyed_hash("Janis")
    settings.AUDIT_KEY = "another"  # type: ignore[attr-defined]
    assert first != audit.keyed_hash("Jānis")


def test_documents_are_in_the_chain_of_their_case_and_their_reading_is_recorded(
    world: World, submitted: Completed
) -> None:
    case = Case.objects.get()
    document = store(
        case,
        kind="letter",
        title_lv="Vēstule",
        title_en="Letter",
        file_name="vestule.pdf",
        content=b"%PDF-1.4",
        author="officer",
        now=clock.now(),
        natural_key="letter:1",
    )
    entry = AuditEntry.objects.get(chain=f"case:{case.pk}", action="document.added")
    assert (entry.actor, entry.object) == (world.key("officer"), f"document:{document.public_id}")

    read(world.scope("officer"), document.public_id)
    with pytest.raises(NotFound):
        read(world.scope("stranger"), document.public_id)

    looked = AuditEntry.objects.filter(object=f"document:{document.public_id}").order_by("id")
    assert [(row.action, row.actor) for row in looked] == [
        ("document.added", world.key("officer")),
        ("read", world.key("officer")),
        ("refused", world.key("stranger")),
    ]
    assert verify() == ()
