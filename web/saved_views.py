"""Saved views of the list: saving what one looks at, and keeping the saved ones in order."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from cases import queries
from cases.errors import CaseError, NotFound
from cases.services import views as services
from registries.models import Organisation
from web import words
from web.addresses import last_list, place
from web.entering import errors_of
from web.inbox import address_of, process_choices
from web.listing import filters_in
from web.pages import Problem, page, render, texts_by_target
from web.visitors import Visitor

OWN = "own"


@page
@require_http_methods(["GET", "POST"])
def views(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The saved views in their order; with a list in the address, saving that list under a name."""
    here = place((request.POST if request.method == "POST" else request.GET).urlencode())
    if request.method == "GET":
        return _views_page(request, visitor, here)
    whose = request.POST.get("whose", OWN)
    query = _lasting(here)
    try:
        view = services.save_view(
            user=visitor.actor,
            name=request.POST.get("name", ""),
            query=query,
            group="" if whose == OWN else whose[:100],
        )
    except CaseError as refused:
        return _views_page(request, visitor, here, _problems(refused, "name"), status=refused.status)
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    saved = next(one for one in queries.saved_views(visitor.scope) if one.public_id == view.public_id)
    return redirect(address_of(saved))


@page
@require_POST
def change(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Renames, moves or deletes a view, or makes it the one that opens first."""
    actor, act = visitor.actor, request.POST.get("act", "")
    try:
        match act:
            case "rename":
                services.rename_view(public_id, user=actor, name=request.POST.get("name", ""))
            case "delete":
                view = services.delete_view(public_id, user=actor)
                messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
            case "up" | "down":
                services.move_view(public_id, user=actor, up=act == "up")
            case "first":
                services.open_with(public_id, user=actor)
            case "not_first":
                services.open_with(None, user=actor)
    except NotFound:
        raise
    except CaseError as refused:
        return _views_page(
            request, visitor, "", _problems(refused, f"name-{public_id}"), status=refused.status
        )
    return redirect("saved_views")


@page
@require_safe
def counted(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The saved views with how many tasks each has, for the side of the list once it stands."""
    now_in = request.GET.get("view", "")
    entries = [
        {
            "label": view.name,
            "address": address_of(view),
            "here": str(view.public_id) == now_in,
            "team": bool(view.group),
            "count": queries.count(visitor.scope, filters_in(QueryDict(view.query))),
        }
        for view in queries.saved_views(visitor.scope)
    ]
    return render(request, "parts/saved_views.html", {"views": entries, "counted": True})


def _lasting(here: str) -> str:
    """What of a list's address a view keeps: its filters, not the page one happened to be on."""
    given = QueryDict(here).copy()
    for passing in ("cursor", "view"):
        given.pop(passing, None)
    return given.urlencode()


def _problems(refused: CaseError, target: str) -> list[Problem]:
    return [Problem(words.pick(one, "message"), target) for one in errors_of(refused)]


def _views_page(
    request: HttpRequest,
    visitor: Visitor,
    here: str,
    problems: list[Problem] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    saved = queries.saved_views(visitor.scope)
    teams = _teams(visitor)
    blocks = [{"title": _("My own"), "views": [_entry(one) for one in saved if not one.group]}]
    blocks += [
        {"title": label, "views": [_entry(one) for one in saved if one.group == group]}
        for group, label in teams.items()
    ]
    context = {
        "section": "inbox",
        "blocks": [block for block in blocks if block["views"]],
        "teams": [{"value": group, "label": label} for group, label in teams.items()],
        "whose": request.POST.get("whose", OWN),
        "name": request.POST.get("name", "") if not request.POST.get("act") else "",
        "carried": list(QueryDict(here).items()),
        "saves": _summary(here) if here else [],
        "back": last_list(request),
        "failed": bool(problems),
        "problems": problems or [],
        "problems_title": _("This could not be saved"),
        "problem_at": texts_by_target(problems or []),
    }
    return render(request, "saved_views.html", context, status=status)


def _entry(view: queries.SavedViewRow) -> dict[str, Any]:
    return {
        "public_id": view.public_id,
        "name": view.name,
        "address": address_of(view),
        "opens_first": view.opens_first,
        "summary": " · ".join(_summary(view.query)),
        "target": f"name-{view.public_id}",
    }


def _summary(query: str) -> list[str]:
    """What a list shows, in words."""
    filters = filters_in(QueryDict(query))
    queues = {
        "all": _("All that is my turn"),
        "mine": _("Taken by me"),
        "group": _("Free for my team"),
        "waiting": _("Turn of others"),
    }
    parts = [queues[filters.queue]]
    if filters.process:
        names = {one["key"]: one["label"] for one in process_choices()}
        parts.append(names.get(filters.process, filters.process))
    if filters.overdue or filters.due_week:
        parts.append(_("Overdue") if filters.overdue else _("This week"))
    if filters.q:
        parts.append(f"“{filters.q}”")
    return parts


def _teams(visitor: Visitor) -> dict[str, str]:
    """The groups of the person, as roles in organisations."""
    places = Organisation.objects.visible_to(visitor.scope).filter(pk__in=visitor.scope.organisations)
    names = dict(places.values_list("pk", "name"))
    return {
        held.group: f"{Role(held.role).label}, {names.get(held.organisation_id, '')}"
        for held in visitor.scope.roles
    }
