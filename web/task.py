"""A task with its form: fill in, keep for later, go on to checking; take it or give it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cases import forms, queries
from cases.errors import CaseError, DraftConflict, FieldError, NotAllowed, NotFound, TaskNotOpen, TaskTaken
from cases.forms import present
from cases.queries import TaskView
from cases.queries.suspended import suspended_case
from cases.services import keeping, tasks
from web import words
from web.about_task import about, draft_words, refusal
from web.addresses import in_place, last_list
from web.answers import AnswerGroup, AnswerRow, changes_of, group_of, is_open, language
from web.entering import Typed, errors_of, faults, posted_version, read, version_in
from web.pages import page, render, task_page
from web.resting import resting_words
from web.stopped import gone_page, just_typed, refused_page, taken_over_if_asked
from web.typed import typed_before
from web.versions import chosen, differences, versions_page
from web.visitors import Visitor
from web.widgets import Filling, Note, problems, widgets


@task_page
@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The form of the task, or what became of it."""
    view = queries.task_detail(visitor.scope, public_id)
    if view.status != "open":
        return gone_page(request, visitor, view, just_typed(request, view))
    if request.method == "GET":
        before = typed_before(visitor, public_id, "answers") if view.against is None else None
        if before is not None:
            return _there_again(request, visitor, view, before)
        return form_page(request, visitor, view, view.values)
    view = taken_over_if_asked(request, visitor, view)
    if view.against is not None:
        return _refused(request, visitor, view)
    return _entered(request, visitor, view)


def _there_again(request: HttpRequest, visitor: Visitor, view: TaskView, before: QueryDict) -> HttpResponse:
    """The form with what was typed when the session had ended; saved by whoever typed it, or not at all."""
    answers, _errors = forms.parse_post(view.form, before)
    answers = {name: value for name, value in answers.items() if is_open(view, name)}
    messages.warning(
        request,
        _("This is what you typed before you were signed out. It is not saved yet: press “Continue”."),
    )
    return form_page(request, visitor, view, answers, version=version_in(before))


def _refused(request: HttpRequest, visitor: Visitor, view: TaskView) -> HttpResponse:
    again = in_place(request, "task", view.public_id)
    return refused_page(request, visitor, view, just_typed(request, view), again=again)


def _entered(request: HttpRequest, visitor: Visitor, view: TaskView) -> HttpResponse:
    typed = read(request, visitor, view)
    answers = chosen(request, view, typed.answers)
    try:
        draft = tasks.save_draft(
            view.public_id, user=visitor.actor, content=answers, version=posted_version(request)
        )
    except DraftConflict:
        return _conflict(request, visitor, view.public_id, typed)
    except (NotAllowed, TaskNotOpen):
        return _moved_on(request, visitor, view.public_id)
    except NotFound:
        raise
    except CaseError as refused:
        return form_page(request, visitor, view, answers, errors_of(refused), status=refused.status)
    keeping.forget(visitor.actor, view.public_id, page="answers")
    return _go_on(request, visitor, view, typed.errors, draft.content)


def _conflict(request: HttpRequest, visitor: Visitor, public_id: UUID, typed: Typed) -> HttpResponse:
    """The choice between both versions; where only the version differs, there is nothing to choose."""
    fresh = queries.task_detail(visitor.scope, public_id)
    # The demonstration's button brings a file while the page may still be saving what was typed before it.
    signs = "sign" in request.POST and fresh.draft is not None and fresh.draft.is_mine
    found = [] if signs else differences(fresh, typed.answers)
    if found:
        return versions_page(request, visitor, fresh, typed, found)
    version = fresh.draft.version if fresh.draft else 0
    draft = tasks.save_draft(public_id, user=visitor.actor, content=typed.answers, version=version)
    return _go_on(request, visitor, fresh, typed.errors, draft.content)


