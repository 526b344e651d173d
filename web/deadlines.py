"""Deadlines: for how long each runs and on which law, and the form that sets another length from a day on."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cases.clock_words import by_lv
from cases.deadlines import Count
from cases.due_words import basis_en, basis_lv, count_en, count_lv
from cases.errors import FieldError, FormInvalid, NotFound
from cases.models import DeadlineRule
from cases.queries.deadlines import DeadlineView, RuleView, deadline_view, deadline_views
from cases.services.deadline_rules import (
    Effects,
    NewRule,
    effects_of,
    faults,
    set_deadline,
    withdraw_rule,
)
from web import words
from web.pages import Problem, page, render, texts_by_target
from web.visitors import Visitor

_UNDATED = (FieldError("valid_from", "required", "Ierakstiet datumu.", "Enter the date."),)
FIELDS = ("days", "unit", "extension", "stopped_day", "valid_from", "legal_reference", "recounts")


@page
@require_safe
def deadlines(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Every deadline with what counts for what begins today."""
    rows = [_row(view, visitor) for view in deadline_views(visitor.scope)]
    return render(request, "deadlines.html", {"section": "calendar", "rows": rows})


@page
@require_http_methods(["GET", "POST"])
def deadline(request: HttpRequest, visitor: Visitor, name: str) -> HttpResponse:
    """One deadline with its history; who may sets it here, after being told what that does."""
    view = deadline_view(visitor.scope, name)
    if request.method == "GET":
        return _page(request, visitor, view, _standing(view))
    posted = {field: request.POST.get(field, "").strip() for field in FIELDS}
    act = request.POST.get("act", "")
    try:
        if act == "withdraw":
            day = _day(posted["valid_from"])
            if day is None:
                raise NotFound
            withdraw_rule(name, day, user=visitor.actor)
            messages.success(request, _("The rule is withdrawn."))
            return redirect("deadline", name)
        if act == "edit":
            return _page(request, visitor, view, posted)
        rule = _rule(view, posted, visitor)
        if act != "set":
            effects = effects_of(rule, user=visitor.actor)
            return _asked(request, visitor, view, rule, effects, posted)
        effects = set_deadline(rule, user=visitor.actor)
    except FormInvalid as refused:
        return _page(request, visitor, view, posted, refused.errors)
    messages.success(request, f"{_('The deadline is set.')} {' '.join(_effects(view, rule, effects))}")
    return redirect("deadline", name)


def _standing(view: DeadlineView) -> dict[str, str]:
    """What the form begins with: the rule in force."""
    if view.count is None:
        return {}
    return {
        "days": str(view.count.days),
        "unit": view.count.unit,
        "extension": str(view.count.extension),
        "stopped_day": view.count.stopped_day,
        "legal_reference": view.count.legal_reference,
    }


def _rule(view: DeadlineView, posted: dict[str, str], visitor: Visitor) -> NewRule:
    """What was typed; what only a deadline of a decision has stays as it is for the others."""
    standing = _standing(view)
    given = posted if view.is_of_case else {**posted, **_of_decisions(standing)}
    today = words.day_of(visitor.now)
    rule = NewRule(
        name=view.name,
        days=_number(given["days"]),
        unit=given["unit"],
        valid_from=_day(given["valid_from"]) or today,
        extension=_number(given["extension"]),
        stopped_day=given["stopped_day"],
        legal_reference=given["legal_reference"],
        recounts=given["recounts"] == "true",
    )
    if _day(given["valid_from"]) is None:
        raise FormInvalid((*faults(rule), *_UNDATED))
    return rule


def _of_decisions(standing: dict[str, str]) -> dict[str, str]:
    return {
        "extension": standing.get("extension", "0"),
        "stopped_day": standing.get("stopped_day", DeadlineRule.StoppedDay.BEGUN),
    }


