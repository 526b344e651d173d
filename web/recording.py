"""A case as a scenario for tests, for administrators: shown, and to be downloaded."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases.recording import recorded_scenario
from web.pages import page, render
from web.visitors import Visitor


@page
@require_safe
def scenario(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The scenario that the case is, without anybody in it."""
    made = recorded_scenario(visitor.scope, public_id)
    count = ngettext("%(n)s step", "%(n)s steps", made.steps) % {"n": made.steps}
    context = {"section": "cases", "public_id": public_id, "name": made.name, "count": count}
    return render(request, "case_scenario.html", {**context, "text": made.text})


@page
@require_safe
def scenario_file(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:  # noqa: ARG001
    """The same as a file."""
    made = recorded_scenario(visitor.scope, public_id)
    response = HttpResponse(made.text, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{made.name}.toml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
