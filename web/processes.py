"""The processes as they stand: what each asks of whom, with its drawing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cases import permissions
from cases.queries.lists import case_numbers
from cases.queries.suspended import suspended_process, suspended_processes
from engine import catalog
from engine.errors import DefinitionNotFound
from engine.models import ProcessDefinition
from registries.text import fold
from web.deadlines import deadlines_of
from web.pages import page, render
from web.process_messages import messages_of
from web.process_starts import starts_of
from web.process_tables import tables_of
from web.process_words import named, steps_of
from web.resting import resting_words
from web.visitors import Visitor
from web.words import pick


@page
@require_safe
def processes(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Every process that is deployed, in its newest version."""
    context = {
        "section": "processes",
        "rows": sorted(catalog.all_current(), key=lambda row: fold(named(row))),
        "resting": suspended_processes(),
        "campaigns": permissions.against_any_campaign(visitor.scope) is None,
    }
    return render(request, "processes.html", context)


@page
@require_safe
def process(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:
    """One process: its drawing, its steps, tables and messages in words, what runs."""
    row = current(key)
    definition = catalog.definition(row.pk)
    running, finished = case_numbers(visitor.scope, key)
    context = {
        "section": "processes",
        "row": row,
        "steps": steps_of(definition, visitor.now),
        "starts": starts_of(row, visitor.now),
        "deadlines": deadlines_of(visitor, key),
        "tables": tables_of(row),
        "cautions": [pick(caution, "message") for caution in catalog.cautions_of(row)],
        "sent": messages_of(row, visitor.now),
        "running": running,
        "finished": finished,
        "administers": visitor.scope.can_admin,
        "resting": resting_words(suspended_process(visitor.scope, key), visitor),
    }
    return render(request, "process.html", context)


@page
@require_safe
def diagram(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:  # noqa: ARG001
    """The diagram's file, for the drawing on the page and for any BPMN tool."""
    return diagram_response(current(key))


def diagram_response(row: ProcessDefinition) -> HttpResponse:
    """The diagram of a version as a download."""
    response = HttpResponse(catalog.diagram_of(row), content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.key}.bpmn"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def current(key: str) -> ProcessDefinition:
    """The current version of a process; 404."""
    try:
        return catalog.current(key)
    except DefinitionNotFound:
        raise Http404 from None
