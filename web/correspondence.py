"""The messages and signals of processes, for administrators: where each is, again, withdrawn, broadcast."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.errors import FormError, Refused
from cases.models import Case
from cases.queries import correspondence as queries
from cases.queries.correspondence import STATES, Correspondence
from cases.services import correspondence as services
from engine import causes, expected
from engine.errors import EngineError
from web import words
from web.addresses import with_query
from web.pages import Problem, page, render, texts_by_target
from web.variables import entered, inputs
from web.visitors import Visitor

SHOWN = 50


@page
@require_safe
def correspondence(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The newest messages of one state, with how many need a person and how many wait."""
    _administrators_only(visitor)
    state = request.GET.get("state", "")
    if state not in ("", *STATES):
        raise Http404
    rows, count = queries.correspondence(visitor.scope, state=state, limit=SHOWN)
    counts = queries.counts(visitor.scope)
    context = {
        "section": "jobs",
        "states": _states(state, counts),
        "state": state,
        "heading": _state_words(state),
        "stopped": counts["stopped"],
        "waiting": counts["waiting"],
        "rows": [_row(row) for row in rows],
        "count": count,
        "can_broadcast": bool(expected.expected("signal")),
    }
    return render(request, "correspondence.html", context)


@page
@require_http_methods(["GET", "POST"])
def message(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """One message with what it brings; trying again says delivered only after it was."""
    _administrators_only(visitor)
    found = queries.visible_message(visitor.scope, public_id)
    if request.method == "POST":
        _try_again(request, visitor, public_id)
        return redirect("correspondence_message", public_id)
    return _message_page(request, queries.one(found))


@page
@require_POST
def withdraw(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Lets nobody get the message any more, with a reason."""
    _administrators_only(visitor)
    found = queries.visible_message(visitor.scope, public_id)
    try:
        services.withdraw(public_id, because=request.POST.get("reason", ""), user=visitor.actor)
    except FormError as refused:
        problems = [Problem(words.pick(error, "message"), "reason") for error in refused.errors]
        return _message_page(request, queries.one(found), *problems)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The message is withdrawn. Nobody gets it any more."))
    return redirect("correspondence_message", public_id)


@page
@require_http_methods(["GET", "POST"])
def signal(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """First which signal, then what it brings and why it is broadcast."""
    _administrators_only(visitor)
    known = {one.name: one for one in expected.expected("signal")}
    name = (request.POST if request.method == "POST" else request.GET).get("name", "")
    if name and name not in known:
        raise Http404
    chosen = known.get(name)
    if request.method == "POST" and chosen is not None:
        return _broadcast(request, visitor, chosen)
    return _signal_page(request, known, chosen)


def _broadcast(request: HttpRequest, visitor: Visitor, chosen: expected.Expected) -> HttpResponse:
    variables = entered(chosen.variables, request.POST)
    reason, once = request.POST.get("reason", ""), request.POST.get("once", "")[:60]
    try:
        sent = services.broadcast(
            chosen.name,
            variables=variables,
            because=reason,
            user=visitor.actor,
            message_id=f"page:{once}" if once else "",
        )
    except FormError as refused:
        problems = [
            Problem(words.pick(error, "message"), error.field.replace("variables.", "variable-"))
            for error in refused.errors
        ]
        return _signal_page(request, {chosen.name: chosen}, chosen, *problems)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("correspondence")
    messages.success(request, _("The signal is sent. It reaches all that wait for it in a moment."))
    return redirect("correspondence_message", sent.public_id)


def _signal_page(
    request: HttpRequest,
    known: dict[str, expected.Expected],
    chosen: expected.Expected | None,
    *problems: Problem,
) -> HttpResponse:
    context = {
        "section": "jobs",
        "signals": [
            {"name": one.name, "address": with_query(reverse("correspondence_signal"), name=one.name)}
            for one in known.values()
        ],
        "chosen": chosen,
        "inputs": inputs(chosen.variables, request.POST, texts_by_target(problems)) if chosen else [],
        "reason": request.POST.get("reason", ""),
        "once": request.POST.get("once") or str(uuid4()),
        **_failed(problems, _("The signal was not sent")),
    }
    return render(request, "correspondence_signal.html", context, status=422 if problems else 200)


def _message_page(request: HttpRequest, found: Correspondence, *problems: Problem) -> HttpResponse:
    context = {
        "section": "jobs",
        **_row(found),
        "variables": [
            {"name": name, "value": _shown(value)} for name, value in sorted(found.message.variables.items())
        ],
        "reason": request.POST.get("reason", ""),
        **_failed(problems, _("The message was not withdrawn")),
    }
    return render(request, "correspondence_message.html", context, status=422 if problems else 200)


def _failed(problems: tuple[Problem, ...], title: str) -> dict[str, Any]:
    return {
        "failed": bool(problems),
        "problems": problems,
        "problems_title": title,
        "problem_at": texts_by_target(problems),
    }


def _try_again(request: HttpRequest, visitor: Visitor, public_id: UUID) -> None:
    try:
        result = services.try_again(public_id, user=visitor.actor)
    except (EngineError, Refused) as refused:
        messages.error(request, str(refused.message))
        return
    if result.passed:
        messages.success(request, _("It is delivered now."))
    else:
        again = _("It failed again: %(cause)s Nothing has changed.")
        messages.error(request, again % {"cause": causes.words(result.cause, result.detail)})


def _administrators_only(visitor: Visitor) -> None:
    if not visitor.scope.can_admin:
        raise Http404


def _states(state: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    here = reverse("correspondence")
    return [
        {
            "label": _state_words(one),
            "address": with_query(here, state=one) if one else here,
            "here": one == state,
            "count": counts.get(one),
        }
        for one in ("", *STATES)
    ]


def _state_words(state: str) -> str:
    return {
        "": _("All of them"),
        "stopped": _("Not delivered"),
        "waiting": _("Waiting"),
        "delivered": _("Delivered"),
        "withdrawn": _("Taken back"),
    }[state]


def _row(row: Correspondence) -> dict[str, Any]:
    incident = row.incident
    return {
        "message": row.message,
        "is_signal": row.message.kind == "signal",
        "state": row.state,
        "state_words": _state_words(row.state),
        "cause": causes.words(incident.cause, incident.detail) if incident else "",
        "sender": _case(row.sender),
        "receiver": _case(row.receiver),
    }


def _case(case: Case | None) -> dict[str, str] | None:
    if case is None:
        return None
    return {"number": case.number, "address": reverse("case", args=[case.public_id])}


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
