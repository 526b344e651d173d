"""Jobs and incidents for administrators: what waits, what could not go on and why, and trying it again."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases import audit, permissions
from cases.models import Case
from cases.queries import diagram
from cases.queries.repairing import asked_repairs, seen_at_incident, surroundings, variables_of
from cases.services.incidents import retry_incident
from cases.visibility import incidents_visible_to
from engine import catalog, causes, handlers, queries
from engine.core.definition import BETWEEN
from engine.errors import EngineError, IncidentResolved
from engine.instants import ESCALATE, REMIND
from engine.messages import DELIVER, UNCLAIMED
from engine.models import Incident, ProcessInstance, Task, Wait
from engine.services.messages import OF_MESSAGES
from engine.starts import START, TICK
from web import words
from web.addresses import with_query
from web.batches import to_confirm
from web.incident_repairs import groups_of
from web.pages import page, render
from web.process_words import picked
from web.repair_words import value_words
from web.surrounding_words import by_owner
from web.visitors import Visitor

SHOWN = 50


@page
@require_safe
def jobs(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Open incidents first, then the jobs and timers that wait, soonest first."""
    _administrators_only(visitor)
    visible = incidents_visible_to(visitor.scope).select_related("instance", "wait")
    waiting = queries.jobs()
    incidents = list(visible.filter(resolved_at=None).order_by("-opened_at")[:SHOWN])
    resolved = list(visible.exclude(resolved_at=None).order_by("-resolved_at")[:10])
    queued, timers = (list(waiting.filter(kind=kind)[:SHOWN]) for kind in ("job", "timer"))
    where = _case_addresses(visitor, [*incidents, *resolved, *queued, *timers])
    context = {
        "section": "jobs",
        "to_confirm": to_confirm(visitor),
        "incidents": [_told(one, where) for one in incidents],
        "groups": groups_of(visitor) if len(incidents) > 1 else [],
        "incident_count": visible.filter(resolved_at=None).count(),
        "resolved": [_told(one, where) for one in resolved],
        "jobs": [_waiting(wait, where) for wait in queued],
        "timers": [_waiting(wait, where) for wait in timers],
        "job_count": waiting.filter(kind="job").count(),
        "timer_count": waiting.filter(kind="timer").count(),
    }
    return render(request, "jobs.html", context)


