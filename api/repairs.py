"""Repairs of processes, for administrators: what can be done, what would follow, doing it, many at once."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import moment
from api.batches import BatchSerializer
from api.fields import Object, StrictSerializer, Text, Whole
from api.operations import CAUSES, READ, WRITE, Administrative
from api.views import Endpoint
from api.words import Words
from cases.queries.batches import batch_view
from cases.queries.repairing import IncidentFilter, repair_view
from cases.services.incidents import RETRY, repair_incidents
from cases.services.repairs import (
    Action,
    Asked,
    needs_another,
    preview,
    repair_case,
    seen_by_administrator,
)
from engine.reconcile import scalar
from engine.services import Preview

ACTIONS = [str(one) for one in Action]
KINDS = ["task", "job", "timer", "message"]


class PlaceSerializer(serializers.Serializer[Any]):
    """An element of the diagram."""

    element = serializers.CharField()
    type = serializers.CharField()
    name = Words("name")


class SurroundingSerializer(serializers.Serializer[Any]):
    """A subprocess or call around a wait; which of several, from 1, with its key of the list."""

    place = PlaceSerializer()
    number = serializers.IntegerField()
    key = serializers.CharField(allow_blank=True)


class OpenWaitSerializer(serializers.Serializer[Any]):
    """Where the process waits; one that `is_beside` another goes with it and is not repaired itself.

    `around` are the subprocesses and calls in which it stands, outermost first; at the end its own element,
    if it is one of several.
    """

    wait = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    place = PlaceSerializer()
    since = serializers.DateTimeField(allow_null=True)
    incident = serializers.UUIDField(allow_null=True)
    is_beside = serializers.BooleanField()
    around = SurroundingSerializer(many=True)


class TargetSerializer(PlaceSerializer):
    """Where a token can be moved to; `inside` is the subprocess or call in which that lies."""

    inside = PlaceSerializer(allow_null=True)


class VariableSerializer(serializers.Serializer[Any]):
    """A declared variable; days and decimals are text.

    `owner` is the subprocess or call whose own it is, empty if it is the process's; `is_written` tells those
    that the step should write.
    """

    name = serializers.CharField()
    type = serializers.CharField()
    value = serializers.SerializerMethodField()
    owner = serializers.CharField(allow_blank=True)
    is_written = serializers.BooleanField()

    def get_value(self, row: Any) -> Any:
        """As JSON; null where it has none."""
        return scalar(row.name, row.value)[2]


class RepairViewSerializer(serializers.Serializer[Any]):
    """What can be repaired in a case; a repair that names `version` changes nothing newer.

    `variables` are those that the wait `at` sees, or those of the process.
    """

    version = serializers.IntegerField()
    waits = OpenWaitSerializer(many=True)
    at = serializers.CharField(allow_blank=True)
    variables = VariableSerializer(many=True)
    targets = TargetSerializer(many=True)
    asked = serializers.ListField(child=serializers.UUIDField())


class SeenAtSerializer(StrictSerializer):
    """Whose variables are told."""

    wait = Text(required=False, default="", max_length=20, allow_blank=True)


class AskedSerializer(StrictSerializer):
    """`set` and `skip` take values, `skip` and `move` the wait, `move` the target; `cancel` ends the case.

    `set` changes variables that the wait sees, those of its own subprocess or call too; without a wait those
    of the process.
    """

    action = Text(pattern="|".join(ACTIONS))
    wait = Text(required=False, default="", max_length=20, allow_blank=True)
    target = Text(required=False, default="", max_length=100, allow_blank=True)
    values = Object(required=False, default=dict)


class RepairSerializer(AskedSerializer):
    """A repair with its reason, of the version that was looked at."""

    reason = Text(max_length=1000)
    version = Whole(required=False, min_value=0)


class ManySerializer(StrictSerializer):
    """The same for all open incidents of a step; without `action` they are tried again.

    Values are those of variables that the step sees.
    """

    process = Text(max_length=60)
    version = Whole(required=False, min_value=1)
    element = Text(required=False, default="", max_length=100, allow_blank=True)
    cause = Text(required=False, default="", pattern="|".join(CAUSES))
    action = Text(required=False, default=RETRY, pattern="|".join((RETRY, *ACTIONS)))
    target = Text(required=False, default="", max_length=100, allow_blank=True)
    values = Object(required=False, default=dict)
    reason = Text(max_length=1000)


class ThingSerializer(serializers.Serializer[Any]):
    """A wait that would fall away or begin."""

    element = serializers.CharField()


class ChangeSerializer(serializers.Serializer[Any]):
    """A variable that would be another; `call/name` is one of what is called, `asked#2/name` of no. 2."""

    name = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class PreviewSerializer(serializers.Serializer[Any]):
    """What would follow. `calls` are automatic steps of the same transaction: they were not done for this."""

    closes = ThingSerializer(many=True)
    opens = ThingSerializer(many=True)
    calls = ThingSerializer(many=True)
    variables = ChangeSerializer(many=True)
    ends = serializers.BooleanField()
    needs_another = serializers.BooleanField()


class RepairedSerializer(serializers.Serializer[Any]):
    """Whether it is done; else the batch that another administrator confirms."""

    done = serializers.BooleanField()
    batch = serializers.UUIDField(allow_null=True)


class CaseRepairView(Endpoint):
    """A case's process."""

    needs: ClassVar = {"GET": READ, "POST": WRITE}
    queries: ClassVar = {"GET": SeenAtSerializer}
    names: ClassVar = {"GET": "case_repair", "POST": "case_repair_do"}
    problems: ClassVar = {"GET": (403, 404), "POST": (403, 404, 409, 422)}

    @extend_schema(
        summary="Where a case's process waits and what it knows",
        parameters=[SeenAtSerializer],
        responses=RepairViewSerializer,
    )
    def get(self, _request: Request, case_id: UUID) -> Response:
        """What can be repaired."""
        found = repair_view(self.scope, case_id, self.query["wait"])
        return Response(RepairViewSerializer(found).data)

    @extend_schema(
        summary="Repair a case's process; what moves it on waits for another administrator",
        request=RepairSerializer,
        responses={200: RepairedSerializer, 202: RepairedSerializer},
    )
    def post(self, _request: Request, case_id: UUID) -> Response:
        """Whether it is done already."""
        body = self.body(RepairSerializer)
        batch = repair_case(
            case_id, _asked(body), user=self.actor, reason=body["reason"], version=body.get("version")
        )
        told = {"done": batch is None, "batch": batch.public_id if batch is not None else None}
        return Response(RepairedSerializer(told).data, status=200 if batch is None else 202)


