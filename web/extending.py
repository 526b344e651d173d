"""The deadline of a case on its page, and the page that extends it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cases import queries
from cases.errors import FormInvalid, NotExtendable
from cases.queries import ClockPart, LegalClock
from cases.services.extending import extend_deadline
from web import words
from web.listing import title_of
from web.pages import Problem, page, render, texts_by_target
from web.visitors import Visitor


def clock_words(clock: LegalClock | None, visitor: Visitor) -> dict[str, Any]:
    """What a page says of the deadline: the day, how it came about, when it ran and stood."""
    if clock is None:
        return {"clock": None}
    today = words.day_of(visitor.now)
    day = _("Stopped, %(days)s") % {"days": _left(clock)}
    if clock.ended_at is not None and clock.due_at is not None:
        told = {"due": words.on_day(clock.due_at, today), "at": words.on_day(clock.ended_at, today)}
        day = _("It was due %(due)s, and it was decided %(at)s.") % told
    elif clock.due_at is not None:
        day = words.until_day(clock.due_at, today)
        day = f"{day[:1].upper()}{day[1:]}"
    short = words.pick(clock, "short")
    return {
        "clock": clock,
        "clock_day": day,
        "clock_late": clock.is_overdue,
        "clock_short": f"{short[:1].upper()}{short[1:]}",
        "clock_text": words.pick(clock, "text"),
        "clock_parts": list(_parts(clock, visitor)),
    }


def _left(clock: LegalClock) -> str:
    if not clock.left:
        return _("the last day is left")
    if clock.working:
        text = ngettext("%(n)s working day left", "%(n)s working days left", clock.left)
    else:
        text = ngettext("%(n)s calendar day left", "%(n)s calendar days left", clock.left)
    return text % {"n": clock.left}


def _parts(clock: LegalClock, visitor: Visitor) -> Iterator[str]:
    today = words.day_of(visitor.now)
    for part in clock.parts:
        yield _part(part, visitor)
    for extension in clock.extensions:
        told = _("%(day)s: extended, %(who)s. %(reason)s")
        at = words.on_day(extension.at, today)
        yield told % {"day": at, "who": extension.who, "reason": extension.reason}


def _part(part: ClockPart, visitor: Visitor) -> str:
    today = words.day_of(visitor.now)
    since = words.on_day(part.since, today)
    until = words.on_day(part.until, today) if part.until is not None else _("now")
    if part.runs:
        return _("%(since)s – %(until)s: time counts.") % {"since": since, "until": until}
    told = _("%(since)s – %(until)s: time stands, %(why)s.")
    return told % {"since": since, "until": until, "why": words.pick(part, "why")}


@page
@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Extends the deadline by so many days, with a reason that the applicant reads."""
    given = request.POST
    refused: FormInvalid | None = None
    if request.method == "POST":
        days = given.get("days", "").strip()
        try:
            extend_deadline(
                public_id,
                user=visitor.actor,
                days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
                reason=given.get("reason", ""),
                legal_reference=given.get("legal_reference", ""),
            )
        except FormInvalid as error:
            refused = error
        else:
            messages.success(request, _("The deadline is extended and the applicant is told."))
            return redirect("case", public_id)
    view = queries.case_detail(visitor.scope, public_id)
    if view.clock is None or not view.clock.may_extend_by:
        raise NotExtendable
    problems = [Problem(words.pick(one, "message"), one.field) for one in (refused.errors if refused else ())]
    most = view.clock.may_extend_by
    context = {
        "section": "cases",
        "public_id": public_id,
        "title": title_of(view),
        "number": view.number,
        **clock_words(view.clock, visitor),
        "possible": _possible(view.clock.working, most),
        "problems": problems,
        "problems_title": _("There is a problem"),
        "errors": texts_by_target(problems),
        "days": given.get("days", ""),
        "reason": given.get("reason", ""),
        "legal_reference": given.get("legal_reference", ""),
    }
    return render(request, "extend.html", context, status=422 if problems else 200)


def _possible(working: bool, most: int) -> str:
    if working:
        text = ngettext(
            "It may still be extended by %(n)s working day.",
            "It may still be extended by %(n)s working days.",
            most,
        )
    else:
        text = ngettext(
            "It may still be extended by %(n)s calendar day.",
            "It may still be extended by %(n)s calendar days.",
            most,
        )
    return text % {"n": most}
