"""Canaries: the report has all that is the person's and nothing of others; after erasure none is left."""

from __future__ import annotations

import json
import logging
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from cases.audit import seal_audit, verify, verify_seals
from cases.models import AuditEntry, Blob, Case, Document, LegalHold
from cases.privacy import SOURCES, erase_subject, plan_erasure, subject_report
from engine import clock
from engine.invariants import all_invariants
from exchange.audit_export import export_audit
from registries.models import Person

from .conftest import CANARIES, CODE, OTHERS, REASON, Granted

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
        text = archive.read("report.json").decode() + archive.read("report.html").decode()
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
