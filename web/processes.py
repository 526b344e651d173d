"""The processes as they stand: what each asks of whom, with its drawing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from engine import catalog
from engine.core.definition import Definition, Element
from engine.errors import DefinitionNotFound
from engine.models import ProcessDefinition
from web.pages import page, render
from web.visitors import Visitor
from web.words import is_latvian

_TOLD = ("userTask", "serviceTask", "scriptTask", "businessRuleTask")


@page
@require_safe
def processes(request: HttpRequest, visitor: Visitor) -> HttpResponse:  # noqa: ARG001
    """Every process that is deployed, in its newest version."""
    return render(request, "processes.html", {"section": "processes", "rows": catalog.all_current()})


@page
@require_safe
def process(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:  # noqa: ARG001
    """One process: its drawing and its steps in words."""
    row = _current(key)
    definition = catalog.definition(row.pk)
    steps = [
        {"name": _name(element), "lane": _lane(definition, element)}
        for element in definition.elements.values()
        if element.type in _TOLD
    ]
    return render(request, "process.html", {"section": "processes", "row": row, "steps": steps})


@page
@require_safe
def diagram(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:  # noqa: ARG001
    """The diagram's file, for the drawing on the page and for any BPMN tool."""
    return diagram_response(_current(key))


def diagram_response(row: ProcessDefinition) -> HttpResponse:
    """The diagram of a version as a download."""
    files = catalog.files_of(row)
    name = next(name for name in files if name.endswith(".bpmn"))
    response = HttpResponse(files[name], content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.key}.bpmn"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _current(key: str) -> ProcessDefinition:
    try:
        return catalog.current(key)
    except DefinitionNotFound:
        raise Http404 from None


def _name(element: Element) -> str:
    return element.name if is_latvian() else element.name_en or element.name


def _lane(definition: Definition, element: Element) -> str:
    lane = definition.lanes.get(element.lane)
    if lane is None:
        return ""
    return lane.name if is_latvian() else lane.name_en or lane.name
