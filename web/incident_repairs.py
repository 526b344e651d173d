"""The same act for many incidents of one step: it is chosen, what would follow is seen, it is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.errors import CaseError, FormInvalid, Refused
from cases.models import Case
from cases.queries.batches import BatchView
from cases.queries.repairing import (
    IncidentFilter,
    IncidentGroup,
    Variable,
    incident_groups,
    open_incidents,
    seen_at_incident,
    surroundings,
    targets_from,
    variables_of,
)
from cases.services.incidents import RETRY, repair_incidents
from cases.services.repairs import KIND as REPAIR
from cases.services.repairs import Action, Asked, preview
from engine import catalog, causes
from engine.core.definition import Definition
from engine.models import Incident
from web import repair_forms, words
from web.addresses import with_query
from web.pages import Problem, page, render, texts_by_target
from web.repair_words import action_name, asked_words, element_name, filter_words, preview_words
from web.surrounding_words import around_words, by_owner, target_name
from web.visitors import Visitor

SHOWN = 100
TRIED = 20


def groups_of(visitor: Visitor) -> list[dict[str, Any]]:
    """The open incidents of cases, those of one step and cause together, with where they are repaired."""
    return [_group(group) for group in incident_groups(visitor.scope)]


def _group(group: IncidentGroup) -> dict[str, Any]:
    definition = catalog.definition(group.definition_id)
    chosen = {
        "process": group.process,
        "version": group.version,
        "element": group.element,
        "cause": group.cause,
    }
    return {
        "address": with_query(reverse("incidents_repair"), **chosen),
        "process": definition.name if words.is_latvian() else definition.name_en,
        "version": group.version,
        "step": element_name(definition, group.element),
        "cause": causes.words(group.cause),
        "count": group.count,
    }


@page
@require_http_methods(["GET", "POST"])
def incidents_repair(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Choosing what to do to all of them; a POST shows what would happen, and the next one asks for it."""
    chosen = _filter(request.GET)
    if not visitor.scope.can_admin or chosen is None:
        raise Http404
    found = list(open_incidents(visitor.scope, chosen).select_related("instance", "wait", "task"))
    if not found:
        messages.info(request, _("None of these incidents is open any more."))
        return redirect("jobs")
    if request.method == "GET":
        return _choosing(request, visitor, chosen, found)
    asked: Asked | None = None
    if request.POST.get("action") != RETRY:
        read = repair_forms.read(request.POST, _variables(found), one_case=False)
        if read.asked is None:
            return _choosing(request, visitor, chosen, found, read.problems)
        asked = read.asked
    if request.POST.get("step") != "do":
        return _checking(request, visitor, chosen, found, asked)
    return _doing(request, visitor, chosen, found, asked)


def tried_again_at(view: BatchView, visitor: Visitor) -> str:
    """Where the incidents whose values a batch has changed are tried again; empty if none of them is open."""
    about = {name: str(view.arguments.get(name, "")) for name in ("process", "version", "element", "cause")}
    chosen = _filter(about)
    has_changed = view.kind == REPAIR and view.arguments.get("action") == Action.SET and view.done
    if chosen is None or not has_changed or not open_incidents(visitor.scope, chosen).exists():
        return ""
    return with_query(reverse("incidents_repair"), **about, action=RETRY)


def _filter(given: Mapping[str, str]) -> IncidentFilter | None:
    """Which incidents are named; none unless process, version and step are."""
    process, version, element = (given.get(name, "") for name in ("process", "version", "element"))
    if not (process and element and version.isdecimal() and len(version) < 9):
        return None
    return IncidentFilter(process[:60], int(version), element[:100], given.get("cause", "")[:100])


def _choosing(
    request: HttpRequest,
    visitor: Visitor,
    chosen: IncidentFilter,
    found: list[Incident],
    problems: Sequence[Problem] = (),
) -> HttpResponse:
    definition, given = _definition(found), request.POST
    groups = by_owner(definition, _variables(found))
    errors = texts_by_target(problems)
    context = {
        **_about(chosen, found),
        "action": given.get("action") or request.GET.get("action", ""),
        "actions": [(value, action_name(value)) for value in (RETRY, *Action)],
        "target": given.get("target", ""),
        "targets": [(one.element, target_name(one)) for one in targets_from(definition, chosen.element)],
        "variables": repair_forms.fields(groups, given, errors),
        "rows": _rows(visitor, found[:SHOWN]),
        "problems": problems,
        "problems_title": _("There is a problem"),
        "errors": errors,
    }
    return render(request, "incidents_repair.html", context, status=422 if problems else 200)


