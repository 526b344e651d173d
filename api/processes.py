"""Processes: which I may start and where, and the diagram of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.scope import Scope
from api.authentication import moment
from api.fields import QueryTruth, StrictSerializer
from api.organisations import OrganisationSerializer
from api.views import Endpoint
from api.words import chosen
from cases.deadlines import count_of
from cases.due_words import count_en, count_lv
from cases.models import DeadlineRule
from engine import catalog
from engine.core.definition import Definition
from engine.core.waits import Deadline, DueRule, Duration
from engine.errors import DefinitionNotFound
from engine.models import ProcessDefinition
from registries.models import Organisation

UNITS = [*DeadlineRule.Unit.values, "clock"]
SHOWN = ("userTask", "serviceTask", "scriptTask", "businessRuleTask")


class ProcessSerializer(serializers.Serializer[Any]):
    """A process in its newest version; `organisations` are those for which I may start it."""

    key = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    organisations = OrganisationSerializer(many=True)


class ProcessesSerializer(serializers.Serializer[Any]):
    """The processes that I may start."""

    items = ProcessSerializer(many=True)


class DueSerializer(serializers.Serializer[Any]):
    """How long a task may take; no legal reference: the ministry set it. Null days: a matter of hours."""

    days = serializers.IntegerField(allow_null=True)
    minutes = serializers.IntegerField(allow_null=True)
    unit = serializers.ChoiceField(UNITS)
    text = serializers.CharField()
    deadline = serializers.CharField(allow_blank=True)
    legal_reference = serializers.CharField(allow_blank=True)


class ProcessTaskSerializer(serializers.Serializer[Any]):
    """A task of the diagram."""

    element = serializers.CharField()
    type = serializers.CharField()
    name = serializers.CharField()
    lane = serializers.CharField(allow_blank=True)
    form = serializers.CharField(allow_blank=True)
    due = DueSerializer(allow_null=True)


class ProcessDetailSerializer(ProcessSerializer):
    """A process with its tasks and its diagram as BPMN 2.0 XML."""

    tasks = ProcessTaskSerializer(many=True)
    diagram = serializers.CharField()


class ProcessQuery(StrictSerializer):
    """Which processes."""

    all = QueryTruth(required=False, default=False, help_text="Also those that I may not start.")


class ProcessesView(Endpoint):
    """Processes."""

    needs: ClassVar = {"GET": "processes:read"}
    names: ClassVar = {"GET": "processes"}
    queries: ClassVar = {"GET": ProcessQuery}

    @extend_schema(summary="The processes that I may start, or all", responses=ProcessesSerializer)
    def get(self, _request: Request) -> Response:
        """Every process for which I hold a starting role, with the organisations where I hold it."""
        items = [_shown(row, self.scope) for row in catalog.all_current()]
        chosen_items = [item for item in items if item["organisations"] or self.query["all"]]
        return Response(ProcessesSerializer({"items": chosen_items}).data)


class ProcessView(Endpoint):
    """One process."""

    needs: ClassVar = {"GET": "processes:read"}
    names: ClassVar = {"GET": "process"}

    @extend_schema(summary="A process, its tasks and its diagram", responses=ProcessDetailSerializer)
    def get(self, _request: Request, key: str) -> Response:
        """The newest version of the process."""
        try:
            row = catalog.current(key)
        except DefinitionNotFound:
            raise Http404 from None
        definition = catalog.definition(row.pk)
        detail = {
            **_shown(row, self.scope),
            "tasks": list(_tasks(definition, moment(self.request))),
            "diagram": catalog.diagram_of(row),
        }
        return Response(ProcessDetailSerializer(detail).data)


def _shown(row: ProcessDefinition, scope: Scope) -> dict[str, Any]:
    roles = catalog.definition(row.pk).start_roles
    ids = {held.organisation_id for held in scope.roles if held.role in roles}
    visible = Organisation.objects.visible_to(scope).active().filter(id__in=ids).order_by("sort_key", "id")
    return {
        "key": row.key,
        "version": row.version,
        "name": chosen(row.name, row.name_en),
        "organisations": list(visible) if ids else [],
    }


def _tasks(definition: Definition, now: datetime) -> Iterator[dict[str, Any]]:
    for element in definition.elements.values():
        if element.type in SHOWN:
            lane = definition.lanes.get(element.lane)
            yield {
                "element": element.id,
                "type": element.type,
                "name": chosen(element.name, element.name_en),
                "lane": chosen(lane.name, lane.name_en) if lane else "",
                "form": element.form_key,
                "due": _due(element.due, now) if element.due else None,
            }


def _due(rule: DueRule, now: datetime) -> dict[str, Any]:
    count = count_of(rule, now)
    name = rule.name if isinstance(rule, Deadline) else ""
    if count is None:
        minutes = rule.minutes + rule.days * 1440 if isinstance(rule, Duration) else 0
        hours = f"{minutes // 60} h {minutes % 60} min"
        return {
            "days": None,
            "minutes": minutes,
            "unit": "clock",
            "text": hours,
            "deadline": name,
            "legal_reference": "",
        }
    return {
        "days": count.days,
        "minutes": None,
        "unit": count.unit,
        "text": chosen(count_lv(count), count_en(count)),
        "deadline": name,
        "legal_reference": count.legal_reference,
    }
