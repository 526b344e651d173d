"""Who looked at my data: for each person, about themself."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import Role
from cases import queries
from cases.queries import Look, Period
from web import words
from web.pages import Problem, page, render, texts_by_target
from web.visitors import Visitor


@page
@require_safe
def looks(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Each look at one's own data with who, when and why; one's own looks on a page of their own."""
    given = request.GET
    problems: list[Problem] = []
    first, last = _day(given.get("no", ""), "no", problems), _day(given.get("lidz", ""), "lidz", problems)
    own = given.get("skats") == "mani"
    found = queries.looks(visitor.actor, Period(first, last), own=own, cursor=given.get("cursor"))
    kept = {"skats": "mani" if own else "", "no": given.get("no", ""), "lidz": given.get("lidz", "")}
    context = {
        "section": "profile",
        "own": own,
        "others_address": _address({**kept, "skats": ""}),
        "own_address": _address({**kept, "skats": "mani"}),
        "first": given.get("no", ""),
        "last": given.get("lidz", ""),
        "filtered": bool(given.get("no") or given.get("lidz")),
        "rows": [_row(look, visitor) for look in found.items],
        "below": _below(len(found.items), found.count),
        "next": _address({**kept, "cursor": found.next_cursor}) if found.next_cursor else "",
        "previous": _address({**kept, "cursor": found.previous_cursor}) if found.previous_cursor else "",
        "failed": bool(problems),
        "problems": problems,
        "problems_title": _("The period was not understood"),
        "problem_at": texts_by_target(problems),
    }
    return render(request, "looks.html", context, status=422 if problems else 200)


def _day(text: str, target: str, problems: list[Problem]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        problems.append(Problem(_("Enter a day, such as 2026-05-04."), target))
        return None


def _address(query: dict[str, str]) -> str:
    kept = urlencode({name: value for name, value in query.items() if value})
    return reverse("looks") + (f"?{kept}" if kept else "")


def _below(shown: int, count: int) -> str:
    if shown == count:
        return ngettext("%(n)s look, all shown.", "%(n)s looks, all shown.", count) % {"n": count}
    return _("%(shown)s shown of %(n)s.") % {"shown": shown, "n": count if count < 1000 else "1000+"}


def _row(look: Look, visitor: Visitor) -> dict[str, Any]:
    today = words.day_of(visitor.now)
    at = words.day_and_clock(look.at, today)
    return {
        "at": at[:1].upper() + at[1:],
        "who": look.who or _("Somebody whose account is no longer there"),
        "roles": [f"{Role(role).label}, {place}" for role, place in look.roles],
        "what": _what(look),
        "why": _why(look),
        "address": reverse("case", args=[look.case_public_id]) if look.case_public_id else "",
        "number": look.case_number,
    }


def _what(look: Look) -> str:
    title = words.pick(look, "title")
    told = {
        "case": _("The case"),
        "task": _("The task “%(title)s”") % {"title": title} if title else _("A task"),
        "document": _("The document “%(title)s”") % {"title": title} if title else _("A document"),
        "message": _("A message of the case"),
        "account": _("The account and its roles"),
        "list": _("A row in a list"),
        "search": _("A result of a search"),
    }
    return told[look.what]


def _why(look: Look) -> str:
    """By what right of the work: the process of the case, or the list or search in which the name stood."""
    by_program = _("through a program of theirs") if look.channel == "api" else ""
    process = words.pick(look, "process")
    cases = ngettext("%(n)s case in the list", "%(n)s cases in the list", look.cases) % {"n": look.cases}
    reason = process or (cases if look.what in ("list", "search") and look.cases else "")
    return ", ".join(filter(None, (reason, by_program)))
