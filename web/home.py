"""The start page: my turn, what I wait for, what I may ask for; who works through lists goes to the list."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import queries
from cases.models import Case
from cases.queries import CaseFilters, CaseRow, InboxFilters, InboxRow
from cases.queries.detail import visible_case
from engine import catalog
from web import words
from web.addresses import remember_list
from web.inbox import row_of
from web.new_case import startable
from web.pages import page, render
from web.states import state_label
from web.turn import turn_words
from web.visitors import Visitor

MOST_MINE = 5
MOST_WAITING = 3
MOST_DONE = 3
_ENDED = ("closed", "withdrawn")


@page
@require_safe
def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """My turn, waiting for others, done lately, new request."""
    if visitor.scope.reads_only:
        return redirect("cases")
    if not visitor.is_applicant:
        return redirect("inbox")
    remember_list(request)
    mine = queries.inbox(visitor.scope, filters=InboxFilters(queue="all"), limit=MOST_MINE)
    own = queries.cases_list(visitor.scope, CaseFilters(own=True), limit=25).items
    waiting = [case for case in own if case.status not in _ENDED and not case.turn.mine]
    done = [case for case in own if case.status in _ENDED]
    context = {
        "section": "home",
        "greeting": _("Good day, %(name)s!") % {"name": _called(visitor)},
        "counts": mine.counts,
        "open_count": mine.counts.mine + mine.counts.group,
        "waiting_count": len(waiting),
        "mine": [_task_card(item, visitor) for item in mine.items],
        "more_mine": bool(mine.next_cursor),
        "waiting": [_waiting_card(case, visitor) for case in waiting[:MOST_WAITING]],
        "done": [_done_row(case, visitor) for case in done[:MOST_DONE]],
        "starts": [{"key": key, "label": name} for key, (name, _ids) in startable(visitor).items()],
    }
    return render(request, "home.html", context)


def _called(visitor: Visitor) -> str:
    return words.greeting_name(visitor.actor.display.split(" ")[0])


def _task_card(item: InboxRow, visitor: Visitor) -> dict[str, Any]:
    row = row_of(item, visitor)
    today = words.day_of(visitor.now)
    label, tag = "", ""
    if item.is_overdue:
        label, tag = str(row["due"]), "govuk-tag--late"
    elif item.due_at is not None and words.day_of(item.due_at) == today:
        label, tag = words.weekday(item.due_at, today), "govuk-tag--turn"
    elif item.due_at is not None:
        told = words.until_day(item.due_at, today)
        label = told[:1].upper() + told[1:]
    action = _("Correct") if item.state == "returned" else _("Open")
    return {**row, "due_label": label, "due_tag": tag, "action": action}


def _waiting_card(row: CaseRow, visitor: Visitor) -> dict[str, Any]:
    case = visible_case(visitor.scope, row.public_id)
    return {
        "title": _title(row, case),
        "number": row.number,
        "address": reverse("case", args=[row.public_id]),
        "turn": turn_words(row.turn, visitor),
        "milestones": _milestones(case, visitor),
    }


def _title(row: CaseRow, case: Case) -> str:
    process = words.pick(row, "process")
    return f"{process}: {case.subject}" if case.subject else process


def _milestones(case: Case, visitor: Visitor) -> list[dict[str, str]]:
    """The milestones of the diagram in its order; what comes after the present one is ahead."""
    today = words.day_of(visitor.now)
    met = {step.element: step for step in queries.steps(case)}
    found: dict[str, dict[str, str]] = {}
    reached_now = False
    for element in catalog.definition(case.instance.definition_id).elements.values():
        label, step = words.pick(element, "milestone"), met.get(element.id)
        if not label or step is None or found.get(label, {}).get("state") in ("done", "now"):
            continue
        state = "ahead" if reached_now else step.state
        reached_now = reached_now or state == "now"
        told = {"done": words.on_day, "now": words.since_day}.get(state) if step.at else None
        at = told(step.at, today) if told and step.at else ""
        found[label] = {"label": label, "state": state, "words": at}
    return list(found.values())


def _done_row(row: CaseRow, visitor: Visitor) -> dict[str, str]:
    today = words.day_of(visitor.now)
    ended = words.on_day(row.closed_at, today) if row.closed_at else ""
    state = state_label(row.status)
    below = f"{row.number}, {state[:1].lower()}{state[1:]} {ended}".strip()
    return {
        "title": _title(row, visible_case(visitor.scope, row.public_id)),
        "address": reverse("case", args=[row.public_id]),
        "below": below,
    }