def _checking(
    request: HttpRequest,
    visitor: Visitor,
    chosen: IncidentFilter,
    found: list[Incident],
    asked: Asked | None,
    problem: Problem | None = None,
) -> HttpResponse:
    definition = _definition(found)
    context = {
        **_about(chosen, found),
        "asked": asked_words(asked, "", definition) if asked else [(_("What is done"), action_name(RETRY))],
        "told": _tried(visitor, found, asked, definition) if asked else [],
        "needs_another": asked is not None and asked.action != Action.SET,
        "carried": [(name, value) for name, value in request.POST.items() if name not in _OWN],
        "reason": request.POST.get("reason", "").replace("\x00", ""),
        "problems": [problem] if problem else [],
        "problems_title": _("There is a problem"),
        "error": problem.text if problem else "",
    }
    return render(request, "incidents_repair_check.html", context, status=422 if problem else 200)


_OWN = ("csrfmiddlewaretoken", "step", "reason")


def _tried(
    visitor: Visitor, found: list[Incident], asked: Asked, definition: Definition
) -> list[dict[str, Any]]:
    """What would happen to the first cases; those to which the same would happen are told together."""
    told: dict[str, dict[str, Any]] = {}
    for incident in found[:TRIED]:
        case = Case.objects.visible_to(visitor.scope).filter(instance=incident.instance_id).first()
        at = incident.wait or incident.task
        if case is None or at is None:
            continue
        here = Asked(asked.action, at.wait_id, asked.target, asked.values)
        try:
            lines = preview_words(definition, preview(case, here, now=visitor.now))
        except CaseError as refused:
            lines = [(_("Not possible"), str(refused.message))]
        one = told.setdefault(str(lines), {"lines": lines, "numbers": []})
        one["numbers"].append(_which(case.number, incident, definition))
    return list(told.values())


def _which(number: str, incident: Incident, definition: Definition) -> str:
    """The number of a case, and in which of several its step stands."""
    seen = seen_at_incident(incident)
    around = around_words(surroundings(definition, seen.around)) if seen is not None else ""
    return f"{number} – {around}" if around else number


def _doing(
    request: HttpRequest,
    visitor: Visitor,
    chosen: IncidentFilter,
    found: list[Incident],
    asked: Asked | None,
) -> HttpResponse:
    try:
        batch = repair_incidents(
            chosen, asked, user=visitor.actor, reason=request.POST.get("reason", "").replace("\x00", "")
        )
    except FormInvalid as wrong:
        problem = Problem(words.pick(wrong.errors[0], "message"), "reason")
        return _checking(request, visitor, chosen, found, asked, problem)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("jobs")
    return redirect("batch", batch.public_id)


def _about(chosen: IncidentFilter, found: list[Incident]) -> dict[str, Any]:
    about = {
        "process": chosen.process,
        "version": chosen.version,
        "element": chosen.element,
        "cause": chosen.cause,
    }
    return {
        "section": "jobs",
        "count": len(found),
        "about": filter_words(about),
        "address": with_query(reverse("incidents_repair"), **about),
    }


def _definition(found: list[Incident]) -> Definition:
    instance = found[0].instance
    if instance is None:
        raise Http404
    return catalog.definition(instance.definition_id)


def _variables(found: list[Incident]) -> list[Variable]:
    """What the step sees; each case has its own values, so the fields begin empty."""
    definition = _definition(found)
    seen = next((seen for one in found[:TRIED] if (seen := seen_at_incident(one)) is not None), None)
    return [replace(one, value=None) for one in variables_of(definition, seen)] if seen is not None else []


def _rows(visitor: Visitor, found: list[Incident]) -> list[dict[str, Any]]:
    cases = Case.objects.visible_to(visitor.scope).filter(instance__in=[one.instance_id for one in found])
    known, definition = {case.instance_id: case for case in cases}, _definition(found)
    return [
        {
            "number": _which(known[one.instance_id].number, one, definition)
            if one.instance_id in known
            else "–",
            "address": reverse("incident", args=[one.public_id]),
            "opened_at": one.opened_at,
            "attempts": one.attempts,
        }
        for one in found
    ]
