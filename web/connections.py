"""Connections to other systems: which are told of what, making one, and all that can be done with one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.errors import FormError
from exchange.models import WebhookDelivery, WebhookSubscription
from exchange.permissions import can_subscribe
from exchange.querysets import headed_by
from exchange.webhooks import queries, subscribing
from exchange.webhooks.kinds import WORDS
from exchange.webhooks.subscribing import Wish, WithSecret
from registries.models import Organisation
from web.pages import Problem, page, render, texts_by_target
from web.visitors import Visitor

Status = WebhookDelivery.Status
TARGETS = {"name": "name", "address": "address", "types": "type-1", "organisation": "organisation"}


@page
@require_http_methods(["GET", "POST"])
def connections(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The connections that one administrates, and the form for a new one; its secret is shown once."""
    _only_who_may(visitor)
    if request.method == "GET":
        return _list_page(request, visitor)
    where = _organisation(request, visitor)
    if where is None and not (visitor.scope.can_admin and request.POST.get("organisation") == "all"):
        return _list_page(request, visitor, Problem(_("Choose whose cases it is told of."), "organisation"))
    try:
        made = subscribing.subscribe(_wish(request, where), user=visitor.actor)
    except FormError as refused:
        return _list_page(request, visitor, *_problems(refused))
    return _secret_page(request, made)


