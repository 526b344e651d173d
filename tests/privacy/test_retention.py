"""How long data are kept: nothing goes without a law, two sign, a hold holds, the audit stays whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.audit import verify
from cases.errors import NotAllowed, NotFound, Refused
from cases.models import AuditEntry, Case, Document, LegalHold, RetentionItem, RetentionRule, RetentionRun
from cases.privacy import plan_erasure
from cases.retention import due_cases, place_hold, prepare_run, release_hold, set_rule, sign_run
from engine import clock, jobs
from engine.invariants import all_invariants
from tests.access_request.conftest import actor

from .conftest import CANARIES, Granted
from .test_canaries import left_in_tables

UNA, KARLIS = "una.vadiba", "karlis.paraugs"
SECOND = "peteris.parzinis"


def rule(**changes: object) -> RetentionRule:
    known = {"process_key": "access_request", "years": 3, "action": "anonymise", "legal_basis": "MK 0"}
    return RetentionRule.objects.create(**(known | changes))


@pytest.fixture
def old(granted: Granted) -> Case:
    """The case was closed four years ago."""
    Case.objects.filter(pk=granted.walk.case.pk).update(closed_at=clock.now() - timedelta(days=4 * 366))
    return granted.walk.fresh()


def run_jobs() -> None:
    jobs.run_due("test", until_empty=True)


def test_without_a_legal_basis_nothing_is_due(old: Case) -> None:
    rule(legal_basis="")

    assert due_cases(clock.now()) == []
    with pytest.raises(Refused):
        prepare_run(actor(UNA))
    assert not RetentionRun.objects.exists()


def test_a_younger_case_is_not_due_and_is_kept_from_erasure(granted: Granted) -> None:
    rule()

    assert due_cases(clock.now()) == []
    assert ("retained", "MK 0") in {(kept.why, kept.basis) for kept in plan_erasure(granted.person).kept}


def test_who_prepared_the_list_cannot_sign_it_nor_can_who_is_no_administrator(old: Case) -> None:
    rule()
    run = prepare_run(actor(UNA))
    before = Document.objects.count()

    for who in (UNA, KARLIS):
        with pytest.raises(NotAllowed):
            sign_run(run.public_id, actor(who))
    run_jobs()

    assert RetentionRun.objects.get().status == "prepared"
    assert Document.objects.count() == before > 0


def test_signed_by_another_the_job_empties_the_case(old: Case) -> None:
    rule()
    run = prepare_run(actor(UNA))
    assert len(run.digest) == 64
    sign_run(run.public_id, actor(SECOND))

    run_jobs()

    run.refresh_from_db()
    assert (run.status, run.signed_by.username) == ("done", SECOND)
    case = Case.objects.get(pk=old.pk)
    assert (case.subject, case.applicant, case.number) == (None, None, old.number)
    assert not Document.objects.filter(case=case).exists()
    words = {word for _table, _column, word in left_in_tables(CANARIES)}
    assert words.isdisjoint({"Kanarijs iemesls", "Kanarijs piezime", "Kanarijs melnraksts"})
    acts = AuditEntry.objects.filter(action__startswith="retention").order_by("id")
    assert [row.action for row in acts] == ["retention.prepared", "retention.signed", "retention.emptied"]
    assert (verify(), all_invariants()) == ((), [])
    assert due_cases(clock.now()) == []


def test_a_list_that_changed_is_not_signed(old: Case) -> None:
    rule()
    run = prepare_run(actor(UNA))
    RetentionRule.objects.update(action="delete")

    with pytest.raises(Refused):
        sign_run(run.public_id, actor(SECOND))
    with pytest.raises(NotFound):
        sign_run("00000000-0000-4000-8000-000000000000", actor(SECOND))

    assert RetentionRun.objects.get().status == "prepared"


def test_a_hold_holds_also_after_signing(old: Case) -> None:
    rule()
    run = prepare_run(actor(UNA))
    sign_run(run.public_id, actor(SECOND))
    with pytest.raises(Refused):
        place_hold(old, actor(UNA), basis=" ")
    place_hold(old, actor(UNA), basis="Tiesvedība")

    run_jobs()

    assert RetentionItem.objects.get().skipped == "held"
    assert Document.objects.filter(case=old).exists()
    assert due_cases(clock.now()) == []
    release_hold(old, actor(KARLIS))
    assert [due.case.pk for due in due_cases(clock.now())] == [old.pk]
    held = AuditEntry.objects.filter(action__startswith="hold.").order_by("id")
    assert [row.action for row in held] == ["hold.placed", "hold.released"]


def test_the_page_shows_what_the_ministry_has_to_set_and_two_people_sign(visit, old: Case) -> None:
    una = visit(UNA)
    page = una.get("/darbibas/glabasana/").content.decode()
    assert "nosaka ministrija" in page
    assert "Sagatavot sarakstu" not in page
    set_rule("access_request", years=3, action="delete", basis="MK 0")

    assert "Sagatavot sarakstu (1 lieta)" in una.get("/darbibas/glabasana/").content.decode()
    told = una.follow("/darbibas/glabasana/").content.decode()
    run = RetentionRun.objects.get()
    page = f"/darbibas/glabasana/{run.public_id}/"
    assert "Saraksts sagatavots." in told
    assert "tāpēc tas jāparaksta kādam citam: Pēteris Pārzinis" in told
    assert "Parakstīt un iztukšot" not in told
    refused = una.follow(f"{page}parakstit/", digest=run.digest).content.decode()
    assert "Sarakstu nevar parakstīt tas, kurš to sagatavoja." in refused
    for address in ("/darbibas/glabasana/", page):
        assert visit(KARLIS).get(address).status_code == 404
    for address in (f"{page}parakstit/", "/darbibas/glabasana/turet/"):
        assert visit(KARLIS).post(address, digest=run.digest).status_code == 404
    assert RetentionRun.objects.get().status == "prepared"
    second = visit(SECOND)
    listed = second.get(page).content.decode()
    assert (old.number in listed, "To nevar atsaukt." in listed) == (True, True)
    other = second.follow(f"{page}parakstit/", digest="0" * 64).content.decode()
    assert "Saraksts kopš sagatavošanas ir mainījies" in other
    assert "Saraksts parakstīts." in second.follow(f"{page}parakstit/", digest=run.digest).content.decode()
    run_jobs()
    assert "iztukšota" in second.get(page).content.decode()


def test_an_administrator_holds_a_case_by_its_number_and_releases_it(visit, old: Case) -> None:
    set_rule("access_request", years=3, action="delete", basis="MK 0")
    una, address = visit(UNA), "/darbibas/glabasana/turet/"

    for fields, told in (
        ({"number": "VIIS-X", "basis": "Tiesvedība"}, "Lietas ar šādu numuru nav."),
        ({"number": old.number, "basis": " "}, "Norādiet likumu vai rīkojumu"),
    ):
        refused = una.post(address, **fields)
        assert (refused.status_code, told in refused.content.decode()) == (422, True)
        assert not LegalHold.objects.exists()
    held = una.follow(address, number=old.number.lower(), basis="Tiesvedība", hides_looks="on")
    assert f"Lietas {old.number} dzēšana ir apturēta." in held.content.decode()
    assert "Sagatavot sarakstu" not in held.content.decode()
    assert LegalHold.objects.get().hides_looks is True
    again = una.post(address, number=old.number, basis="Vēlreiz")
    assert "Lietas dzēšana jau ir apturēta." in again.content.decode()
    released = una.follow(f"{address}{old.public_id}/beigt/").content.decode()
    assert "Lietas dzēšana vairs nav apturēta." in released
    assert LegalHold.objects.get().released_by == UNA
