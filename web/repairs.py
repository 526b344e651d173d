"""Repairing the process of a case: choose what to do, see what would happen, do it with a reason."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import queries
from cases.errors import CaseError, FormInvalid, NotFound, Refused
from cases.queries.repairing import OpenWait, RepairView, repair_view, sees_alike
from cases.services.repairs import Action, Asked, needs_another, preview, repair_case
from engine import catalog
from engine.core.definition import Definition
from engine.core.repairing import repeated_around
from web import repair_forms, words
from web.pages import Problem, page, render, texts_by_target
from web.repair_words import action_name, asked_words, preview_words, value_words
from web.surrounding_words import by_owner, target_name, wait_name
from web.visitors import Visitor


@page
@require_http_methods(["GET", "POST"])
def repair(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Choosing; a POST shows what would happen, and the next one does it."""
    if request.method == "GET":
        return _choosing(request, _view(visitor, public_id, request.GET.get("wait")))
    view = _view(visitor, public_id, request.POST.get("wait", ""))
    if _shows_others(request, view):
        other = _("This step sees other variables than those that were shown. Look at them again.")
        return _choosing(request, view, [Problem(other, "variables")], given=QueryDict())
    chosen = repair_forms.read(request.POST, view.variables)
    if chosen.asked is None:
        return _choosing(request, view, chosen.problems)
    if request.POST.get("step") != "do":
        return _checking(request, visitor, view, chosen)
    return _doing(request, visitor, view, chosen)


def _view(visitor: Visitor, public_id: UUID, at: str | None) -> RepairView:
    """The case as the step sees it; as the process does, when it waits there no more."""
    try:
        return repair_view(visitor.scope, public_id, at)
    except NotFound:
        if not at:
            raise
    return repair_view(visitor.scope, public_id)


def _shows_others(request: HttpRequest, view: RepairView) -> bool:
    """Whether the fields that were filled in are of other variables than the chosen step sees."""
    shown = request.POST.get("shown_at")
    if request.POST.get("action") not in (Action.SET, Action.SKIP) or shown is None or shown == view.at:
        return False
    return not sees_alike(view, shown[:20])


def _choosing(
    request: HttpRequest,
    view: RepairView,
    problems: Sequence[Problem] = (),
    given: QueryDict | None = None,
) -> HttpResponse:
    """The form; `given` is what stays of the typed values, all of them if it is not said."""
    case = view.case
    errors = texts_by_target(problems)
    drawing = queries.diagram(case)
    around = next((one.around for one in view.waits if one.wait == view.at), ())
    definition = _definition(view)
    groups = by_owner(definition, view.variables, around)
    context = {
        **_about(view),
        "action": request.POST.get("action", ""),
        "actions": [(str(one), action_name(one)) for one in Action],
        "wait": view.at,
        "target": request.POST.get("target", ""),
        "waits": [_wait(one) for one in view.waits],
        "movable": [_wait(one) for one in view.waits if not one.is_beside],
        "targets": [(one.element, target_name(one), _type(one.type)) for one in view.targets],
        "is_repeated": any(repeated_around(definition, one.element) for one in view.targets),
        "variables": repair_forms.fields(groups, request.POST if given is None else given, errors),
        "diagram_address": reverse("case_diagram", args=[case.public_id]),
        "diagram_chooses": "target",
        "now_elements": " ".join(drawing.now),
        "done_elements": " ".join((*drawing.done, *drawing.flows)),
        "problems": problems,
        "problems_title": _("There is a problem"),
        "errors": errors,
    }
    return render(request, "repair.html", context, status=422 if problems else 200)


def _checking(
    request: HttpRequest,
    visitor: Visitor,
    view: RepairView,
    chosen: repair_forms.Chosen,
    problem: Problem | None = None,
) -> HttpResponse:
    asked = chosen.asked
    assert asked is not None  # noqa: S101 (what was not chosen is not checked)
    try:
        found = preview(view.case, asked, now=visitor.now)
    except CaseError as refused:
        target = {Action.SET: "variables", Action.MOVE: "target"}.get(asked.action, "wait")
        return _choosing(request, view, [Problem(str(refused.message), target)])
    definition = _definition(view)
    context = {
        **_about(view),
        "asked": asked_words(asked, _step(view, asked), definition),
        "told": preview_words(definition, found),
        "needs_another": needs_another(asked, found),
        "version": view.version,
        "carried": chosen.carried,
        "reason": request.POST.get("reason", "").replace("\x00", ""),
        "problems": [problem] if problem else [],
        "problems_title": _("There is a problem"),
        "error": problem.text if problem else "",
    }
    return render(request, "repair_check.html", context, status=422 if problem else 200)


def _doing(
    request: HttpRequest, visitor: Visitor, view: RepairView, chosen: repair_forms.Chosen
) -> HttpResponse:
    asked = chosen.asked
    assert asked is not None  # noqa: S101 (as above)
    seen = request.POST.get("version", "")
    try:
        batch = repair_case(
            view.case.public_id,
            asked,
            user=visitor.actor,
            reason=request.POST.get("reason", "").replace("\x00", ""),
            version=int(seen) if seen.isdecimal() and len(seen) < 10 else None,
        )
    except FormInvalid as wrong:
        text = words.pick(wrong.errors[0], "message")
        return _checking(request, visitor, view, chosen, Problem(text, "reason"))
    except Refused as refused:
        now = _view(visitor, view.case.public_id, view.at)
        return _choosing(request, now, [Problem(str(refused.message))])
    if batch is None:
        messages.success(request, _("The variables are changed. Nothing else of the case has moved."))
        incidents = [one.incident for one in view.waits if one.incident is not None]
        if len(incidents) == 1:
            return redirect("incident", incidents[0])
        return redirect("case_repair", view.case.public_id)
    messages.info(request, _("It is asked for. It begins when another administrator has confirmed it."))
    return redirect("batch", batch.public_id)


def _about(view: RepairView) -> dict[str, Any]:
    process = _definition(view)
    return {
        "section": "jobs",
        "public_id": view.case.public_id,
        "number": view.case.number,
        "process": process.name if words.is_latvian() else process.name_en,
        "is_over": not view.waits,
        "asked_before": view.asked,
    }


def _definition(view: RepairView) -> Definition:
    return catalog.definition(view.case.instance.definition_id)


def _step(view: RepairView, asked: Asked) -> str:
    return next((_name(one) for one in view.waits if one.wait == asked.wait), "")


def _name(one: OpenWait) -> str:
    """The step with what is around it; variables tell it from others there where no key of a list does."""
    if any(around.key for around in one.around):
        return wait_name(one)
    apart = ", ".join(f"{name} = {value_words(value)}" for name, value in one.apart.items())
    return ": ".join(filter(None, (wait_name(one), apart)))


def _wait(one: OpenWait) -> dict[str, Any]:
    kinds = {
        "task": _("task of a person"),
        "job": _("automatic step"),
        "timer": _("deadline"),
        "message": _("message"),
    }
    return {
        "wait": one.wait,
        "name": _name(one),
        "kind": kinds[one.kind],
        "since": one.since,
        "incident": one.incident,
    }


def _type(kind: str) -> str:
    """What sort of element it is, for a list of targets."""
    if kind.endswith("Gateway"):
        return _("gateway")
    if kind.endswith("Event"):
        return _("event")
    return _("subprocess") if kind in ("subProcess", "callActivity") else _("step")