@page
@require_http_methods(["GET", "POST"])
def connection(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """One connection: how it stands, its deliveries, and changing it."""
    row = _row(visitor, public_id)
    if request.method == "GET":
        return _connection_page(request, visitor, row)
    try:
        subscribing.change(
            public_id, _wish(request, None), user=visitor.actor, paused=bool(row.stopped), version=row.version
        )
    except FormError as refused:
        return _connection_page(request, visitor, row, *_problems(refused))
    messages.success(request, _("The connection is saved."))
    return redirect("connection", public_id)


@page
@require_POST
def act(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """What a button of the connection's page asks for."""
    user = visitor.actor
    match request.POST.get("do"):
        case "pause":
            subscribing.pause(public_id, user=user, paused=True)
            messages.success(request, _("The connection is paused; nothing is sent."))
        case "resume":
            subscribing.pause(public_id, user=user, paused=False)
            messages.success(request, _("The connection sends again."))
        case "ping":
            subscribing.ping(public_id, user=user)
            messages.success(request, _("A test event is on its way. Its result appears below."))
        case "secret":
            return _secret_page(request, subscribing.rotate_secret(public_id, user=user))
        case "replay":
            _replay(request, visitor, public_id)
        case "end":
            subscribing.end(public_id, user=user)
            messages.success(request, _("The connection is gone."))
            return redirect("connections")
        case _:
            raise Http404
    return redirect("connection", public_id)


@page
@require_POST
def send_again(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Sends one event once more."""
    row = subscribing.replay(public_id, user=visitor.actor)
    messages.success(request, _("The event is on its way again."))
    return redirect("connection", row.subscription.public_id)


@page
@require_safe
def ending(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Asks once more before a connection ends for good."""
    row = _row(visitor, public_id)
    return render(request, "connection_end.html", {"section": "profile", "row": row})


def _replay(request: HttpRequest, visitor: Visitor, public_id: UUID) -> None:
    days = request.POST.get("days", "")
    since = visitor.now - timedelta(days=int(days) if days in ("1", "7", "30") else 1)
    count = subscribing.replay_failed(public_id, since=since, user=visitor.actor)
    if not count:
        messages.info(request, _("Nothing failed in this time."))
        return
    told = ngettext("%(count)s event is sent again.", "%(count)s events are sent again.", count)
    messages.success(request, told % {"count": count})


def _only_who_may(visitor: Visitor) -> None:
    if not can_subscribe(visitor.scope):
        raise Http404


def _row(visitor: Visitor, public_id: UUID) -> WebhookSubscription:
    rows = WebhookSubscription.objects.visible_to(visitor.scope).select_related("organisation")
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def _organisations(visitor: Visitor) -> list[Organisation]:
    own = Organisation.objects.visible_to(visitor.scope).filter(pk__in=headed_by(visitor.scope))
    return list(own.active().order_by("sort_key", "id"))


def _organisation(request: HttpRequest, visitor: Visitor) -> Organisation | None:
    asked = request.POST.get("organisation", "")
    return next((one for one in _organisations(visitor) if str(one.public_id) == asked), None)


def _wish(request: HttpRequest, where: Organisation | None) -> Wish:
    posted = request.POST
    address = posted.get("address", "").strip()
    return Wish(posted.get("name", ""), address, tuple(posted.getlist("types")), where)


def _problems(refused: FormError) -> list[Problem]:
    english = get_language() == "en"
    return [
        Problem(one.message_en if english else one.message_lv, TARGETS[one.field]) for one in refused.errors
    ]


def _form(
    request: HttpRequest, row: WebhookSubscription | None, problems: tuple[Problem, ...]
) -> dict[str, Any]:
    posted, is_posted = request.POST, request.method == "POST"
    chosen = posted.getlist("types") if is_posted else (row.types if row else [])
    return {
        "name": posted.get("name", "") if is_posted else (row.name if row else ""),
        "address": posted.get("address", "") if is_posted else (row.address if row else ""),
        "types": [
            {"value": kind, "label": str(words), "chosen": kind in chosen} for kind, words in WORDS.items()
        ],
        "failed": bool(problems),
        "problems": problems,
        "problems_title": _("The connection was not saved"),
        "problem_at": {target.split("-")[0]: text for target, text in texts_by_target(problems).items()},
    }


def _list_page(request: HttpRequest, visitor: Visitor, *problems: Problem) -> HttpResponse:
    rows = WebhookSubscription.objects.visible_to(visitor.scope).select_related("organisation")
    context = {
        "section": "profile",
        "rows": [_told(row) for row in rows.order_by("id")],
        "organisations": _organisations(visitor),
        "all_cases": visitor.scope.can_admin,
        "chosen": request.POST.get("organisation", "all" if visitor.scope.can_admin else ""),
        **_form(request, None, problems),
    }
    return render(request, "connections.html", context, status=422 if problems else 200)


def _told(row: WebhookSubscription) -> dict[str, Any]:
    return {"row": row, "stop": row.get_stopped_display() if row.stopped else "", "count": len(row.types)}


def _secret_page(request: HttpRequest, made: WithSecret) -> HttpResponse:
    return render(
        request, "connection_secret.html", {"section": "profile", "row": made.row, "secret": made.secret}
    )


def _connection_page(
    request: HttpRequest, visitor: Visitor, row: WebhookSubscription, *problems: Problem
) -> HttpResponse:
    status = request.GET.get("status", "")
    status = status if status in Status.values else ""
    page_of = queries.deliveries(visitor.scope, row, status=status, cursor=request.GET.get("cursor"))
    context = {
        "section": "profile",
        **_told(row),
        "deliveries": [_delivery(one) for one in page_of.items],
        "page": page_of,
        "status": status,
        "statuses": [{"value": value, "label": label} for value, label in Status.choices],
        **_form(request, row, problems),
    }
    return render(request, "connection.html", context, status=422 if problems else 200)


def _delivery(one: WebhookDelivery) -> dict[str, Any]:
    return {
        "delivery": one,
        "what": str(WORDS.get(one.event.type, _("Test event"))),
        "number": one.event.content.get("number", ""),
        "result": _result(one),
        "late": one.status == Status.FAILED,
    }


def _result(one: WebhookDelivery) -> str:
    """How the newest attempt went, in words."""
    words = {
        "timed_out": _("no answer in time"),
        "no_answer": _("no connection"),
        "certificate": _("its certificate is not trusted"),
        "not_public": _("its address is not of the open internet"),
        "not_found": _("its name is not known"),
        "not_https": _("its address does not begin with https"),
        "form": _("its address is wrong"),
    }
    if one.response_code is not None:
        return _("answered %(code)s") % {"code": one.response_code}
    return words.get(one.fault, "")
