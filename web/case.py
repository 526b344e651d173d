"""The page of a case: whose turn, the live diagram and its steps in words, events, answers, documents."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases import forms, queries
from cases.errors import NotAllowed, Reason
from cases.models import Case
from cases.queries import CaseView, StepItem
from cases.queries.detail import visible_case
from cases.queries.suspended import suspended_case
from cases.services.cases import withdraw_case
from engine import catalog
from engine.errors import DefinitionNotFound
from web import words
from web.answers import group_of
from web.documents import listed
from web.extending import clock_words
from web.link_again import link_words
from web.listing import title_of
from web.pages import page, render
from web.processes import diagram_response
from web.resting import resting_words
from web.states import case_state
from web.turn import since_words, turn_words
from web.visitors import Visitor

MOST_NEXT = 4
NEWEST = 6
LATEST_STEPS = 5
NEXT_STEPS = 3
MOST_PAPERS = 4


@page
@require_safe
def case(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Everything about one case."""
    view = queries.case_detail(visitor.scope, public_id)
    row = visible_case(visitor.scope, public_id)
    drawing = queries.diagram(row)
    events = [_event(item) for item in reversed(view.timeline)]
    met = [_step(step, visitor) for step in view.steps if step.state != "ahead"]
    earlier = _folded(met)
    ahead = [_step(step, visitor) for step in view.steps if step.state == "ahead"]
    near = NEXT_STEPS if len(ahead) > NEXT_STEPS + 1 else len(ahead)
    papers = listed(reversed(view.papers), visitor)
    shown = MOST_PAPERS if len(papers) > MOST_PAPERS + 1 else len(papers)
    context = {
        **identity(view),
        "turn": view.turn,
        "turn_text": turn_words(view.turn, visitor),
        "turn_explanation": _explained(view, visitor),
        **link_words(queries.link_of(row, visitor.scope), visitor),
        "nexts": what_can_follow(row, view),
        "diagram_address": reverse("case_diagram", args=[public_id]),
        "now_elements": " ".join(drawing.now),
        "done_elements": " ".join((*drawing.done, *drawing.flows)),
        "earlier_steps": met[:earlier],
        "steps": met[earlier:],
        "following": ahead[:near],
        "later_steps": ahead[near:],
        "blocked": view.turn.blocked.label if view.turn.blocked is not None else "",
        "timeline": events[:NEWEST],
        "older": events[NEWEST:],
        "answers": [group_of(answer) for answer in view.answers],
        "documents": papers[:shown],
        "older_documents": papers[shown:],
        "can_withdraw": view.can_withdraw,
        "administers": visitor.scope.can_admin and view.closed_at is None,
        "resting": resting_words(suspended_case(visitor.scope, public_id), visitor),
        "can_record": visitor.scope.can_admin,
        "can_repair": view.can_cancel,
        # Of a case that nobody will decide no deadline is told.
        **clock_words(view.clock if view.decided_at or not view.closed_at else None, visitor),
    }
    return render(request, "case.html", context)


def _folded(met: list[dict[str, Any]]) -> int:
    """How many of the first steps the page folds; never only one, and none that still goes on."""
    done = next((at for at, step in enumerate(met) if step["state"] == "now"), len(met))
    count = min(done, len(met) - LATEST_STEPS)
    return count if count > 1 else 0


def _explained(view: CaseView, visitor: Visitor) -> str:
    since = since_words(view.turn, visitor) if not view.closed_at else ""
    if view.status == "returned" and not view.turn.mine and view.turn.since:
        at = words.on_day(view.turn.since, words.day_of(visitor.now))
        since = _("It was returned for correction %(at)s.") % {"at": at}
    told = (since, words.pick(view.turn, "explanation"))
    return " ".join(filter(None, told))


def identity(view: CaseView) -> dict[str, Any]:
    """The bar that names the case on each of its pages, with the main action."""
    now = next((step for step in view.steps if step.state == "now"), None)
    action = None
    if view.turn.mine and view.turn.task_public_id:
        label = words.pick(now, "name") if now else _("Open the task")
        action = {"address": reverse("task", args=[view.turn.task_public_id]), "label": label}
    return {
        "section": "cases",
        "public_id": view.public_id,
        "title": title_of(view),
        "number": view.number,
        "organisation": view.organisation,
        "state": case_state(view),
        "due_at": view.turn.until,
        "closed_at": view.closed_at,
        "main_action": action,
        "status_address": reverse("case_status", args=[view.public_id]),
        "case_address": reverse("case", args=[view.public_id]),
        "documents_address": reverse("case_documents", args=[view.public_id]),
        "document_count": len(view.documents),
        "event_count": len(view.timeline),
    }


def _step(step: StepItem, visitor: Visitor) -> dict[str, Any]:
    today = words.day_of(visitor.now)
    told = ""
    if step.state == "done" and step.at:
        told = ", ".join(filter(None, (step.who, words.on_day(step.at, today))))
    elif step.state == "ahead":
        told = _("will follow") if step.sure else _("may follow")
    elif step.state == "now":
        until = words.until_day(step.due_at, today) if step.due_at else ""
        told = ": ".join(filter(None, (_("Now"), ", ".join(filter(None, (step.who, until))))))
    return {"name": words.pick(step, "name"), "state": step.state, "words": told}


def _event(item: queries.TimelineItem) -> dict[str, Any]:
    own = item.message_public_id
    return {
        "at": item.at,
        "who": item.who,
        "text": words.pick(item, "text"),
        "quote": item.quote,
        "message_address": reverse("message", args=[own]) if own else "",
    }


def what_can_follow(row: Case, view: CaseView) -> list[str]:
    """What the person whose turn it is can answer, else what people may have to do next."""
    definition = catalog.definition(row.instance.definition_id)
    elements = definition.elements
    following = [step for step in view.steps if step.state == "ahead"]
    ahead = [words.pick(step, "name") for step in following if elements[step.element].type == "userTask"]
    for step in view.steps:
        form_key = elements[step.element].form_key if step.state == "now" else ""
        if not form_key:
            continue
        try:
            form = forms.load(row.instance.definition, form_key)
        except DefinitionNotFound:
            continue
        if form.return_rule is not None:
            return [words.pick(choice, "label") for choice in form.field(form.return_rule.field).options]
    return (ahead or [words.pick(step, "name") for step in following])[:MOST_NEXT]


@page
@require_safe
def diagram(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:  # noqa: ARG001
    """The diagram of the version that this case runs by."""
    return diagram_response(visible_case(visitor.scope, public_id).instance.definition)


@page
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Withdraws the request after asking."""
    if request.method == "POST":
        withdraw_case(public_id, user=visitor.actor)
        messages.success(request, _("The request is withdrawn."))
        return redirect("case", public_id)
    view = queries.case_detail(visitor.scope, public_id)
    if not view.can_withdraw:
        raise NotAllowed(Reason.NOT_APPLICANT)
    context = {
        "section": "cases",
        "public_id": public_id,
        "title": title_of(view),
        "number": view.number,
    }
    return render(request, "withdraw.html", context)
