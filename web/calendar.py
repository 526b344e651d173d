"""The calendar of working days: a year at a time, its three sets, and who keeps them changes them here."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cases import queries, recounting
from cases.calendar import FIRST_YEAR, LAST_YEAR
from cases.errors import FieldError, FormInvalid, NotFound
from cases.queries import DayView, YearView
from cases.services.calendar_days import Change, Set, add_day, remove_day, worked_without
from registries.models import Organisation
from web import words
from web.addresses import with_query
from web.pages import Problem, page, render, texts_by_target
from web.visitors import Visitor

SETS: Final = ("statutory", "moved", "organisation")


@dataclass(frozen=True, slots=True)
class Given:
    """What a form says of one day."""

    change: Change
    organisation: Organisation | None
    act: str
    works: bool
    texts: dict[str, str]


@page
@require_safe
def calendar(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The special days of a year: of the state, and of one's own organisation."""
    year = request.GET.get("year", "")
    chosen = int(year) if year.isascii() and year.isdigit() else words.day_of(visitor.now).year
    chosen = min(max(chosen, FIRST_YEAR), LAST_YEAR)
    organisation = _organisation(visitor, request.GET.get("place", ""))
    return _year(request, visitor, chosen, organisation)


@page
@require_POST
def change(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Says what a change of a day would do, and with `sure` does it."""
    try:
        given = _given(request, visitor)
        if request.POST.get("sure") != "true":
            return _asked(request, given)
        moved = _do(given, visitor)
    except FormInvalid as refused:
        organisation = _organisation(visitor, request.POST.get("place", ""))
        this_year = words.day_of(visitor.now).year
        return _year(request, visitor, this_year, organisation, refused.errors)
    messages.success(request, f"{_('The calendar is changed.')} {_moves(moved)}")
    return redirect(_address(given.change.day.year, given.organisation))


def _do(given: Given, visitor: Visitor) -> int:
    if given.act == "remove":
        return remove_day(given.change, user=visitor.actor)
    return add_day(given.change, user=visitor.actor, works=given.works, **given.texts)


def _given(request: HttpRequest, visitor: Visitor) -> Given:
    posted = request.POST
    source, organisation = posted.get("set", ""), _organisation(visitor, posted.get("place", ""))
    if source not in SETS:
        raise _wrong("set", "Izvēlieties, kura kalendāra diena tā ir.", "Choose whose day it is.")
    try:
        day = date.fromisoformat(posted.get("day", "").strip())
    except ValueError:
        raise _wrong("day", "Ierakstiet datumu.", "Enter the date.") from None
    names = ("name_lv", "name_en", "legal_reference")
    texts = {name: posted.get(name, "").strip() for name in names}
    removes = posted.get("act") == "remove"
    if not removes and not texts["name_lv"]:
        raise _wrong("name_lv", "Ierakstiet, kas tā par dienu.", "Say what day it is.")
    own = organisation if source == "organisation" else None
    change = Change(cast(Set, source), day, own.pk if own is not None else None)
    return Given(change, organisation, "remove" if removes else "add", posted.get("works") == "true", texts)


def _wrong(field: str, lv: str, en: str) -> FormInvalid:
    return FormInvalid((FieldError(field, "required", lv, en),))


def _organisation(visitor: Visitor, key: str) -> Organisation | None:
    """The organisation of the address, if it is one of theirs; else their first one."""
    known = queries.calendar_organisations(visitor.scope)
    if key == "state":
        return None
    if not key:
        return known[0] if known else None
    for row in known:
        if str(row.public_id) == key:
            return row
    raise NotFound


def _asked(request: HttpRequest, given: Given) -> HttpResponse:
    """The question before a change: what happens to which deadlines."""
    day = given.change.day
    works = worked_without(given.change) if given.act == "remove" else given.works
    moved = recounting.would_move(day, given.change.organisation_id, works)
    context = {
        "section": "calendar",
        "removes": given.act == "remove",
        "day_words": words.plain_date(day),
        "name": given.texts["name_lv"],
        "works": works,
        "moves": _moves(moved),
        "back": _address(day.year, given.organisation),
        "fields": {
            "set": given.change.source,
            "day": day.isoformat(),
            "place": str(given.organisation.public_id) if given.organisation else "state",
            "act": given.act,
            "works": "true" if given.works else "false",
            **given.texts,
        },
    }
    return render(request, "calendar_change.html", context)


def _moves(count: int) -> str:
    if not count:
        return _("No deadline changes.")
    return ngettext("%(n)s deadline changes.", "%(n)s deadlines change.", count) % {"n": count}


def _year(
    request: HttpRequest,
    visitor: Visitor,
    year: int,
    organisation: Organisation | None,
    errors: tuple[FieldError, ...] = (),
) -> HttpResponse:
    view = queries.calendar_year(visitor.scope, year, organisation)
    known = queries.calendar_organisations(visitor.scope)
    problems = [Problem(words.pick(one, "message"), one.field) for one in errors]
    names = _sets()
    place = str(organisation.public_id) if organisation else "state"
    context = {
        "section": "calendar",
        "year": year,
        "place": place,
        "organisation": organisation,
        "places": [
            {"label": row.name, "address": _address(year, row), "here": row == organisation} for row in known
        ]
        + [{"label": _("The state"), "address": _address(year, None), "here": organisation is None}],
        "previous": _address(year - 1, organisation) if year > FIRST_YEAR else "",
        "next": _address(year + 1, organisation) if year < LAST_YEAR else "",
        "working": _working(view),
        "months": [
            {"name": words.month(rows[0].day), "rows": [_row(row, names) for row in rows]}
            for rows in (list(group) for _key, group in groupby(view.days, lambda row: row.day.month))
        ],
        "keeps": [{"value": name, "label": names[name]} for name in view.keeps],
        "problems": problems,
        "problems_title": _("There is a problem"),
        "errors": texts_by_target(problems),
        "given": request.POST,
    }
    return render(request, "calendar.html", context, status=422 if problems else 200)


def _row(row: DayView, names: dict[str, str]) -> dict[str, Any]:
    return {
        "iso": row.day.isoformat(),
        "day": words.day_and_weekday(row.day),
        "name": words.pick(row, "name"),
        "works": row.works,
        "set": row.source,
        "set_words": names[row.source],
        "legal_reference": row.legal_reference,
        "removable": row.removable,
    }


def _sets() -> dict[str, str]:
    return {
        "statutory": _("By law"),
        "moved": _("Moved by the Cabinet"),
        "organisation": _("The organisation's own"),
    }


def _working(view: YearView) -> str:
    n = view.working_days
    text = ngettext("%(n)s working day in the year", "%(n)s working days in the year", n)
    return text % {"n": n}


def _address(year: int, organisation: Organisation | None) -> str:
    place = str(organisation.public_id) if organisation else "state"
    return with_query(reverse("calendar"), year=str(year), place=place)
