"""People within one's reach: found by name; one with work and roles, the code masked until asked for."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import permissions
from cases.queries import directory
from cases.queries.views.directory import PersonView, WorkView
from cases.services import people as services
from registries.codes import format_code
from web import words
from web.addresses import with_query
from web.organisations import below, role_row
from web.pages import page, render
from web.visitors import Visitor


@page
@require_safe
def people(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The people that this person reaches; who reaches the whole state searches first."""
    text = request.GET.get("q", "").strip()[:100]
    found = directory.people(visitor.scope, text=text, cursor=request.GET.get("cursor"))
    here = reverse("people")
    context = {
        "section": "people",
        "q": text,
        "asks": directory.reach(visitor.scope).whole_state and not text,
        "rows": [_row(item) for item in found.items],
        "below": below(len(found.items), found.count),
        "next": with_query(here, q=text, cursor=found.next_cursor) if found.next_cursor else "",
        "previous": with_query(here, q=text, cursor=found.previous_cursor) if found.previous_cursor else "",
    }
    return render(request, "people.html", context)


def _row(item: Any) -> dict[str, Any]:
    return {
        "name": item.name,
        "address": reverse("person", args=[item.public_id]),
        "works": item.works,
        "is_user": item.is_user,
    }


@page
@require_safe
def person(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """One person; the personal code is masked."""
    return _page(request, visitor, directory.person(visitor.scope, public_id))


@page
@require_POST
def code(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The same page with the whole personal code, once; why is recorded."""
    shown = services.show_code(public_id, why=request.POST.get("why", ""), user=visitor.actor)
    return _page(request, visitor, directory.person(visitor.scope, public_id), shown=shown)


@page
@require_POST
def invite(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Sends the link to choose a password again."""
    services.invite_again(public_id, user=visitor.actor)
    messages.success(request, _("The link is on its way; every earlier one stops working."))
    return redirect("person", public_id)


def _page(request: HttpRequest, visitor: Visitor, view: PersonView, *, shown: str = "") -> HttpResponse:
    today = words.day_of(visitor.now)
    context = {
        "section": "people",
        "view": view,
        "code": format_code(shown) if shown else view.masked_code,
        "is_shown": bool(shown),
        "may_show": bool(view.masked_code) and permissions.against_showing_code(visitor.scope) is None,
        "reasons": list(services.WHY_CODE.items()),
        "sign_in": _sign_in(view, visitor),
        "works": [_work(work, visitor) for work in view.works],
        "roles": [role_row(role, visitor) for role in view.roles],
        "today": today,
    }
    return render(request, "person.html", context)


def _sign_in(view: PersonView, visitor: Visitor) -> str:
    if not view.is_user:
        return _("Cannot sign in: no role was ever given.")
    if not view.can_sign_in:
        return _("Cannot sign in: the account is closed, or no password has been chosen yet.")
    if view.last_sign_in is None:
        return _("Has not signed in yet.")
    return _("Last signed in %(at)s.") % {
        "at": words.day_and_clock(view.last_sign_in, words.day_of(visitor.now))
    }


def _work(work: WorkView, visitor: Visitor) -> dict[str, Any]:
    today = words.day_of(visitor.now)
    over = work.valid_until is not None and work.valid_until < today
    since = words.plain_date(work.valid_from)
    until = words.plain_date(work.valid_until) if work.valid_until else ""
    return {
        "position": work.position,
        "is_head": work.is_head,
        "organisation": work.organisation,
        "address": reverse("organisation", args=[work.organisation_public_id]),
        "when": f"{since} – {until}".rstrip(" –") if until else _("since %(day)s") % {"day": since},
        "is_over": over,
    }
