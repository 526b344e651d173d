"""Doing one thing to many tasks: what is asked once, then a page that says what will happen to which."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cases import forms, people, queries
from cases.errors import BulkRefused, CaseError, FieldError, FormError, NotFound
from cases.forms import present
from cases.queries import BulkPreview, BulkRow
from cases.services import bulk as services
from cases.services.bulk import MOST_TASKS, WORDS
from cases.services.keeping import forget_many, seal_of_many
from web import words
from web.addresses import last_list
from web.answers import AnswerRow, language
from web.entering import errors_of
from web.listing import row_of
from web.pages import Problem, page, render
from web.typed import MANY, SEAL, tasks_in, typed_for_many
from web.visitors import Visitor
from web.widgets import Filling, problems, widgets

KINDS = ("complete", "claim", "release", "assign")
# What one is asked something for, once for all of them.
ASKING = ("complete", "assign")
_HIDDEN = ("csrfmiddlewaretoken", "task", "do", "step", "idempotency_key", SEAL)


@page
@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """From the ticked rows to what is asked once, to checking it, to asking for it."""
    if request.method == "GET":
        return _there_again(request, visitor)
    kind, ids = request.POST.get("do", ""), tasks_in(request.POST)
    if kind not in KINDS or not ids or len(ids) > MOST_TASKS:
        return _back(request, "kind" if kind not in KINDS else "many" if ids else "none")
    if request.POST.get("step") == "start":
        return _start(request, visitor, kind, ids)
    to = request.POST.get("to", "")[:100]
    found = queries.bulk_preview(visitor.scope, ids, kind=kind)
    if kind == "complete" and found.form is None:
        return _back(request, "alone")
    if kind in ASKING and request.POST.get("step") != "check":
        return _asking(request, visitor, kind, found, to=to)
    answers, errors = _given(request, found, kind, to)
    if errors:
        return _asking(request, visitor, kind, found, answers, errors, to=to)
    checked = queries.bulk_preview(visitor.scope, ids, kind=kind, answers=answers, to=to)
    return _check_page(request, visitor, kind, checked, answers, to)


def _there_again(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What was typed when the session had ended, about the same tasks; else back to the list."""
    before = typed_for_many(visitor)
    kind = before.get("do", "") if before is not None else ""
    if before is None or kind not in ASKING:
        return redirect(last_list(request))
    found = queries.bulk_preview(visitor.scope, tasks_in(before)[:MOST_TASKS], kind=kind)
    answers = forms.parse_post(found.form, before)[0] if found.form is not None else {}
    messages.warning(
        request, _("This is what you typed before you were signed out. It has not been sent yet.")
    )
    return _asking(request, visitor, kind, found, answers, to=before.get("to", "")[:100])


def _back(request: HttpRequest, why: str) -> HttpResponse:
    messages.warning(request, str(WORDS[why]))
    return redirect(last_list(request))


def _given(
    request: HttpRequest, found: BulkPreview, kind: str, to: str
) -> tuple[dict[str, Any], tuple[FieldError, ...]]:
    """What was answered once for all, and what is wrong with it."""
    if kind == "assign" and to not in people.members_of(found.groups):
        told = str(WORDS["nobody"])
        return {}, (FieldError("to", "required", told, told),)
    if kind != "complete" or found.form is None or found.context is None:
        return {}, ()
    answers, errors = forms.parse_post(found.form, request.POST)
    if errors:
        return answers, errors
    try:
        return forms.check(found.form, answers, context=found.context), ()
    except FormError as refused:
        return answers, errors_of(refused)


def _asking(
    request: HttpRequest,
    visitor: Visitor,
    kind: str,
    found: BulkPreview,
    answers: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    *,
    to: str = "",
) -> HttpResponse:
    """The one form for all of them."""
    drawn = []
    if found.form is not None and found.context is not None:
        drawn = widgets(found.form, found.context, Filling(answers or {}, tuple(errors)))
    shown = (
        problems(drawn, tuple(errors))
        if drawn
        else [Problem(words.pick(one, "message"), "to") for one in errors]
    )
    colleagues = people.members_of(found.groups) if kind == "assign" else {}
    context = {
        **_common(kind, found, visitor),
        "widgets": drawn,
        "colleagues": [
            {"value": name, "label": label}
            for name, label in colleagues.items()
            if name != visitor.actor.name
        ],
        "to": to,
        "seal": seal_of_many(visitor.actor, MANY),
        "failed": bool(errors),
        "problems": shown,
        "problems_title": _("This cannot be sent yet"),
        "problem_at": {one.target: one.text for one in shown},
        "back": last_list(request),
    }
    return render(request, "bulk_form.html", context, status=422 if errors else 200)


