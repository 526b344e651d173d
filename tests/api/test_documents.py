"""Files go in by a task and come out as attachments."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

from cases.models import AuditEntry, Document
from tests.api.conftest import Api
from tests.cases.people import World


def pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def task(world: World, head: Api) -> str:
    body = {"process": "upload", "organisation": str(world.school.public_id)}
    return str(head.post("cases", body).json()["task"])


def test_an_uploaded_file_is_the_answer_and_comes_back_as_it_was(
    task: str, head: Api, officer: Api, api: Callable[..., Api]
) -> None:
    content = pdf()
    paper = SimpleUploadedFile("Līgums Nr. 1.pdf", content, "application/pdf")

    uploaded = head.upload(f"tasks/{task}/documents", field="paper", file=paper)
    again = head.upload(
        f"tasks/{task}/documents", field="paper", file=SimpleUploadedFile("Līgums Nr. 1.pdf", content)
    )
    done = head.post(f"tasks/{task}/complete", {"answers": {"paper": uploaded.json()["id"]}})

    assert uploaded.status_code == 201, uploaded.content
    assert uploaded.json()["content_type"] == "application/pdf"
    assert again.json()["id"] == uploaded.json()["id"]
    assert done.status_code == 200, done.content
    listed = officer.get(f"cases/{done.json()['case']}/documents").json()["items"]
    assert [one["id"] for one in listed] == [uploaded.json()["id"]]
    download = officer.get(f"documents/{uploaded.json()['id']}")
    assert download.content == content
    assert download["Content-Type"] == "application/pdf"
    assert download["Content-Disposition"].startswith("attachment")
    assert download["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in download["Content-Security-Policy"]
    assert api("other_head").get(f"documents/{uploaded.json()['id']}").status_code == 404
    assert AuditEntry.objects.filter(action="document.uploaded").exists()


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", b"not a pdf"), ("a.exe", b"MZ"), ("a.pdf", b""), ("a.png", pdf())]
)
def test_a_file_that_is_not_what_it_says_is_refused(task: str, head: Api, name: str, content: bytes) -> None:
    refused = head.upload(f"tasks/{task}/documents", field="paper", file=SimpleUploadedFile(name, content))

    assert refused.status_code == 422, refused.content
    assert refused.json()["errors"][0]["field"] == "paper"
    assert Document.objects.count() == 0


def test_a_file_for_no_file_question_is_refused(task: str, head: Api) -> None:
    for field in ("note", "nothing"):
        answer = head.upload(f"tasks/{task}/documents", field=field, file=SimpleUploadedFile("a.pdf", pdf()))
        assert answer.status_code == 400
        assert answer.json()["code"] == "fields_unknown"
    assert Document.objects.count() == 0


def test_an_upload_without_a_file_or_with_more_is_refused(task: str, head: Api) -> None:
    path = f"tasks/{task}/documents"
    paper = SimpleUploadedFile("a.pdf", pdf())

    assert head.upload(path, field="paper").status_code == 400
    assert head.upload(path, field="paper", file=paper, more="x").status_code == 400
    assert head.post(path, {"field": "paper"}).status_code == 415


def test_a_file_beyond_the_limit_is_too_large(task: str, head: Api) -> None:
    large = SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * (21 * 1024 * 1024))

    assert head.upload(f"tasks/{task}/documents", field="paper", file=large).status_code == 413


def test_somebody_else_cannot_upload_into_a_task(task: str, api: Callable[..., Any]) -> None:
    for name, status in (("other_head", 404), ("officer", 403)):
        paper = SimpleUploadedFile("a.pdf", pdf())
        answer = api(name).upload(f"tasks/{task}/documents", field="paper", file=paper)
        assert answer.status_code == status, name
    assert Document.objects.count() == 0


def test_a_program_sees_versions_who_gave_them_and_where_they_are_shown(
    task: str, head: Api, officer: Api, api: Callable[..., Api]
) -> None:
    first = head.upload(f"tasks/{task}/documents", field="paper", file=SimpleUploadedFile("a.pdf", pdf()))
    other = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    writer.write(other)
    paper = SimpleUploadedFile("b.pdf", other.getvalue())
    second = head.upload(f"tasks/{task}/documents", field="paper", file=paper).json()["id"]
    done = head.post(f"tasks/{task}/complete", {"answers": {"paper": second}})

    older, newer = officer.get(f"cases/{done.json()['case']}/documents").json()["items"]

    assert [one["version"] for one in newer["versions"]] == [2, 1]
    assert [one["id"] for one in older["versions"]] == [second, first.json()["id"]]
    assert newer["size"] == len(other.getvalue())
    assert (newer["page"], newer["scan"]) == (None, "")
    assert newer["given_by"]
    assert newer["task"]
    picture = officer.get(newer["preview"].removeprefix("/api/v1/"))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert api("other_head").get(newer["preview"].removeprefix("/api/v1/")).status_code == 404
