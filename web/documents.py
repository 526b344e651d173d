"""Documents of a case: the list, and each as a download that a browser will not run."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cases import queries, scanning
from cases.documents import read
from cases.models import Blob
from cases.previews import preview
from cases.previews.making import DRAWN
from cases.queries.views.documents import DocumentGroup, DocumentItem
from cases.signatures.telling import of_document
from web import words
from web.pages import page, render, task_page
from web.visitors import Visitor

_KINDS = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG"}


@page
@require_safe
def case_documents(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Every document of the case."""
    from web.case import identity

    view = queries.case_detail(visitor.scope, public_id)
    context = {
        **identity(view),
        "documents": listed(view.papers, visitor),
        "unscanned": not scanning.is_configured()
        and any(row.kind.startswith("upload.") for row in view.documents),
    }
    return render(request, "case_documents.html", context)


@task_page
@require_safe
def document(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:  # noqa: ARG001
    """The file as an attachment; nothing in it runs here."""
    found, content = read(visitor.scope, public_id)
    response = HttpResponse(content, content_type=found.content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@task_page
@require_safe
def picture(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:  # noqa: ARG001
    """The first page of the file as a picture that was drawn here."""
    _sha256, drawn = preview(visitor.scope, public_id)
    response = HttpResponse(drawn, content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def listed(groups: Iterable[DocumentGroup], visitor: Visitor) -> list[dict[str, Any]]:
    """Papers with a line on each version that says what kind, by whom, in which task and when."""
    return [
        {
            **_line(group.newest, visitor, several=bool(group.older)),
            "older": [_line(item, visitor, several=True) for item in group.older],
        }
        for group in groups
    ]


def _line(item: DocumentItem, visitor: Visitor, *, several: bool) -> dict[str, Any]:
    row = item.row
    given = words.day_and_clock(row.given_at, words.day_of(visitor.now))
    kind = _KINDS.get(row.content_type, row.file_name.rpartition(".")[2].upper())
    return {
        "public_id": row.public_id,
        "has_page": row.letter is not None,
        "has_picture": row.content_type in DRAWN and scanning.is_open(row),
        "is_harmful": row.blob.scan == Blob.Scan.HARMFUL,
        "waits": not scanning.is_open(row),
        "title_lv": row.title_lv,
        "title_en": row.title_en,
        "version": row.version if several else 0,
        "signature": of_document(row),
        "task": words.pick(item, "task"),
        "below": ", ".join((kind, words.size(row.blob.size), item.given_by, given)),
    }