def _check_page(
    request: HttpRequest,
    visitor: Visitor,
    kind: str,
    found: BulkPreview,
    answers: Mapping[str, Any],
    to: str,
    problem: str = "",
) -> HttpResponse:
    """What will happen to how many, and to which not and why."""
    context = {
        **_common(kind, found, visitor),
        "rows": answered(found.form, found.context, answers),
        "to": to,
        "to_name": people.name_of(to) if to else "",
        "carried": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in (*_HIDDEN, "to")
            for value in values
        ],
        "seal": seal_of_many(visitor.actor, MANY),
        "submit_label": _submit(kind, len(found.possible)),
        "idempotency_key": request.POST.get("idempotency_key", "")[:100] or str(uuid4()),
        "failed": bool(problem),
        "problems": [Problem(problem)] if problem else [],
        "problems_title": _("This was not sent"),
        "back": last_list(request),
    }
    return render(request, "bulk_check.html", context, status=409 if problem else 200)


def answered(form: Any, context: Any, answers: Mapping[str, Any]) -> list[AnswerRow]:
    """What was answered once for all, in words."""
    if form is None or context is None:
        return []
    rows = present(form, answers, context, language())
    return [AnswerRow(row.name, row.label, row.text, row.document) for row in rows]


def _common(kind: str, found: BulkPreview, visitor: Visitor) -> dict[str, Any]:
    possible, barred = found.possible, [row for row in found.rows if row.code]
    return {
        "section": "inbox",
        "kind": kind,
        "heading": heading(kind, len(possible), found.form),
        "possible": [_shown(row, visitor) for row in possible],
        "barred": [_shown(row, visitor) for row in barred],
    }


def _shown(row: BulkRow, visitor: Visitor) -> dict[str, Any]:
    return {**row_of(row.task, visitor), "because": words.pick(row, "because")}


def heading(kind: str, n: int, form: Any = None) -> str:
    """What is done to how many."""
    told = {"n": n, "form": words.pick(form, "title") if form is not None else ""}
    match kind:
        case "claim":
            return ngettext("Take over %(n)s task", "Take over %(n)s tasks", n) % told
        case "release":
            return ngettext("Give back %(n)s task", "Give back %(n)s tasks", n) % told
        case "assign":
            return ngettext("Give %(n)s task to a colleague", "Give %(n)s tasks to a colleague", n) % told
    return ngettext("%(form)s: %(n)s task", "%(form)s: %(n)s tasks", n) % told


def _submit(kind: str, n: int) -> str:
    match kind:
        case "claim":
            text = ngettext("Take over %(n)s task", "Take over %(n)s tasks", n)
        case "release":
            text = ngettext("Give back %(n)s task", "Give back %(n)s tasks", n)
        case "assign":
            text = ngettext("Give away %(n)s task", "Give away %(n)s tasks", n)
        case _:
            text = ngettext("Decide %(n)s task", "Decide %(n)s tasks", n)
    return text % {"n": n}


def _start(request: HttpRequest, visitor: Visitor, kind: str, ids: list[UUID]) -> HttpResponse:
    to = request.POST.get("to", "")[:100]
    answers: dict[str, Any] = {}
    if kind == "complete":
        found = queries.bulk_preview(visitor.scope, ids, kind=kind)
        answers = _given(request, found, kind, to)[0]
    try:
        asked = services.start_bulk(
            ids,
            user=visitor.actor,
            kind=kind,
            answers=answers,
            to=to,
            idempotency_key=request.POST.get("idempotency_key", "")[:100],
        )
    except NotFound:
        raise
    except (BulkRefused, CaseError) as refused:
        found = queries.bulk_preview(visitor.scope, ids, kind=kind, answers=answers or None, to=to)
        told = " ".join(words.pick(one, "message") for one in errors_of(refused))
        return _check_page(request, visitor, kind, found, answers, to, told)
    forget_many(visitor.actor, page=MANY)
    return redirect("bulk_result", asked.public_id)
