"""The organisations whose register somebody may change."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases import permissions
from cases.errors import NotAllowed, Reason
from registries.models import Organisation
from web.pages import page, render
from web.visitors import Visitor

MOST = 50


@page
@require_safe
def register(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The organisations whose register this person may change; one's only institution opens by itself."""
    allowed = permissions.against_changing_institutions(visitor.scope) is None
    rows = Organisation.objects.visible_to(visitor.scope).active().select_related("municipality")
    if not allowed:
        own = [pk for pk in visitor.scope.organisations if _may_enter(visitor, pk)]
        rows = rows.filter(pk__in=own)
        if not own:
            raise NotAllowed(Reason.NOT_REGISTRAR)
        if len(own) == 1 and (only := rows.first()) is not None:
            return redirect("register_organisation", only.public_id)
    query = request.GET.get("q", "").strip()[:100]
    matching = rows.matching(query)
    found = list(matching.order_by("sort_key", "id")[: MOST + 1])
    more = len(found) > MOST
    context = {
        "section": "register",
        "query": query,
        "organisations": found[:MOST],
        "below": below(MOST, matching.count()) if more else "",
    }
    return render(request, "register.html", context)


def below(shown: int, count: int) -> str:
    """How many of how many are shown, and how the others are found."""
    told = ngettext(
        "The first %(shown)s of %(n)s organisation are shown. Search by name or number to find the others.",
        "The first %(shown)s of %(n)s organisations are shown. Search by name or number to find the others.",
        count,
    )
    return told % {"shown": shown, "n": count}


def _may_enter(visitor: Visitor, organisation_id: int) -> bool:
    return permissions.against_entering(visitor.scope, organisation_id) is None
