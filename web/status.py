"""A case as its applicant follows it: where it stands, when it may be decided, what they can do now."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases import queries
from cases.queries import Milestone
from cases.queries.detail import visible_case
from cases.queries.messages import messages_list
from cases.queries.status import case_status
from cases.queries.views.messages import MessageFilters
from cases.queries.views.status import Expectation, Outlook, StatusView
from web import words
from web.case import identity, what_can_follow
from web.documents import listed
from web.pages import page, render
from web.turn import since_words, turn_words
from web.visitors import Visitor

MOST_MESSAGES = 5


@page
@require_safe
def status(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """What the applicant wants to know, and nothing else."""
    view = queries.case_detail(visitor.scope, public_id)
    row = visible_case(visitor.scope, public_id)
    told = case_status(row, visitor.scope)
    mail = messages_list(visitor.scope, MessageFilters(case=public_id), limit=MOST_MESSAGES)
    context = {
        **identity(view),
        "milestones": [stage(one, visitor) for one in told.milestones],
        "turn": view.turn,
        "turn_text": f"{turn_words(view.turn, visitor).rstrip('.')}.",
        "turn_since": since_words(view.turn, visitor) if not view.closed_at else "",
        "expected": list(expected_words(told, visitor)),
        "clock": told.clock,
        "clock_text": words.pick(told.clock, "text") if told.clock else "",
        "following": what_can_follow(row, view),
        "outcome": words.pick(view, "outcome"),
        "can_withdraw": view.can_withdraw,
        "contact": told.contact,
        "documents": listed(reversed(view.papers), visitor),
        "messages_told": [_message(row, visitor) for row in mail.items],
        "more_messages": bool(mail.next_cursor),
    }
    return render(request, "case_status.html", context)


def stage(one: Milestone, visitor: Visitor) -> dict[str, str]:
    """A stage of the case with when it was reached."""
    today = words.day_of(visitor.now)
    told = {"done": words.on_day, "now": words.since_day}.get(one.state)
    at = told(one.at, today) if told and one.at else ""
    return {"label": words.pick(one, "label"), "state": one.state, "words": at}


def expected_words(told: StatusView, visitor: Visitor) -> Iterator[str]:
    """`Parasti 6 darbdienas; jūsu lieta varētu būt izlemta līdz 12. jūnijam`, held against the legal date."""
    found, today = told.expectation, words.day_of(visitor.now)
    if found is None or (told.clock is not None and told.clock.state == "stopped"):
        return
    yield usual_words(found, visitor)
    due_at = told.clock.due_at if told.clock else None
    if due_at is None or found.by is None:
        return
    due = words.until_day(due_at, today)
    if found.by > due_at:
        yield _("The legal time limit is earlier: it is to be decided %(due)s.") % {"due": due}
    elif words.day_of(found.by) < words.day_of(due_at):
        yield _("The time limit for the decision is %(due)s.") % {"due": due}


def outlook_words(found: Outlook, visitor: Visitor) -> str:
    """`Gaidāms līdz piektdienai, 12. jūnijam.`: as others took, or by the deadline if that is sooner."""
    today = words.day_of(visitor.now)
    if found.due_at is not None and found.due_at < visitor.now:
        return _("The decision was due %(day)s.") % {"day": words.on_day(found.due_at, today)}
    day = min((one for one in (found.by, found.due_at) if one is not None), default=None)
    return _("Expected %(by)s.") % {"by": words.until_day(day, today)} if day is not None else ""


def usual_words(found: Expectation, visitor: Visitor) -> str:
    """How long others took and what follows for this case."""
    usual = ngettext(
        "Usually it takes %(n)s working day", "Usually it takes %(n)s working days", found.usual_days
    ) % {"n": found.usual_days}
    if found.by is None:
        return _("%(usual)s; yours takes longer than most.") % {"usual": usual}
    by = words.until_day(found.by, words.day_of(visitor.now))
    return _("%(usual)s; your case may be decided %(by)s.") % {"usual": usual, "by": by}


def _message(row: Any, visitor: Visitor) -> dict[str, Any]:
    return {
        "subject": row.subject or words.pick(row, "title"),
        "address": reverse("message", args=[row.public_id]),
        "at": words.stamp(row.created_at, words.day_of(visitor.now)),
        "unread": row.read_at is None,
    }
