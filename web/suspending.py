"""Letting a case or a process rest, and go on: asked with a reason, told what it means."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import queries
from cases.errors import CaseError, FormInvalid
from cases.queries.suspended import Suspended, suspended_case, suspended_process
from cases.services import suspending
from web import words
from web.listing import title_of
from web.pages import Problem, page, render, texts_by_target
from web.processes import current
from web.resting import resting_words
from web.visitors import Visitor


@page
@require_http_methods(["GET", "POST"])
def rest_case(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Lets a case rest, with a reason; or go on."""
    _administrators_only(visitor)
    view = queries.case_detail(visitor.scope, public_id)
    standing = suspended_case(visitor.scope, public_id)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            if request.POST.get("act") == "resume":
                suspending.resume_case(public_id, user=visitor.actor)
                messages.success(request, _("The case goes on."))
            else:
                reason = request.POST.get("reason", "")
                suspending.suspend_case(public_id, user=visitor.actor, reason=reason)
                messages.success(request, _("The case rests."))
            return redirect("case", public_id)
        except FormInvalid as refused:
            problems = _problems(refused)
    context = {
        "section": "cases",
        "caption": f"{title_of(view)} {view.number}",
        "back": reverse("case", args=[public_id]),
        "back_label": _("Back to the case"),
        "is_process": False,
        "closed": view.closed_at,
        **_form(request, visitor, standing, problems),
    }
    return render(request, "rest.html", context, status=422 if problems else 200)


@page
@require_http_methods(["GET", "POST"])
def rest_process(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:
    """Lets nothing new of a process start, and its cases rest if that is asked; or lets all go on."""
    _administrators_only(visitor)
    row = current(key)
    standing = suspended_process(visitor.scope, key)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            if request.POST.get("act") == "resume":
                batch = suspending.resume_process(key, user=visitor.actor)
                messages.success(request, _("The process goes on."))
            else:
                reason = request.POST.get("reason", "")
                running = request.POST.get("running") == "rest"
                batch = suspending.suspend_process(
                    key, user=visitor.actor, reason=reason, with_running=running
                )
                messages.success(request, _("The process rests."))
            return redirect("batch", batch.public_id) if batch else redirect("process", key)
        except FormInvalid as refused:
            problems = _problems(refused)
        except CaseError as refused:
            messages.error(request, str(refused.message))
            return redirect("process", key)
    context = {
        "section": "processes",
        "caption": row.name if words.is_latvian() else row.name_en,
        "back": reverse("process", args=[key]),
        "back_label": _("Back to the process"),
        "is_process": True,
        "running": request.POST.get("running", ""),
        **_form(request, visitor, standing, problems),
    }
    return render(request, "rest.html", context, status=422 if problems else 200)


def _form(
    request: HttpRequest, visitor: Visitor, standing: Suspended | None, problems: tuple[Problem, ...]
) -> dict[str, Any]:
    return {
        "standing": standing,
        "standing_text": resting_words(standing, visitor),
        "reason": request.POST.get("reason", ""),
        "problems": problems,
        "problems_title": _("There is a problem"),
        "errors": texts_by_target(problems),
    }


def _problems(refused: FormInvalid) -> tuple[Problem, ...]:
    return tuple(Problem(words.pick(one, "message"), one.field) for one in refused.errors)


def _administrators_only(visitor: Visitor) -> None:
    if not visitor.scope.can_admin:
        raise Http404
