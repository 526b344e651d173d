"""A new request: the processes that one's roles may start, for an organisation of one's own."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.queries.suspended import suspended_processes
from cases.services.start import start_case
from registries.models import Organisation
from web.pages import Problem, page, render
from web.starting import Start, startable
from web.visitors import Visitor


@page
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Choosing what to ask for and for whom; starting opens the first task."""
    starts = startable(visitor)
    organisations = _organisations(visitor, starts)
    if request.method == "GET":
        return _choice_page(request, starts, organisations)
    process = request.POST.get("process", "")
    chosen = _chosen(organisations, request.POST.get("organisation", ""))
    process_error = "" if process in starts else _("Choose what you want to ask for.")
    organisation_error = "" if chosen else _("Choose the organisation.")
    if chosen is None or process_error:
        return _choice_page(request, starts, organisations, process_error, organisation_error)
    key = request.POST.get("idempotency_key", "")[:100]
    started = start_case(process, user=visitor.actor, organisation=chosen, idempotency_key=key)
    if started.task is None:
        return redirect("case", started.case.public_id)
    return redirect("task", started.task.public_id)


def _organisations(visitor: Visitor, starts: Mapping[str, Start]) -> list[Organisation]:
    ids = {organisation for start in starts.values() for organisation in start.organisations}
    visible = Organisation.objects.visible_to(visitor.scope).active()
    return list(visible.filter(pk__in=ids).order_by("sort_key")) if ids else []


def _chosen(organisations: list[Organisation], text: str) -> Organisation | None:
    try:
        wanted = UUID(text)
    except ValueError:
        return None
    return next((one for one in organisations if one.public_id == wanted), None)


def _choice_page(
    request: HttpRequest,
    starts: Mapping[str, Start],
    organisations: list[Organisation],
    process_error: str = "",
    organisation_error: str = "",
) -> HttpResponse:
    lines = ((process_error, "process-1"), (organisation_error, "organisation"))
    problems = [Problem(text, target) for text, target in lines if text]
    given = request.POST if request.method == "POST" else request.GET
    context = {
        "section": "new",
        "processes": list(starts.values()),
        "resting": suspended_processes(),
        "only": next(iter(starts.values())) if len(starts) == 1 else None,
        "organisations": organisations,
        "process": given.get("process", ""),
        "organisation": given.get("organisation", ""),
        "idempotency_key": str(uuid4()),
        "process_error": process_error,
        "organisation_error": organisation_error,
        "failed": bool(problems),
        "problems": problems,
        "problems_title": _("The request was not started"),
    }
    return render(request, "new_case.html", context, status=422 if problems else 200)
