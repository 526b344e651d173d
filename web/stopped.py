"""When a task cannot be done any more: who has it or did it, and all that was typed, to copy or to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases import queries
from cases.errors import NotFound, Reason
from cases.queries import TaskView
from cases.services import tasks
from web import words
from web.about_task import about, refusal
from web.addresses import in_place
from web.answers import AnswerRow, typed_rows
from web.confirmation import did_it
from web.entering import read_text
from web.pages import render
from web.visitors import Visitor, visitor_of

# What the page itself needs and the next one gets anew.
_NOT_CARRIED = ("csrfmiddlewaretoken", "idempotency_key", "action", "take_over", "seal")


@dataclass(frozen=True, slots=True)
class Stop:
    """Why it stops here; `again` is where what was typed goes on after taking the task over."""

    heading: str
    lines: tuple[str, ...]
    status: int
    again: str = ""


def taken_over_if_asked(request: HttpRequest, visitor: Visitor, view: TaskView) -> TaskView:
    """The task; taken over from the colleague before, if the person has just agreed to that."""
    if request.POST.get("take_over") != "yes" or view.against is None or not view.can_claim:
        return view
    tasks.claim_task(view.public_id, user=visitor.actor, take_over=True)
    messages.success(request, _("The task is yours now."))
    return queries.task_detail(visitor.scope, view.public_id)


def refused_page(
    request: HttpRequest, visitor: Visitor, view: TaskView, rows: Sequence[AnswerRow] = (), *, again: str = ""
) -> HttpResponse:
    """The task may not be done by this person now: why, who has it, what to do, and what was typed."""
    against = view.against or Reason.NOT_IN_GROUP
    taken = view.can_claim and bool(view.assignee)
    told = [_taken(view, visitor) if taken else str(refusal(view, against).reason)]
    if request.method == "POST":
        told.append(_("Nothing you typed was sent."))
    stop = Stop(
        heading=_("%(who)s has this task now") % {"who": view.assignee_name}
        if taken
        else _("You may not do this task now"),
        lines=(" ".join(filter(None, told)),),
        status=403,
        again=(again or in_place(request, "task_claim", view.public_id)) if taken else "",
    )
    return _stopped_page(request, visitor, view, stop, rows)


def _taken(view: TaskView, visitor: Visitor) -> str:
    task = view.context.task
    if task is None or task.claimed_at is None:
        return ""
    at = words.day_and_clock(task.claimed_at, words.day_of(visitor.now))
    return _("It was taken over %(at)s.") % {"at": at}


def gone_page(
    request: HttpRequest, visitor: Visitor, view: TaskView, rows: Sequence[AnswerRow] = ()
) -> HttpResponse:
    """A task that is no longer open: its confirmation for who did it, what changed for others."""
    if did_it(visitor, view):
        return redirect(in_place(request, "task_done", view.public_id))
    lines = [_("The task “%(name)s” is no longer open.") % {"name": words.pick(view, "name")}]
    if view.done_by and view.done_at:
        at = words.day_and_clock(view.done_at, words.day_of(visitor.now))
        lines.append(_("%(who)s completed it %(at)s.") % {"who": view.done_by, "at": at})
    else:
        lines.append(_("The case went another way, so nobody needs to do it."))
    if request.method == "POST":
        lines.append(_("Nothing you typed was sent."))
    stop = Stop(_("This has changed in the meantime"), tuple(lines), 409)
    return _stopped_page(request, visitor, view, stop, rows)


def typed_page(request: HttpRequest, heading: str, lines: Sequence[str], status: int) -> HttpResponse | None:
    """What was typed into a task's form that was not accepted, to copy; nothing for any other address."""
    match, visitor = request.resolver_match, visitor_of(request)
    if match is None or match.view_name != "task" or visitor is None:
        return None
    try:
        view = queries.task_detail(visitor.scope, match.kwargs["public_id"])
    except NotFound:
        return None
    stop = Stop(heading, tuple(lines), status)
    return _stopped_page(request, visitor, view, stop, just_typed(request, view))


def just_typed(request: HttpRequest, view: TaskView) -> list[AnswerRow]:
    """What this request brought, in words."""
    return typed_rows(view, read_text(request, view)) if request.method == "POST" else []


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, to be posted once more from another page."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in _NOT_CARRIED and not name.startswith("keep-")
        for value in values
    ]


def _stopped_page(
    request: HttpRequest, visitor: Visitor, view: TaskView, stop: Stop, rows: Sequence[AnswerRow]
) -> HttpResponse:
    context: dict[str, Any] = {
        **about(request, visitor, view),
        "section": "inbox",
        "stop": stop,
        "rows": rows,
        "carried": carried(request),
        "files_lost": bool(request.FILES),
    }
    return render(request, "stopped.html", context, status=stop.status)
