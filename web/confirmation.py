"""What was sent and what happens next; the address keeps working."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import queries
from cases.forms import present
from cases.models import Answer
from cases.queries import TaskView, Turn
from cases.querysets import names_of
from web import words
from web.answers import AnswerRow, language
from web.pages import render, task_page
from web.turn import turn_words
from web.visitors import Visitor


@task_page
@require_safe
def confirmation(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The confirmation of a task that this person completed."""
    view = queries.task_detail(visitor.scope, public_id)
    if not did_it(visitor, view):
        return redirect("task", public_id)
    turn = queries.whose_turn(view.context.case, visitor.scope)
    by_link = visitor.actor.only_task is not None
    context = {
        "section": "inbox",
        "view": view,
        "heading": _("Sent: %(name)s") % {"name": words.pick(view.form, "title")},
        "number": view.case_number,
        "next_text": turn_words(turn, visitor),
        "next_explanation": "" if by_link else words.pick(turn, "explanation"),
        **_next_task(turn, by_link=by_link),
        "rows": _sent(view),
        "sent_at": view.done_at,
        "case_address": "" if by_link else reverse("case", args=[view.case_public_id]),
        "list_address": "" if by_link else reverse("home"),
        "list_label": _("To the start page"),
    }
    return render(request, "confirmation.html", context)


def did_it(visitor: Visitor, view: TaskView) -> bool:
    """Whether this natural person completed the task."""
    task = view.context.task
    return task is not None and bool(task.completed_by) and task.completed_by in names_of(visitor.actor)


def _next_task(turn: Turn, *, by_link: bool) -> dict[str, str]:
    if by_link or not turn.mine or turn.task_public_id is None:
        return {}
    return {"next_task": reverse("task", args=[turn.task_public_id]), "next_task_label": _("Go on to it")}


def _sent(view: TaskView) -> list[AnswerRow]:
    try:
        answer = view.context.task.answer  # type: ignore[union-attr]
    except Answer.DoesNotExist:
        return []
    rows = present(view.form, answer.content, view.context, language())
    return [AnswerRow(row.name, row.label, row.text, row.document) for row in rows]
