"""Lists of cases within one's scope."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases import queries
from cases.queries import CaseFilters, CaseRow
from web import words
from web.addresses import remember_list, with_query
from web.inbox import process_choices
from web.listing import title_of
from web.pages import page, render
from web.states import case_state, state_choices
from web.turn import until_words
from web.visitors import Visitor


@page
@require_safe
def cases(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The cases that this person sees, newest first."""
    given = request.GET
    filters = CaseFilters(
        q=given.get("q", "").strip()[:100],
        process=given.get("process", "")[:60],
        status=given.get("status", "")[:20],
    )
    found = queries.cases_list(visitor.scope, filters, given.get("cursor"))
    remember_list(request)
    context = {
        "section": "cases",
        "heading": _("Requests") if visitor.is_applicant else _("Cases"),
        "filters": filters,
        "filtered": filters != CaseFilters(),
        "processes": process_choices(),
        "statuses": state_choices(),
        "rows": [row_of(item, visitor) for item in found.items],
        "below": _below(len(found.items), found.count),
        "next": _address(filters, found.next_cursor),
        "previous": _address(filters, found.previous_cursor),
    }
    return render(request, "cases.html", context)


def _address(filters: CaseFilters, cursor: str) -> str:
    if not cursor:
        return ""
    return with_query(
        reverse("cases"), q=filters.q, process=filters.process, status=filters.status, cursor=cursor
    )


def _below(shown: int, count: int) -> str:
    if shown == count:
        return ngettext("%(n)s case, all shown.", "%(n)s cases, all shown.", count) % {"n": count}
    if count >= 1000:
        return _("%(shown)s shown of more than 1000.") % {"shown": shown}
    return _("%(shown)s shown of %(n)s.") % {"shown": shown, "n": count}


def row_of(item: CaseRow, visitor: Visitor) -> dict[str, object]:
    """A case as a row."""
    today = words.day_of(visitor.now)
    state = case_state(item)
    return {
        "title": title_of(item),
        "number": item.number,
        "applicant": "" if item.applicant_name == visitor.actor.display else _applicant(item),
        "organisation": item.organisation,
        "place": item.municipality,
        "address": reverse("case", args=[item.public_id]),
        "submitted": words.on_day(item.submitted_at, today) if item.submitted_at else "–",
        "turn": "" if item.closed_at else words.pick(item.turn, "text"),
        "turn_below": _turn_below(item, visitor),
        "late": item.turn.until is not None and item.turn.until < visitor.now,
        "tag": state["label"],
        "tag_class": state["tag"],
    }


def _applicant(item: CaseRow) -> str:
    if not item.applicant_name:
        return _("started by the register")
    told = _("submitted by %(name)s") if item.submitted_at else _("prepared by %(name)s")
    return told % {"name": item.applicant_name}


def _turn_below(item: CaseRow, visitor: Visitor) -> str:
    if item.closed_at:
        return _("Closed %(day)s") % {"day": words.on_day(item.closed_at, words.day_of(visitor.now))}
    return until_words(item.turn, visitor)
