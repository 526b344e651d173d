"""Canaries: the report has all that is the person's and nothing of others; after erasure none is left."""

from __future__ import annotations

import io
import json
import logging
import re
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import CharField, JSONField, TextField
from django.utils import translation
from pypdf import PdfReader

from accounts.models import User
from cases.audit import seal_audit, verify, verify_seals
from cases.models import Answer, AuditEntry, Blob, Case, ClockExtension, Document, LegalHold, Message
from cases.pdf import Facts, Table, Text, settled
from cases.privacy import SOURCES, erase_subject, plan_erasure, subject_of, subject_report
from cases.privacy.mentions import PLACES
from cases.privacy.telling import report_letter
from cases.privacy.words import FACTS, SECTIONS
from engine import clock
from engine.invariants import all_invariants
from engine.models import Task
from exchange.audit_export import export_audit
from registries.models import Person

from .conftest import CANARIES, CODE, OTHERS, OWN, REASON, Granted

# Keys, hashes, names of ours, and what goes by another way.
NO_FREE_TEXT = {
    "AuditEntry.fields", "BulkAction.key", "Case.start_key", "Message.search_key", "Signature.trust",
    "BulkItem.because_lv", "BulkItem.because_en", "SavedView.query", "Signature.signer_name",
    "Batch.key", "Batch.arguments", "BatchItem.because_lv", "BatchItem.because_en", "BatchItem.told",
    "BatchItem.before", "CalendarDay.legal_reference", "DeadlineRule.legal_reference",
    "RetentionRule.legal_basis",
}  # fmt: skip
TEXTS = ("text", "character varying", "character", "json", "jsonb", "bytea", "inet")