class CaseRepairPreviewView(Endpoint):
    """What would follow."""

    needs: ClassVar = {"POST": READ}
    names: ClassVar = {"POST": "case_repair_preview"}
    problems: ClassVar = {"POST": (403, 404, 409)}

    @extend_schema(
        summary="What a repair would do; nothing is done",
        request=AskedSerializer,
        responses=PreviewSerializer,
    )
    def post(self, _request: Request, case_id: UUID) -> Response:
        """What would fall away, begin and change."""
        case = seen_by_administrator(self.scope, case_id)
        asked = _asked(self.body(AskedSerializer))
        return Response(_previewed(asked, preview(case, asked, now=moment(self.request))))


class IncidentsRepairView(Administrative):
    """Many at once."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "incidents_repair"}
    keyed: ClassVar = ("POST",)
    problems: ClassVar = {"POST": (404, 409, 422)}

    @extend_schema(
        summary="Do the same to all open incidents of a step, each in its turn",
        request=ManySerializer,
        responses={202: BatchSerializer},
    )
    def post(self, _request: Request) -> Response:
        """The batch; what moves cases on waits for another administrator."""
        body = self.body(ManySerializer)
        chosen = IncidentFilter(body["process"], body.get("version"), body["element"], body["cause"])
        asked = None if body["action"] == RETRY else _asked(body)
        batch = repair_incidents(
            chosen, asked, user=self.actor, reason=body["reason"], key=self.idempotency_key
        )
        return Response(BatchSerializer(batch_view(self.scope, batch.public_id)).data, status=202)


def _asked(body: dict[str, Any]) -> Asked:
    return Asked(Action(body["action"]), body.get("wait", ""), body["target"], body["values"])


def _previewed(asked: Asked, found: Preview) -> Any:
    def things(waits: Any) -> list[dict[str, str]]:
        return [{"element": wait.element} for wait in waits]

    changes = [
        {"name": name, "before": scalar(name, was)[2], "after": scalar(name, now_is)[2]}
        for name, was, now_is in found.variables
    ]
    told = {
        "closes": things(found.closes),
        "opens": things(found.opens),
        "calls": things(found.calls),
        "variables": changes,
        "ends": found.ends,
        "needs_another": needs_another(asked, found),
    }
    return PreviewSerializer(told).data
