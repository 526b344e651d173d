"""Checking the answers before they are sent; sending completes the task."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import queries
from cases.errors import CaseError, DraftConflict, FormError, NotAllowed, NotFound, TaskNotOpen
from cases.queries import TaskView
from cases.services import tasks
from web import words
from web.about_task import about, draft_words
from web.addresses import in_place, last_list, list_at, place_of
from web.answers import own_rows, typed_rows
from web.entering import faults, merged, posted_version
from web.listing import filters_in
from web.pages import Problem, render, task_page
from web.stopped import gone_page, refused_page
from web.task import form_page
from web.visitors import Visitor


@task_page
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The answers of the draft in words, each with a way to change it; then sending them."""
    view = queries.task_detail(visitor.scope, public_id)
    if request.method == "POST" and (view.status == "open" or view.context.task is not None):
        return _send(request, visitor, view)
    if view.status != "open":
        return gone_page(request, visitor, view)
    if view.against is not None:
        return _refused(request, visitor, view)
    if view.draft is None:
        return redirect(in_place(request, "task", public_id))
    errors = faults(view, view.draft.content)
    if errors:
        return form_page(request, visitor, view, view.values, errors)
    return check_page(request, visitor, view)


def _refused(request: HttpRequest, visitor: Visitor, view: TaskView) -> HttpResponse:
    """With one's own draft, unless a colleague has written on in it."""
    draft = view.draft
    return refused_page(
        request, visitor, view, typed_rows(view, draft.content) if draft and draft.is_mine else ()
    )


def check_page(
    request: HttpRequest, visitor: Visitor, view: TaskView, problem: str = "", status: int = 200
) -> HttpResponse:
    """The page that shows the draft."""
    content = view.draft.content if view.draft else {}
    context = {
        **about(request, visitor, view),
        **draft_words(view),
        "section": "inbox",
        "form_title": words.pick(view.form, "title"),
        "rows": own_rows(view, merged(view, content), change=in_place(request, "task", view.public_id)),
        "submit_label": words.pick(view.form, "submit"),
        "idempotency_key": str(uuid4()),
        "later": reverse("link_task") if visitor.actor.only_task else last_list(request, "home"),
        "failed": bool(problem),
        "problems": [Problem(problem)] if problem else [],
        "problems_title": _("This was not sent"),
    }
    return render(request, "check.html", context, status=status)


def _send(request: HttpRequest, visitor: Visitor, view: TaskView) -> HttpResponse:
    key = request.POST.get("idempotency_key", "")[:100]
    content = view.draft.content if view.draft else {}
    if view.draft is None and view.status != "open":
        # Sent already: a second press of the button, or a colleague was faster.
        return gone_page(request, visitor, view)
    try:
        done = tasks.complete_task(
            view.public_id,
            user=visitor.actor,
            # An answer that a correction opened and that was emptied is none, not the one it had before.
            answers={**dict.fromkeys(view.open_fields or ()), **content},
            draft_version=posted_version(request),
            idempotency_key=key,
        )
    except DraftConflict as conflict:
        fresh = queries.task_detail(visitor.scope, view.public_id)
        return check_page(request, visitor, fresh, _changed(fresh, visitor), conflict.status)
    except NotAllowed:
        return _refused(request, visitor, queries.task_detail(visitor.scope, view.public_id))
    except TaskNotOpen:
        return gone_page(request, visitor, queries.task_detail(visitor.scope, view.public_id))
    except FormError as refused:
        return form_page(request, visitor, view, view.values, refused.errors)
    except NotFound:
        raise
    except CaseError as refused:
        # What was typed stands on this page with its button: trying again needs nothing else.
        return check_page(request, visitor, view, str(refused.message), refused.status)
    return after_completing(request, visitor, view, done.case_number)


def _changed(view: TaskView, visitor: Visitor) -> str:
    draft = view.draft
    if draft is None:
        return _("The draft changed while you checked it. Nothing has been sent yet.")
    told = {"who": draft.author_name, "at": words.day_and_clock(draft.saved_at, words.day_of(visitor.now))}
    if draft.is_mine:
        text = _(
            "You changed the draft %(at)s in another window or on another device. "
            "Below is what it says now; nothing has been sent yet."
        )
        return text % told
    text = _("%(who)s changed the draft %(at)s. Below is what it says now; nothing has been sent yet.")
    return text % told


def after_completing(
    request: HttpRequest, visitor: Visitor, view: TaskView, case_number: str, *, told: str = ""
) -> HttpResponse:
    """Applicants get their confirmation; who works through a list goes back to it."""
    if visitor.is_applicant:
        return redirect(in_place(request, "task_done", view.public_id))
    done = _("Done: %(name)s, %(number)s.") % {"name": words.pick(view, "name"), "number": case_number}
    messages.success(request, told or done)
    if not place_of(request):
        return redirect(last_list(request))
    filters = filters_in(QueryDict(place_of(request)))
    after = queries.following(visitor.scope, view.public_id, filters=filters)
    row = after.row.public_id if after is not None and after.is_below else ""
    return redirect(list_at(place_of(request), done=view.public_id, row=row))
