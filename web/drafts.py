"""Drafts that save themselves while a person types; the answer is the line that says so."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cases import queries
from cases.errors import CaseError
from cases.services import tasks
from web.about_task import refusal
from web.entering import posted_version, read_text
from web.pages import render, task_page
from web.visitors import Visitor


@task_page
@require_POST
def save(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Keeps what is typed; another's newer version is not overwritten but told of."""
    view = queries.task_detail(visitor.scope, public_id)
    version = posted_version(request)
    try:
        if view.against is not None:
            raise refusal(view, view.against)
        kept = {
            field.name: view.draft.content[field.name]
            for field in view.form.fields
            if field.kind == "file" and view.draft and field.name in view.draft.content
        }
        content = {**kept, **read_text(request, view)}
        draft = tasks.save_draft(public_id, user=visitor.actor, content=content, version=version)
    except CaseError as refused:
        # The page keeps its old version, so sending it shows both versions, or who has the task.
        context = {"draft_version": version, "conflict": str(refused.message)}
        return render(request, "parts/saved.html", context, status=refused.status)
    context = {"draft_version": draft.version, "saved_at": draft.saved_at, "saved_by": ""}
    return render(request, "parts/saved.html", context)
