"""The start page: my turn, what I wait for, what I may ask for; who works through lists goes to the list."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import queries
from cases.queries import CaseFilters, CaseRow, InboxFilters, InboxRow, Milestone
from cases.queries.status import outlooks
from cases.queries.views.status import Outlook
from web import words
from web.addresses import remember_list
from web.listing import row_of, title_of
from web.pages import page, render
from web.starting import startable
from web.states import case_state
from web.status import outlook_words, stage
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
    shown = waiting[:MOST_WAITING]
    ids = [case.public_id for case in shown]
    stages, expected = queries.milestones(visitor.scope, ids), outlooks(visitor.scope, ids)
    context = {
        "section": "home",
        "greeting": _("Good day, %(name)s!") % {"name": _called(visitor)},
        "counts": mine.counts,
        "open_count": mine.counts.mine + mine.counts.group,
        "waiting_count": len(waiting),
        "mine": [_task_card(item, visitor) for item in mine.items],
        "more_mine": bool(mine.next_cursor),
        "waiting": [
            _waiting_card(case, stages[case.public_id], expected.get(case.public_id), visitor)
            for case in shown
        ],
        "more_waiting": len(waiting) > MOST_WAITING,
        "done": [_done_row(case, visitor) for case in done[:MOST_DONE]],
        "starts": list(startable(visitor).values()),
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


def _waiting_card(
    row: CaseRow, stages: Sequence[Milestone], expected: Outlook | None, visitor: Visitor
) -> dict[str, Any]:
    return {
        "title": title_of(row),
        "number": row.number,
        "address": reverse("case_status", args=[row.public_id]),
        "turn": f"{turn_words(row.turn, visitor).rstrip('.')}.",
        "expected": outlook_words(expected, visitor) if expected else "",
        "milestones": [stage(one, visitor) for one in stages],
    }


def _done_row(row: CaseRow, visitor: Visitor) -> dict[str, str]:
    ended = words.on_day(row.closed_at, words.day_of(visitor.now)) if row.closed_at else ""
    return {
        "title": title_of(row),
        "address": reverse("case", args=[row.public_id]),
        "below": f"{case_state(row)['label']} {ended}".strip(),
        "number": row.number,
    }