def _number(text: str) -> int:
    """The number; one that no deadline has for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _row(view: DeadlineView, visitor: Visitor) -> dict[str, Any]:
    planned = [one for one in reversed(view.rules) if one.state == "planned"]
    return {
        "name": view.name,
        "title": words.pick(view, "title"),
        "processes": ", ".join(words.pick(one, "name") for one in view.processes),
        "length": length_words(view.count) if view.count else "–",
        "basis": view.count.legal_reference if view.count else "",
        "planned": [_planned(one, visitor) for one in planned],
    }


def deadlines_of(visitor: Visitor, process: str) -> list[dict[str, Any]]:
    """The deadlines by which a process counts, for its page."""
    views = (one for one in deadline_views(visitor.scope) if process in {each.key for each in one.processes})
    return [{**_row(view, visitor), "basis": basis_words(view.count) if view.count else ""} for view in views]


def _planned(rule: RuleView, visitor: Visitor) -> str:
    told = {"day": _on(rule.valid_from, visitor), "length": length_words(rule.count)}
    return _("From %(day)s: %(length)s") % told


def _on(day: date | None, visitor: Visitor) -> str:
    return words.of_day(day, words.day_of(visitor.now)) if day is not None else ""


def length_words(count: Count) -> str:
    """`15 darbdienas`."""
    return count_lv(count) if words.is_latvian() else count_en(count)


def basis_words(count: Count) -> str:
    """The law behind it, or that the ministry set it."""
    return basis_lv(count) if words.is_latvian() else basis_en(count)


def _page(
    request: HttpRequest,
    visitor: Visitor,
    view: DeadlineView,
    given: dict[str, str],
    errors: tuple[FieldError, ...] = (),
) -> HttpResponse:
    problems = [Problem(words.pick(one, "message"), one.field) for one in errors]
    context = {
        "section": "calendar",
        "view": view,
        "title": words.pick(view, "title"),
        "processes": [{"key": one.key, "name": words.pick(one, "name")} for one in view.processes],
        "length": length_words(view.count) if view.count else "–",
        "basis": basis_words(view.count) if view.count else "",
        "extension": _extension(view.count) if view.count and view.is_of_case else "",
        "rules": [_told(rule, view, visitor) for rule in view.rules],
        "given": given,
        "problems": problems,
        "problems_title": _("There is a problem"),
        "errors": texts_by_target(problems),
    }
    return render(request, "deadline.html", context, status=422 if problems else 200)


def _extension(count: Count) -> str:
    if not count.extension:
        return _("It cannot be extended.")
    more = Count(count.extension, count.unit)
    length = by_lv(more) if words.is_latvian() else count_en(more)
    return _("With a reason it may be extended, in all by %(length)s.") % {"length": length}


def _told(rule: RuleView, view: DeadlineView, visitor: Visitor) -> dict[str, Any]:
    states = {
        "now": _("In force"),
        "planned": _("Planned"),
        "past": _("Earlier"),
        "withdrawn": _("Taken back"),
        "declared": _("At first"),
    }
    since = _("From %(day)s") % {"day": _on(rule.valid_from, visitor)} if rule.valid_from else ""
    return {
        "state": rule.state,
        "tag": states[rule.state],
        "length": length_words(rule.count),
        "since": since or _("From the beginning, as the process declares it"),
        "basis": basis_words(rule.count),
        "extension": _extension(rule.count) if view.is_of_case else "",
        "lines": list(_lines(rule, visitor)),
        "iso": rule.valid_from.isoformat() if rule.valid_from else "",
        "withdrawable": view.sets and rule.state == "planned",
    }


def _lines(rule: RuleView, visitor: Visitor) -> Iterator[str]:
    """Who set it and took it back, and what it did to what ran."""
    today = words.day_of(visitor.now)
    if rule.entered_at is not None:
        at = words.day_and_clock(rule.entered_at, today)
        told = _("Set %(at)s, %(who)s.") if rule.who else _("Set %(at)s.")
        yield told % {"at": at, "who": rule.who}
        yield _("What ran was counted anew.") if rule.recounts else _("What ran kept its rule.")
    if rule.withdrawn_at is not None:
        at = words.day_and_clock(rule.withdrawn_at, today)
        told = _("Withdrawn %(at)s, %(who)s.") if rule.withdrawn_by else _("Withdrawn %(at)s.")
        yield told % {"at": at, "who": rule.withdrawn_by}


def _asked(
    request: HttpRequest,
    visitor: Visitor,
    view: DeadlineView,
    rule: NewRule,
    effects: Effects,
    posted: dict[str, str],
) -> HttpResponse:
    """The question before a deadline is set: what it does to open cases."""
    whole = rule.stopped_day == DeadlineRule.StoppedDay.TOUCHED
    count = Count(rule.days, rule.unit, rule.legal_reference, rule.extension, whole)
    context = {
        "section": "calendar",
        "view": view,
        "title": words.pick(view, "title"),
        "day": _on(rule.valid_from, visitor),
        "length": length_words(count),
        "before": length_words(view.count) if view.count else "–",
        "basis": basis_words(count),
        "extension": _extension(count) if view.is_of_case else "",
        "effects": list(_effects(view, rule, effects)),
        "until": _until(effects, visitor),
        "fields": posted,
        "address": reverse("deadline", args=[view.name]),
    }
    return render(request, "deadline_check.html", context)


def _until(effects: Effects, visitor: Visitor) -> str:
    if effects.until is None:
        return ""
    told = _("From %(day)s another rule stands already; this one is for what begins before.")
    return told % {"day": _on(effects.until, visitor)}


def _effects(view: DeadlineView, rule: NewRule, effects: Effects) -> Iterator[str]:
    """How many open cases change and stay."""
    if not view.in_diagram:
        yield _("No open case counts by it: the system looks at it every hour.")
        return
    if not effects.keep + effects.change:
        yield _("No open case counts by it now.")
        return
    if effects.change:
        n = effects.change
        yield ngettext("%(n)s open case is counted anew.", "%(n)s open cases are counted anew.", n) % {"n": n}
    if effects.late:
        n = effects.late
        yield ngettext(
            "In %(n)s case the deadline has then passed already.",
            "In %(n)s cases the deadline has then passed already.",
            n,
        ) % {"n": n}
    n = effects.keep
    if n and rule.recounts:
        yield ngettext("%(n)s open case stays as it is.", "%(n)s open cases stay as they are.", n) % {"n": n}
    elif n:
        yield ngettext(
            "%(n)s open case keeps the rule under which it began.",
            "%(n)s open cases keep the rule under which they began.",
            n,
        ) % {"n": n}
