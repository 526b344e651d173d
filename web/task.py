"""A task with its form: fill in, keep for later, go on to checking; take it or give it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cases import queries
from cases.errors import DraftConflict, FieldError, NotAllowed, TaskTaken
from cases.forms import present
from cases.queries import TaskView
from cases.services import tasks
from web import words
from web.addresses import last_list
from web.answers import AnswerGroup, AnswerRow, group_of, is_open, language
from web.confirmation import did_it
from web.entering import Typed, faults, posted_version, read
from web.pages import page, problem_page, render, task_page
from web.visitors import Visitor
from web.widgets import Filling, Note, problems, widgets


@task_page
@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The form of the task, or what became of it."""
    view = queries.task_detail(visitor.scope, public_id)
    if view.status != "open":
        return gone_page(request, visitor, view)
    if request.method == "GET":
        return form_page(request, visitor, view, view.values)
    if view.against is not None:
        raise NotAllowed(view.against)
    return _entered(request, visitor, view)


def _entered(request: HttpRequest, visitor: Visitor, view: TaskView) -> HttpResponse:
    typed = read(request, visitor, view)
    try:
        draft = tasks.save_draft(
            view.public_id, user=visitor.actor, content=typed.answers, version=posted_version(request)
        )
    except DraftConflict as conflict:
        return _conflict_page(request, visitor, view, typed, conflict)
    if request.POST.get("action") == "later":
        told = _("Your draft is saved. You can continue whenever you like.")
        messages.success(request, told)
        return redirect("link_task" if visitor.actor.only_task else last_list(request, "home"))
    errors = typed.errors or faults(view, typed.answers)
    if errors:
        fresh = queries.task_detail(visitor.scope, view.public_id)
        return form_page(request, visitor, fresh, typed.answers, errors)
    rule = view.form.return_rule
    returns = view.can_return and rule is not None and draft.content.get(rule.field) == rule.value
    return redirect("task_return" if returns else "task_check", view.public_id)


def _conflict_page(
    request: HttpRequest, visitor: Visitor, view: TaskView, typed: Typed, conflict: DraftConflict
) -> HttpResponse:
    """Both versions side by side; sending again from here keeps what stands in the fields."""
    stands = present(view.form, view.values, view.context, language(), mask_codes=False)
    mine = {row.name: row.text for row in present(view.form, typed.answers, view.context, language())}
    rows = [AnswerRow(row.name, row.label, row.text) for row in stands if mine.get(row.name) != row.text]
    error = FieldError("", "conflict", str(conflict.message), str(conflict.message))
    extra = {"rows": rows, "rows_title": _("What the other version says differently")}
    return form_page(request, visitor, view, typed.answers, (error,), status=409, extra=extra)


def form_page(
    request: HttpRequest,
    visitor: Visitor,
    view: TaskView,
    answers: Mapping[str, Any],
    errors: tuple[FieldError, ...] = (),
    *,
    status: int = 422,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The task's page with these answers in its fields."""
    editable = view.against is None
    filling = Filling(
        answers=answers,
        errors=errors,
        opened=view.open_fields,
        notes=_notes(view),
        file_names={str(document.public_id): document.file_name for document in view.documents},
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
        "taken_by": view.assignee_name if view.assignee and not view.is_mine else "",
        "rows": _closed_rows(view),
        "rows_title": _("The other answers"),
        "earlier": _earlier(view),
        "form_title": words.pick(view.form, "title"),
        **draft_words(view),
        **(extra or {}),
    }
    return render(request, "task.html", context, status=status if errors else 200)


def about(request: HttpRequest, visitor: Visitor, view: TaskView) -> dict[str, Any]:
    """What every page of a task shows of its case."""
    by_link = visitor.actor.only_task is not None
    return {
        "view": view,
        "case_title": _case_title(view),
        "case_link": "" if by_link else reverse("case", args=[view.case_public_id]),
        "back": "" if by_link else last_list(request),
        "back_label": _("Back to the list"),
        "due_at": view.due_at,
        "due_explanation": words.pick(view, "explanation"),
        "taken_by_me": view.is_mine and bool(view.group),
        "can_release": view.can_release,
        "documents": view.documents,
    }


def _case_title(view: TaskView) -> str:
    process, subject = words.pick(view, "process"), view.context.case.subject
    return f"{process}: {subject}," if subject else process


def draft_words(view: TaskView) -> dict[str, Any]:
    """When and by whom the draft was saved."""
    draft = view.draft
    return {
        "draft_version": draft.version if draft else 0,
        "saved_at": draft.saved_at if draft else None,
        "saved_by": draft.author_name if draft and not draft.is_mine else "",
    }


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
    if view.against is None:
        return ""
    if view.against == "assigned_to_other" and view.assignee_name:
        return _("%(who)s is doing this task. Take it over only if that is agreed.") % {
            "who": view.assignee_name
        }
    return str(view.against.label)


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


def gone_page(request: HttpRequest, visitor: Visitor, view: TaskView) -> HttpResponse:
    """A task that is no longer open: its confirmation for who did it, what changed for others."""
    if did_it(visitor, view):
        return redirect("task_done", view.public_id)
    today = words.day_of(visitor.now)
    lines = [_("The task “%(name)s” is no longer open.") % {"name": words.pick(view, "name")}]
    if view.done_by and view.done_at:
        told = {"who": view.done_by, "at": words.day_and_clock(view.done_at, today)}
        lines.append(_("%(who)s completed it %(at)s. Nothing you typed was sent.") % told)
    else:
        lines.append(_("The case went another way, so nobody needs to do it. Nothing you typed was sent."))
    by_link = visitor.actor.only_task is not None
    return problem_page(
        request,
        heading=_("This has changed in the meantime"),
        lines=lines,
        status=409,
        back="" if by_link else reverse("case", args=[view.case_public_id]),
        back_label=_("See where the case stands"),
    )


@page
@require_POST
def claim(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Takes the task; from a colleague only after asking."""
    try:
        tasks.claim_task(public_id, user=visitor.actor, take_over=request.POST.get("take_over") == "yes")
    except TaskTaken as taken:
        messages.warning(request, str(taken.message))
    else:
        messages.success(request, _("The task is yours now."))
    return redirect("task", public_id)


@page
@require_POST
def release(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Gives the task back to the colleagues."""
    tasks.release_task(public_id, user=visitor.actor)
    messages.success(request, _("The task is free for your colleagues again."))
    return redirect("inbox")
