"""Organisations within one's reach: found by name or number; one with its head, users and open cases."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases import queries
from cases.queries import CaseFilters, directory
from cases.queries.views.directory import OrganisationView, RoleView
from registries.models.organisations import Kind, Status
from web import words
from web.addresses import with_query
from web.case_list import row_of
from web.pages import page, render
from web.visitors import Visitor

MOST_CASES = 10


@page
@require_safe
def organisations(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The organisations that this person reaches, in alphabetical order."""
    text = request.GET.get("q", "").strip()[:100]
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in Kind.values else ""
    found = directory.organisations(visitor.scope, text=text, kind=kind, cursor=request.GET.get("cursor"))
    here = reverse("organisations")
    context = {
        "section": "organisations",
        "q": text,
        "kind": kind,
        "kinds": [{"value": one.value, "label": one.label} for one in Kind],
        "filtered": bool(text or kind),
        "rows": [_row(item) for item in found.items],
        "below": below(len(found.items), found.count),
        "next": with_query(here, q=text, kind=kind, cursor=found.next_cursor) if found.next_cursor else "",
        "previous": with_query(here, q=text, kind=kind, cursor=found.previous_cursor)
        if found.previous_cursor
        else "",
    }
    return render(request, "organisations.html", context)


def below(shown: int, count: int) -> str:
    """How many of how many are shown."""
    if shown == count:
        return ngettext("%(n)s found, all shown.", "%(n)s found, all shown.", count) % {"n": count}
    if count >= 1000:
        return _("%(shown)s shown of more than 1000.") % {"shown": shown}
    return _("%(shown)s shown of %(n)s.") % {"shown": shown, "n": count}


def _row(item: Any) -> dict[str, Any]:
    return {
        "name": item.name,
        "address": reverse("organisation", args=[item.public_id]),
        "kind": Kind(item.kind).label,
        "number": item.registration_number,
        "municipality": item.municipality,
        "head": item.head,
        "state": Status(item.status).label,
        "is_active": item.status == Status.ACTIVE,
    }


@page
@require_safe
def organisation(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """One organisation: what the register says, who holds roles in it, which cases are open."""
    view = directory.organisation(visitor.scope, public_id)
    filters = CaseFilters(organisation=view.id, not_closed=True)
    cases = queries.cases_list(visitor.scope, filters, limit=MOST_CASES)
    context = {
        "section": "organisations",
        "view": view,
        "facts": list(_facts(view)),
        "head_address": reverse("person", args=[view.head_public_id]) if view.head_public_id else "",
        "roles": [role_row(role, visitor) for role in view.roles],
        "cases": [row_of(item, visitor) for item in cases.items],
        "case_count": cases.count,
    }
    return render(request, "organisation.html", context)


def _facts(view: OrganisationView) -> list[tuple[str, str]]:
    state = str(Status(view.status).label)
    if view.closed_on:
        state = f"{state}, {words.plain_date(view.closed_on)}"
    told = [
        (_("Kind"), str(Kind(view.kind).label)),
        (_("State"), state),
        (_("Taken over by"), view.successor),
        (_("Registration number"), view.registration_number),
        (_("Municipality"), view.municipality),
        (_("Founder"), view.founder),
        (_("Address"), view.address),
        (_("E-mail"), view.email),
        (_("Phone"), view.phone),
    ]
    return [(label, text) for label, text in told if text]


def role_row(role: RoleView, visitor: Visitor) -> dict[str, Any]:
    """A role in a table: whose, where, until when and by which case."""
    until = _("no end date")
    if role.valid_until is not None:
        until = words.until_day(role.valid_until, words.day_of(visitor.now))
    return {
        "person": role.person,
        "person_address": reverse("person", args=[role.person_public_id]),
        "organisation": role.organisation,
        "organisation_address": reverse("organisation", args=[role.organisation_public_id]),
        "role": role.role_label,
        "since": words.plain_date(role.valid_from),
        "until": until,
        "case": role.case_number,
        "case_address": reverse("case", args=[role.case_public_id]) if role.case_public_id else "",
    }
