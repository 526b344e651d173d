"""What was sent and what happens next; the address keeps working."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases import queries
from cases.forms import present
from cases.models import Answer
from cases.queries import InboxFilters, TaskView, Turn
from cases.querysets import names_of
from web import words
from web.about_task import newest_of
from web.addresses import in_place, place_of
from web.answers import AnswerRow, language
from web.listing import filters_in, row_of
from web.pages import render, task_page
from web.visitors import Visitor


@task_page
@require_safe
def confirmation(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The confirmation of a task that this person completed."""
    view = queries.task_detail(visitor.scope, public_id)
    if not did_it(visitor, view):
        return redirect(in_place(request, "task", public_id))
    turn = queries.whose_turn(view.context.case, visitor.scope)
    by_link = visitor.actor.only_task is not None
    given_back = bool(view.returned_with)
    context = {
        "section": "inbox",
        "view": view,
        "form_title": words.pick(view.form, "title"),
        "heading": _("The case is returned for correction")
        if given_back
        else _("Your answers have been sent"),
        "number": view.case_number,
        "by_link": by_link,
        "is_ended": view.context.case.closed_at is not None,
        "left_to_do": list(_left_to_do(view)),
        **_next_step(request, turn, view, visitor, by_link=by_link),
        "rows": _comments(view) if given_back else _sent(view),
        "rows_title": _("What is to be corrected") if given_back else _("What you sent"),
        "sent_at": view.done_at,
        "case_address": "" if by_link else reverse("case", args=[view.case_public_id]),
        "list_address": "" if by_link else reverse("home"),
        "list_label": _("To the start page"),
    }
    return render(request, "confirmation.html", context)


def _left_to_do(view: TaskView) -> Iterator[dict[str, Any]]:
    """What an answer leaves its author to do outside, with the paper that it takes; nothing once decided."""
    case = view.context.case
    if case.decided_at is not None or case.closed_at is not None:
        return
    given = _content(view)
    kinds = {field.signs for field in view.form.fields if field.signs}
    for field in view.form.fields:
        for option in field.options:
            told = words.pick(option, "after")
            if told and given.get(field.name) == option.value:
                yield {"text": told, "papers": [one for one in newest_of(view) if one.kind in kinds]}


def did_it(visitor: Visitor, view: TaskView) -> bool:
    """Whether this natural person completed the task."""
    task = view.context.task
    return task is not None and bool(task.completed_by) and task.completed_by in names_of(visitor.actor)


def _next_step(
    request: HttpRequest, turn: Turn, view: TaskView, visitor: Visitor, *, by_link: bool
) -> dict[str, Any]:
    """One's own next task if there is one; else what happens, who has it and until when."""
    until = words.until_day(turn.until, words.day_of(visitor.now)) if turn.until else ""
    if turn.mine and turn.task_public_id and not by_link:
        return {
            "own_next": words.pick(turn, "what"),
            "own_address": in_place(request, "task", turn.task_public_id),
            "next_until": until,
            "next_explanation": words.pick(turn, "explanation"),
        }
    return {
        "next_text": words.pick(turn, "text"),
        "next_what": words.pick(turn, "what"),
        "next_who": words.pick(turn, "who"),
        "next_until": until,
        "next_explanation": "" if by_link else words.pick(turn, "explanation"),
        # What the system prepares takes seconds, and then it may be this person's turn.
        "again_address": request.get_full_path() if _is_at_work(turn) and not by_link else "",
        **({} if by_link else _other_task(request, view, visitor)),
    }


def _is_at_work(turn: Turn) -> bool:
    """Whether the case is open and waits for nobody: the system has it."""
    return turn.task_public_id is None and turn.since is None


def _other_task(request: HttpRequest, view: TaskView, visitor: Visitor) -> dict[str, str]:
    """What follows in the list that one came from, or else the most urgent task of one's own."""
    here = place_of(request)
    filters = filters_in(QueryDict(here)) if here else InboxFilters(queue="all")
    following = queries.following(visitor.scope, view.public_id, filters=filters)
    if following is None:
        return {}
    row = row_of(following.row, visitor, here)
    n = following.left
    left = ngettext("%(n)s task is left in this list.", "%(n)s tasks are left in this list.", n) % {"n": n}
    label = f"{row['title']}, {following.row.case_number}"
    return {"other_address": str(row["address"]), "other_label": label, "other_left": left if here else ""}


def _comments(view: TaskView) -> list[AnswerRow]:
    fields = view.returned_form.fields if view.returned_form else ()
    labels = {field.name: words.pick(field, "label") for field in fields}
    return [AnswerRow(one.field, labels.get(one.field, one.field), one.text) for one in view.returned_with]


def _content(view: TaskView) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = view.context.task.answer.content  # type: ignore[union-attr]
    except Answer.DoesNotExist:
        return {}
    return found


def _sent(view: TaskView) -> list[AnswerRow]:
    rows = present(view.form, _content(view), view.context, language())
    return [AnswerRow(row.name, row.label, row.text, row.document, signature=row.signature) for row in rows]