def _moved_on(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Between reading and saving the task went to a colleague, or was done."""
    fresh = queries.task_detail(visitor.scope, public_id)
    if fresh.status != "open":
        return gone_page(request, visitor, fresh, just_typed(request, fresh))
    return _refused(request, visitor, fresh)


def _go_on(
    request: HttpRequest,
    visitor: Visitor,
    view: TaskView,
    refused: tuple[FieldError, ...],
    answers: Mapping[str, Any],
) -> HttpResponse:
    """The draft is saved: back to the list, or on to what comes next."""
    if "sign" in request.POST and not refused:
        return redirect(f"{in_place(request, 'task', view.public_id)}#{request.POST['sign']}-signed")
    if request.POST.get("action") == "later":
        told = _("Your draft is saved. You can continue whenever you like.")
        messages.success(request, told)
        return redirect("link_task" if visitor.actor.only_task else last_list(request, "home"))
    errors = refused if "sign" in request.POST else refused or faults(view, answers)
    if errors:
        fresh = queries.task_detail(visitor.scope, view.public_id)
        return form_page(request, visitor, fresh, answers, errors)
    rule = view.form.return_rule
    returns = view.can_return and rule is not None and answers.get(rule.field) == rule.value
    return redirect(in_place(request, "task_return" if returns else "task_check", view.public_id))


def form_page(
    request: HttpRequest,
    visitor: Visitor,
    view: TaskView,
    answers: Mapping[str, Any],
    errors: tuple[FieldError, ...] = (),
    *,
    status: int = 422,
    version: int | None = None,
) -> HttpResponse:
    """The task's page with these answers in its fields; `version` is the draft that they were typed over."""
    editable = view.against is None
    filling = Filling(
        answers=answers,
        errors=errors,
        opened=view.open_fields,
        notes=_notes(view),
        documents={str(document.public_id): document for document in view.documents},
        papers=view.papers,
    )
    drawn = widgets(view.form, view.context, filling) if editable else []
    context = {
        **about(request, visitor, view),
        "section": "inbox",
        "heading": _heading(view),
        "intro": _intro(view),
        "editable": editable,
        "widgets": drawn,
        "failed": bool(errors),
        "problems": problems(drawn, errors),
        "problems_title": _("This cannot be sent yet"),
        "refusal": _refusal(view),
        "can_claim": view.can_claim and not view.is_mine,
        # To show colleagues who does it makes sense only where there are any.
        "offers_claim": view.can_claim and not view.assignee and view.has_colleagues,
        "taken_by": view.assignee_name if view.assignee and not view.is_mine else "",
        "rows": _closed_rows(view),
        "rows_title": _("The other answers"),
        "earlier": _earlier(view),
        "changes": changes_of(view) if view.open_fields is None else [],
        "form_title": words.pick(view.form, "title"),
        "resting": resting_words(suspended_case(visitor.scope, view.case_public_id), visitor),
        **draft_words(view),
        **({"draft_version": version} if version is not None else {}),
    }
    return render(request, "task.html", context, status=status if errors else 200)


def _heading(view: TaskView) -> str:
    if view.open_fields is None:
        return words.pick(view, "name")
    n = len(view.comments)
    return ngettext("Correct %(n)s answer", "Correct %(n)s answers", n) % {"n": n}


def _intro(view: TaskView) -> str:
    if view.open_fields is None:
        return words.pick(view.form, "intro")
    return _("The case was returned for correction. All other answers are kept; do not fill them in again.")


def _refusal(view: TaskView) -> str:
    return str(refusal(view, view.against).reason) if view.against is not None else ""


def _notes(view: TaskView) -> dict[str, Note]:
    before = {row.name: row.text for row in present(view.form, view.previous, view.context, language())}
    return {
        comment.field: Note(comment.who, comment.at, comment.text, before.get(comment.field, ""))
        for comment in view.comments
    }


def _closed_rows(view: TaskView) -> list[AnswerRow]:
    if view.open_fields is None:
        return []
    rows = present(view.form, view.previous, view.context, language())
    return [
        AnswerRow(row.name, row.label, row.text, row.document) for row in rows if not is_open(view, row.name)
    ]


def _earlier(view: TaskView) -> list[AnswerGroup]:
    """What has to be read before answering; a correction only needs the officer's words."""
    if view.open_fields is not None:
        return []
    return [group_of(answer) for answer in view.earlier if answer.form.key != view.form.key]


@page
@require_POST
def claim(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Takes the task; from a colleague only after asking."""
    try:
        tasks.claim_task(public_id, user=visitor.actor, take_over=request.POST.get("take_over") == "yes")
    except TaskTaken as taken:
        messages.warning(request, str(taken.message))
        return redirect(in_place(request, "task", public_id))
    else:
        messages.success(request, _("The task is yours now."))
    if request.POST.get("back") == "list":
        return redirect(last_list(request))
    return redirect(in_place(request, "task", public_id))


@page
@require_POST
def release(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Gives the task back to the colleagues."""
    tasks.release_task(public_id, user=visitor.actor)
    messages.success(request, _("The task is free for your colleagues again."))
    return redirect(last_list(request))
