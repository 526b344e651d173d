"""Documents of a case: the list, and each as a download that a browser will not run."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cases import people, queries
from cases.documents import read
from cases.models import Document
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
    context = {**identity(view), "documents": listed(view.documents, visitor)}
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


def listed(documents: Iterable[Document], visitor: Visitor) -> list[dict[str, Any]]:
    """Documents with a line that says what kind, by whom and when; versions only where there are several."""
    rows = list(documents)
    named = people.names(row.author for row in rows)
    newest: dict[str, int] = {}
    for row in rows:
        newest[row.kind] = max(row.version, newest.get(row.kind, 1))
    today = words.day_of(visitor.now)
    return [
        {
            "public_id": row.public_id,
            "title_lv": row.title_lv,
            "title_en": row.title_en,
            "version": row.version if newest[row.kind] > 1 else 0,
            "is_newest": row.version == newest[row.kind],
            "below": ", ".join(
                (
                    _KINDS.get(row.content_type, row.file_name.rpartition(".")[2].upper()),
                    named.get(row.author, row.author),
                    words.day_and_clock(row.given_at, today),
                )
            ),
        }
        for row in rows
    ]
