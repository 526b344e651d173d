"""Jobs and incidents for administrators: what waits, what could not go on and why, and trying it again."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import QueryWhole, StrictSerializer
from api.pages import LARGEST, PAGE
from api.views import Endpoint
from api.words import chosen
from cases.services.incidents import retry_incident
from cases.visibility import incidents_visible_to
from engine import catalog, causes, queries
from engine.errors import EngineError, IncidentResolved
from engine.models import Incident, ProcessInstance, Wait

READ, WRITE = "operations:read", "operations:write"
CAUSES = [str(cause) for cause in causes.Cause]
KINDS = ["job", "timer"]


class IncidentSerializer(serializers.Serializer[Any]):
    """Something that could not go on by itself; without `topic` a person's step that the process refused."""

    id = serializers.UUIDField()
    cause = serializers.ChoiceField(CAUSES)
    text = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    case_number = serializers.CharField(allow_blank=True)
    process = serializers.CharField(allow_blank=True)
    element = serializers.CharField(allow_blank=True)
    element_name = serializers.CharField(allow_blank=True)
    topic = serializers.CharField(allow_blank=True)
    attempts = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    resolved_by = serializers.CharField(allow_blank=True)
    can_retry = serializers.BooleanField()


class IncidentsSerializer(serializers.Serializer[Any]):
    """Incidents, newest first; `count` is of all of them."""

    items = IncidentSerializer(many=True)
    count = serializers.IntegerField()


class IncidentQuery(StrictSerializer):
    """Which incidents, and how many at most."""

    state = serializers.ChoiceField(["open", "resolved"], required=False, default="open")
    limit = QueryWhole(required=False, min_value=1, max_value=LARGEST, default=PAGE)


class RetriedSerializer(serializers.Serializer[Any]):
    """Whether it passed this time; if not, why."""

    passed = serializers.BooleanField()
    cause = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)


class JobSerializer(serializers.Serializer[Any]):
    """A job or timer that waits."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(KINDS)
    topic = serializers.CharField(allow_blank=True)
    element = serializers.CharField(allow_blank=True)
    element_name = serializers.SerializerMethodField()
    case_number = serializers.SerializerMethodField()
    due_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()

    def get_element_name(self, row: Wait) -> str:
        """As the diagram says."""
        return _element_name(row.instance, row.element)

    def get_case_number(self, row: Wait) -> str:
        """Of the case, if there is one."""
        return row.instance.business_key if row.instance else ""


class JobsSerializer(serializers.Serializer[Any]):
    """Jobs and timers, soonest first; `count` is of all of them."""

    items = JobSerializer(many=True)
    count = serializers.IntegerField()


class JobQuery(StrictSerializer):
    """Which of them, and how many at most."""

    kind = serializers.ChoiceField(KINDS, required=False, default="job")
    limit = QueryWhole(required=False, min_value=1, max_value=LARGEST, default=PAGE)


class Administrative(Endpoint):
    """For administrators; to others there is nothing here."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As every endpoint, then 404 for who is none."""
        super().initial(request, *args, **kwargs)
        if not self.scope.can_admin:
            raise Http404

    def incident(self, public_id: UUID) -> Incident:
        """The incident; 404."""
        rows = incidents_visible_to(self.scope).select_related("instance", "wait")
        found = rows.filter(public_id=public_id).first()
        if found is None:
            raise Http404
        return found


class JobsView(Administrative):
    """Jobs."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "jobs"}
    queries: ClassVar = {"GET": JobQuery}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="Jobs and timers that wait, soonest first", responses=JobsSerializer)
    def get(self, _request: Request) -> Response:
        """The soonest ones."""
        rows = queries.jobs().filter(kind=self.query["kind"])
        found = {"items": rows[: self.query["limit"]], "count": rows.count()}
        return Response(JobsSerializer(found).data)


class IncidentsView(Administrative):
    """Incidents."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "incidents"}
    queries: ClassVar = {"GET": IncidentQuery}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="Incidents, newest first", responses=IncidentsSerializer)
    def get(self, _request: Request) -> Response:
        """The newest ones."""
        is_open = self.query["state"] == "open"
        rows = incidents_visible_to(self.scope).filter(resolved_at__isnull=is_open)
        rows = rows.select_related("instance", "wait").order_by("-opened_at", "-id")
        items = [_told(row) for row in rows[: self.query["limit"]]]
        return Response(IncidentsSerializer({"items": items, "count": rows.count()}).data)


class IncidentView(Administrative):
    """One incident."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "incident"}

    @extend_schema(summary="An incident", responses=IncidentSerializer)
    def get(self, _request: Request, incident_id: UUID) -> Response:
        """Why it could not go on."""
        return Response(IncidentSerializer(_told(self.incident(incident_id))).data)


class IncidentRetryView(Administrative):
    """Trying again."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "incident_retry"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(
        summary="Run what could not go on once more, now", request=None, responses=RetriedSerializer
    )
    def post(self, _request: Request, incident_id: UUID) -> Response:
        """Whether it passed; only then is the incident resolved."""
        self.no_body()
        incident = self.incident(incident_id)
        try:
            result = retry_incident(incident.public_id, user=self.actor)
        except IncidentResolved:
            return Response(RetriedSerializer({"passed": True, "cause": "", "text": ""}).data)
        except EngineError as refused:
            return self.conflict(refused.code, refused.message)
        text = "" if result.passed else causes.words(result.cause, result.detail)
        told = {"passed": result.passed, "cause": "" if result.passed else result.cause, "text": text}
        return Response(RetriedSerializer(told).data)


def _told(row: Incident) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "cause": row.cause,
        "text": causes.words(row.cause, row.detail),
        "detail": row.detail,
        "case_number": row.instance.business_key if row.instance else "",
        "process": row.process,
        "element": row.element,
        "element_name": _element_name(row.instance, row.element),
        "topic": row.wait.topic if row.wait else "",
        "attempts": row.attempts,
        "opened_at": row.opened_at,
        "resolved_at": row.resolved_at,
        "resolved_by": row.resolved_by,
        "can_retry": row.resolved_at is None and row.wait_id is not None,
    }


def _element_name(instance: ProcessInstance | None, element: str) -> str:
    found = catalog.definition(instance.definition_id).elements.get(element) if instance else None
    return chosen(found.name, found.name_en) if found else element