@page
@require_http_methods(["GET", "POST"])
def incident(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """One incident in plain words; trying again says fixed only after it passed."""
    _administrators_only(visitor)
    found = incidents_visible_to(visitor.scope).select_related("instance", "wait", "task")
    found = found.filter(public_id=public_id)
    row = found.first()
    if row is None:
        raise Http404
    if request.method == "POST":
        _retry(request, visitor, row)
        return redirect("incident", public_id)
    told = _told(row, _case_addresses(visitor, [row]))
    context = {"section": "jobs", "message_address": _message_address(row.wait), **told}
    return render(request, "incident.html", {**context, **_seen(row, visitor)})


def _seen(row: Incident, visitor: Visitor) -> dict[str, object]:
    """Where in its case an incident stands, and the variables that it saw; nothing of one without a case."""
    case = Case.objects.visible_to(visitor.scope).filter(instance=row.instance_id).first()
    if case is None or row.instance is None:
        return {}
    audit.record_read(visitor.actor, f"case:{case.public_id}", persons=permissions.concerned(case))
    if row.resolved_at is not None:
        # Its variables and the place of its tokens are others by now.
        return {"set_aside": _was_set_aside(row)}
    at = row.wait or row.task
    drawing = diagram(case)
    return {
        "asked_before": tuple(asked_repairs(case)),
        "repair_address": with_query(
            reverse("case_repair", args=[case.public_id]), wait=at.wait_id if at else ""
        ),
        "diagram_address": reverse("case_diagram", args=[case.public_id]),
        # Of a called process the drawing has only the step that calls it.
        "now_elements": row.element.partition(BETWEEN)[0],
        "done_elements": " ".join((*drawing.done, *drawing.flows)),
        "variables": _known(row),
    }


def _known(row: Incident) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the step of an open incident sees, by whose it is; nothing when it has gone on.

    Of its own part also what has no value, for that is often what it lacks.
    """
    seen = seen_at_incident(row)
    if seen is None or row.instance is None:
        return []
    definition = catalog.definition(row.instance.definition_id)
    known = (one for one in variables_of(definition, seen) if one.owner or one.value is not None)
    return [
        (title, [(one.name, value_words(one.value)) for one in found])
        for title, found in by_owner(definition, known, surroundings(definition, seen.around))
    ]


def _was_set_aside(row: Incident) -> bool:
    """Whether the incident is over because the case went another way, not because its step passed."""
    if row.wait is not None:
        return row.wait.status == Wait.Status.CANCELLED
    return row.task is not None and row.task.status == Task.Status.CANCELLED


def _retry(request: HttpRequest, visitor: Visitor, row: Incident) -> None:
    try:
        result = retry_incident(row.public_id, user=visitor.actor)
    except IncidentResolved:
        messages.info(request, _("Somebody else had it fixed already."))
    except EngineError as refused:
        messages.error(request, refused.message)
    else:
        if result.passed:
            messages.success(request, _("It passed now; the incident is fixed."))
        else:
            again = _("It failed again: %(cause)s Nothing has changed.")
            messages.error(request, again % {"cause": causes.words(result.cause, result.detail)})


def _administrators_only(visitor: Visitor) -> None:
    if not visitor.scope.can_admin:
        raise Http404


def _waiting(row: Wait, addresses: Mapping[int | None, str]) -> dict[str, object]:
    """A job or timer in words: what it does, and for which element of the diagram."""
    name = _element_name(row.instance, row.element)
    is_own = bool(row.topic) and row.topic in (REMIND, ESCALATE)
    return {
        "what": name if name and not is_own else _topic_name(row.topic),
        "below": name if is_own else _host_name(row),
        "case_number": row.instance.business_key if row.instance else "",
        "case_address": addresses.get(row.instance_id, ""),
        "due_at": row.due_at,
        "attempts": row.attempts,
    }


def _case_addresses(visitor: Visitor, rows: Iterable[Wait | Incident]) -> dict[int | None, str]:
    """Where the cases of these jobs and incidents are, by their instances."""
    instances = {row.instance_id for row in rows}
    seen = Case.objects.visible_to(visitor.scope).filter(instance__in=instances - {None})
    return {
        instance: reverse("case", args=[public_id])
        for instance, public_id in seen.values_list("instance_id", "public_id")
    }


def _host_name(row: Wait) -> str:
    """The task on which a timer stands, if it stands on one."""
    if row.instance is None:
        return ""
    element = catalog.definition(row.instance.definition_id).elements.get(row.element)
    return _element_name(row.instance, element.attached_to) if element and element.attached_to else ""


def _topic_name(topic: str) -> str:
    """What a job is called; its topic where nobody has named it."""
    if topic == REMIND:
        return _("Reminder")
    if topic == ESCALATE:
        return _("Warning of a missed deadline")
    if topic in (DELIVER, UNCLAIMED):
        return _("Delivery of a message")
    if topic == START:
        return _("Start of a process by itself")
    if topic == TICK:
        return _("Look at the calendar of a process")
    known = handlers.topics().get(topic)
    return picked(known.title) or topic if known is not None else topic


def _element_name(instance: ProcessInstance | None, element: str) -> str:
    if instance is None or not element:
        return ""
    found = catalog.definition(instance.definition_id).elements.get(element)
    if found is None:
        return element
    return (found.name if words.is_latvian() else found.name_en or found.name) or element


def _process_name(instance: ProcessInstance | None) -> str:
    if instance is None:
        return ""
    version = catalog.definition(instance.definition_id)
    return version.name if words.is_latvian() else version.name_en


def _started_name(key: str) -> str:
    """The name of a process that could not be started."""
    if not key:
        return ""
    row = catalog.current(key)
    return row.name if words.is_latvian() else row.name_en


def _told(row: Incident, addresses: Mapping[int | None, str]) -> dict[str, object]:
    topic = row.wait.topic if row.wait else ""
    return {
        "incident": row,
        "case_number": row.instance.business_key if row.instance else "",
        "case_address": addresses.get(row.instance_id, ""),
        "cause": causes.words(row.cause, row.detail),
        "process": _process_name(row.instance),
        "what": _element_name(row.instance, row.element)
        or _started_name(row.process or _begins(row.wait))
        or _topic_name(topic),
        "topic": topic,
    }


def _begins(wait: Wait | None) -> str:
    """The key of the process that a job was to start."""
    return str(wait.arguments.get("process", "")) if wait is not None and wait.topic == START else ""


def _message_address(wait: Wait | None) -> str:
    """Where the message is that a job was to deliver."""
    key = wait.arguments.get("message") if wait is not None and wait.topic in OF_MESSAGES else None
    found = queries.message(key) if key is not None else None
    return reverse("correspondence_message", args=[found.public_id]) if found is not None else ""
