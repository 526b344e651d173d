"""Drafts that save themselves while a person types; the answer is the line that says so."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cases import queries
from cases.errors import CaseError
from cases.models import Draft
from cases.services import keeping, tasks
from web.about_task import refusal
from web.entering import posted_version, read_text
from web.pages import render
from web.typed import keep_typed
from web.visitors import Visitor, visitor_of


@never_cache
@require_POST
def save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keeps what is typed; another's newer version is not overwritten but told of."""
    visitor = visitor_of(request)
    if visitor is None:
        # A redirect to the sign-in page would land inside the form.
        told = _("You were signed out. Sign in in another window, then copy over what you typed here last.")
        if keep_typed(request):
            told = _(
                "You were signed out. What you typed is kept: sign in, and it will be in the form again."
            )
        return _not_saved(request, told, 401)
    try:
        draft = _saved(request, visitor, public_id)
    except CaseError as refused:
        told = _("What you type stays here but is not saved. Press “Continue” to see what you can do.")
        return _not_saved(request, f"{refused.message} {told}", refused.status)
    context = {"draft_version": draft.version, "saved_at": draft.saved_at, "saved_by": ""}
    return render(request, "parts/saved.html", context)


def _saved(request: HttpRequest, visitor: Visitor, public_id: UUID) -> Draft:
    view = queries.task_detail(visitor.scope, public_id)
    if view.against is not None:
        raise refusal(view, view.against)
    kept = {
        field.name: view.draft.content[field.name]
        for field in view.form.fields
        if field.kind == "file" and view.draft and field.name in view.draft.content
    }
    content = {**kept, **read_text(request, view)}
    draft = tasks.save_draft(public_id, user=visitor.actor, content=content, version=posted_version(request))
    keeping.forget(visitor.actor, public_id, page="answers")
    return draft


def _not_saved(request: HttpRequest, told: str, status: int) -> HttpResponse:
    """The page keeps its old version, so sending it shows both versions, or who has the task."""
    context = {"draft_version": posted_version(request), "conflict": told}
    return render(request, "parts/saved.html", context, status=status)