def left_in_tables(words: tuple[str, ...]) -> set[tuple[str, str, str]]:
    """Every table and column of the database in which one of the words stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type = ANY(%s)",
            [list(TEXTS)],
        )
        columns = cursor.fetchall()
        found = set()
        for table, column, kind in columns:
            for word in words:
                if kind == "bytea":
                    cursor.execute(
                        f'SELECT 1 FROM "{table}" WHERE position(%s::bytea in "{column}") > 0 LIMIT 1',
                        [word.encode()],
                    )
                else:
                    cursor.execute(
                        f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1',
                        [f"%{word}%"],
                    )
                if cursor.fetchone():
                    found.add((table, column, word))
    return found


def read_report(path: Path) -> tuple[str, list[str]]:
    with ZipFile(path) as archive:
        pages = PdfReader(io.BytesIO(archive.read("report.pdf"))).pages
        drawn = " ".join("\n".join(page.extract_text() for page in pages).split())
        html = unescape(re.sub(r"<[^>]*>", " ", archive.read("report.html").decode()))
        text = f"{archive.read('report.json').decode()}\n{html}\n{drawn}"
        for word in (*CANARIES[:-1], *OTHERS):
            # The PDF says what the page says, and both what the file for programs says.
            said = [word in one.replace(" ", "") for one in (text, html, drawn)] if " " not in word else []
            assert len(set(said)) <= 1, (word, said)
        return text, archive.namelist()


def test_the_report_has_all_that_is_theirs_and_nothing_of_others(granted: Granted, tmp_path: Path) -> None:
    rows = subject_report(granted.person, tmp_path / "report.zip")

    text, names = read_report(tmp_path / "report.zip")
    assert [word for word in CANARIES if word not in text] == []
    assert [word for word in OTHERS if word in text] == []
    held = json.loads(ZipFile(tmp_path / "report.zip").read("report.json"))["held"]
    assert set(held) == {model._meta.label for model in SOURCES}
    assert rows == sum(len(found) for found in held.values())
    documents = Document.objects.filter(case=granted.walk.case)
    assert len([name for name in names if name.startswith("documents/")]) == documents.count() > 0


def test_the_head_is_told_what_she_did_and_not_about_whom(granted: Granted, tmp_path: Path) -> None:
    head = User.objects.get(username="ilze.piemere").person
    subject_report(head, tmp_path / "report.zip")

    text, names = read_report(tmp_path / "report.zip")
    assert [word for word in OTHERS if word not in text] == []
    assert [word for word in CANARIES if word in text] == []
    assert [name for name in names if name.startswith("documents/")] == []
    assert granted.walk.case.number in text


def test_erased_means_nowhere(left: Granted) -> None:
    assert {word for _table, _column, word in left_in_tables(CANARIES)} == set(CANARIES)
    blobs = Blob.objects.count()

    done = erase_subject(left.person, reason="Lūgums")

    assert done.is_whole
    assert left_in_tables(CANARIES) == set()
    assert not Document.objects.filter(case=left.walk.case).exists()
    assert Blob.objects.count() < blobs
    assert left_in_tables((OTHERS[1],))  # others stay
    assert verify() == ()
    assert all_invariants() == []
    entry = AuditEntry.objects.get(action="subject.erased")
    assert entry.object == f"person:{left.person.pk}"
    assert "Lūgums" not in str(entry.fields)


def test_the_case_stays_without_its_contents_and_can_be_opened(left: Granted, visit: Any) -> None:
    erase_subject(left.person, reason="Lūgums")

    page = visit("karlis.paraugs").get(f"/lietas/{left.walk.case.public_id}/")

    assert page.status_code == 200
    assert left.walk.case.number in page.content.decode()
    case = Case.objects.get(pk=left.walk.case.pk)
    assert (case.status, case.subject_id) == ("closed", left.person.pk)


def test_what_must_stay_stays_and_is_told(granted: Granted) -> None:
    case = granted.walk.case
    hold = LegalHold.objects.create(
        case=case, basis="Tiesvedība", placed_by="karlis.paraugs", placed_at=clock.now()
    )

    done = erase_subject(granted.person, reason="Lūgums")

    assert {(kept.why, kept.what) for kept in done.kept} >= {("held", case.number)}
    assert {kept.why for kept in done.kept} == {"held", "role", "employed"}
    assert not done.is_whole
    assert {word for _t, _c, word in left_in_tables(CANARIES)} == set(CANARIES)
    out = StringIO()
    call_command("erase_subject", str(granted.person.public_id), "--reason", "x", stdout=out)
    assert f"Stays: {case.number}: a legal hold (Tiesvedība)" in out.getvalue()
    assert "Nothing was changed" in out.getvalue()
    hold.delete()


def test_a_plan_changes_nothing(left: Granted) -> None:
    planned = plan_erasure(left.person)

    assert [case.pk for case in planned.subject.erased] == [left.walk.case.pk]
    assert Person.objects.get(pk=left.person.pk).codes.get().code == CODE


def test_no_canary_is_in_the_audit_its_export_or_the_logs(
    left: Granted, tmp_path: Path, settings: Any, visit: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    officer = visit("karlis.paraugs")
    officer.get("/lietas/", q=REASON)
    officer.get(f"/lietas/{left.walk.case.public_id}/")
    settings.AUDIT_SEAL_KEY, settings.AUDIT_SEAL_KEY_MADE = tmp_path / "key.pem", True
    seal_audit()

    export_audit(tmp_path / "out")

    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()).lower()
    assert [word for word in CANARIES if word.lower().encode() in written] == []
    assert [word for word in (*CANARIES, *OTHERS) if word.lower() in caplog.text.lower()] == []
    tables = {table for table, _column, _word in left_in_tables(CANARIES)}
    assert "cases_auditentry" not in tables
    assert verify_seals() == ()


def test_every_model_that_names_a_person_has_a_source() -> None:
    wanted = {
        model
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in (Person, User)
    }

    assert {model._meta.label for model in wanted - set(SOURCES)} == set()


@pytest.fixture
def mentioned(left: Granted) -> Case:
    """A closed case about somebody else in which people wrote of the person in every way."""
    task = Task.objects.filter(instance=left.walk.case.instance).latest("id")
    other = Case.objects.create(
        number="VIIS-CIT-1", process_key="access_request", status="closed", closed_at=clock.now(),
        created_at=clock.now(), organisation=left.walk.case.organisation, start_key="cits",
        instance=_instance_like(left.walk.case),
    )  # fmt: skip
    task.pk, task.public_id, task.instance = None, uuid4(), other.instance
    task.save(force_insert=True)
    now = clock.now()
    texts = {
        "reason": "Zvanīt +371 29 998 877 vai kanarijs.pasts@EXAMPLE.lv",
        "code": "p.k. 329998-87766 nav derīgs",
        "who": "Runāju ar Kanarijsvardu Kanarijsuzvardu un viņas māsu",
        "list": ["Kanarijsuzvarda lūdza", "cits"],
    }
    Answer.objects.create(
        case=other, task=task, form_key="a", content=texts, result={}, author="karlis.paraugs", given_at=now
    )
    ClockExtension.objects.create(
        case=other, days=1, reason="Kanarijsuzvards, Kanarijsvards slimo", at=now, by="karlis.paraugs"
    )
    officer = User.objects.get(username="karlis.paraugs").person
    Message.objects.create(
        case=other, kind="case.closed", recipient=officer, natural_key="m", created_at=now, delivery="app",
        subject="Par Kanarijsuzvardu", text="Kods 32999887766.", search_key="kanarijsuzvardu 32999887766",
    )  # fmt: skip
    return other


def _instance_like(case: Case) -> Any:
    instance = case.instance
    instance.pk, instance.public_id, instance.business_key = None, uuid4(), "VIIS-CIT-1"
    instance.save(force_insert=True)
    return instance


def test_every_mention_in_cases_of_others_is_told_and_what_is_certain_goes(
    left: Granted, mentioned: Case
) -> None:
    out = StringIO()
    call_command("erase_subject", str(left.person.public_id), "--reason", "x", stdout=out)
    told = [line for line in out.getvalue().splitlines() if line.startswith("Mentioned")]
    answer, extension = Answer.objects.get(case=mentioned), ClockExtension.objects.get(case=mentioned)
    message = Message.objects.get(case=mentioned)
    decide = "stays: a person has to decide, for a namesake may be meant: --redact"
    assert told == [
        f"Mentioned: case VIIS-CIT-1, answer:{answer.pk}:content: personal code, e-mail address, phone "
        "number, name: erased",
        f"Mentioned: case VIIS-CIT-1, clockextension:{extension.pk}:reason: name: {decide}",
        f"Mentioned: case VIIS-CIT-1, message:{message.pk}:subject: family name alone: {decide}",
        f"Mentioned: case VIIS-CIT-1, message:{message.pk}:text: personal code: erased",
    ]
    assert not [line for line in told if "Kanarijs" in line or "9998" in line]

    erase_subject(left.person, reason="Lūgums")

    answer.refresh_from_db()
    assert (answer.content["reason"], answer.content["code"]) == ("Zvanīt — vai —", "p.k. — nav derīgs")
    assert answer.content["who"].startswith("Runāju ar Kanarijsvardu")
    assert {word for _t, _c, word in left_in_tables((CODE, OWN["email"]))} == set()
    message.refresh_from_db()
    assert (message.text, message.search_key) == ("Kods —.", "par kanarijsuzvardu kods")
    acts = AuditEntry.objects.filter(action="mention.erased", chain=f"case:{mentioned.pk}").order_by("id")
    assert [row.fields["place"] for row in acts] == [
        f"answer:{answer.pk}:content",
        f"message:{message.pk}:text",
    ]
    assert verify() == ()


def test_names_go_from_the_places_that_a_person_decided_upon(left: Granted, mentioned: Case) -> None:
    keys = [one.mention.key for one in plan_erasure(left.person).mentions]

    erase_subject(left.person, reason="Lūgums", redact_keys=keys)

    assert left_in_tables(CANARIES) == set()
    answer = Answer.objects.get(case=mentioned)
    assert answer.content["who"] == "Runāju ar — un viņas māsu"
    assert answer.content["list"] == ["— lūdza", "cits"]
    assert ClockExtension.objects.get(case=mentioned).reason == "— slimo"


def test_what_the_law_keeps_keeps_its_mentions_too(left: Granted, mentioned: Case) -> None:
    hold = {"case": mentioned, "basis": "Tiesvedība", "placed_by": "karlis.paraugs", "placed_at": clock.now()}
    LegalHold.objects.create(**hold)
    before = Answer.objects.get(case=mentioned).content
    keys = [one.mention.key for one in plan_erasure(left.person).mentions]

    done = erase_subject(left.person, reason="Lūgums", redact_keys=keys)

    assert {(one.fate, one.basis) for one in done.mentions} == {("held", "Tiesvedība")}
    assert Answer.objects.get(case=mentioned).content == before
    LegalHold.objects.update(released_at=clock.now(), basis="Par Kanarijsuzvardu")


def test_every_field_in_which_people_write_is_looked_through() -> None:
    written = {
        (model, field.name)
        for model in apps.get_app_config("cases").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, TextField | JSONField)
        or (isinstance(field, CharField) and field.max_length > 150)
    }
    known = {(place.model, place.field) for place in PLACES}

    assert {f"{model.__name__}.{name}" for model, name in written - known} == NO_FREE_TEXT


def test_every_section_and_fact_of_the_report_has_words(granted: Granted) -> None:
    subject = subject_of(granted.person)
    facts = {name for source in SOURCES.values() for row in source.tell(subject) for name in row}

    assert set(SECTIONS) == {model._meta.label for model in SOURCES}
    assert facts <= set(FACTS)


def test_nothing_of_a_long_report_is_cut_off(granted: Granted) -> None:
    rows = [{"at": clock.now(), "action": f"darbs-{number}", "object": "x"} for number in range(500)]
    long = {"content": {"reason": "vārds " * 2000 + "beigas"}, "case": "N-1"}
    held = {"cases.AuditEntry": rows, "cases.Answer": [long], "cases.Draft": []}

    with translation.override("lv"):
        letter = settled(report_letter(granted.person, held, now=clock.now()))

    assert letter.notes == ()
    tables = [block for block in letter.blocks if isinstance(block, Table)]
    assert [len(table.rows) for table in tables] == [190, 190, 120]
    facts = [fact for block in letter.blocks if isinstance(block, Facts) for _name, fact in block.rows]
    assert "".join(facts).count("vārds") == 2000
    assert letter.blocks[-1] == Text("Melnraksti.")
