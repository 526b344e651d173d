"""Letting a case or a process rest, and go on, for administrators. Deadlines of the law run on."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import StrictSerializer, Text, Truth
from api.operations import WRITE, Administrative
from cases.queries.suspended import suspended_case, suspended_process
from cases.services import suspending
from cases.services.batches import LONGEST_REASON


class RestRequest(StrictSerializer):
    """Why it rests."""

    reason = Text(max_length=LONGEST_REASON)


class ProcessRestRequest(RestRequest):
    """`with_running`: its open cases rest, too."""

    with_running = Truth(required=False, default=False)


class RestSerializer(serializers.Serializer[Any]):
    """Whether it rests, since when and why; `batch` puts its open cases to rest, or lets them go on."""

    rests = serializers.BooleanField()
    since = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    batch = serializers.UUIDField(allow_null=True)


class CaseSuspendView(Administrative):
    """A case comes to rest."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "case_suspend"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(summary="Let a case rest", request=RestRequest, responses=RestSerializer)
    def post(self, _request: Request, case_id: UUID) -> Response:
        """Nothing moves in it until it goes on."""
        suspending.suspend_case(case_id, user=self.actor, reason=self.body(RestRequest)["reason"])
        return _told(suspended_case(self.scope, case_id))


class CaseResumeView(Administrative):
    """A case goes on."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "case_resume"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(summary="Let a case that rests go on", request=None, responses=RestSerializer)
    def post(self, _request: Request, case_id: UUID) -> Response:
        """What fell due meanwhile happens."""
        self.no_body()
        suspending.resume_case(case_id, user=self.actor)
        return _told(suspended_case(self.scope, case_id))


class ProcessSuspendView(Administrative):
    """A process comes to rest."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "process_suspend"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(
        summary="Let nothing new of a process start", request=ProcessRestRequest, responses=RestSerializer
    )
    def post(self, _request: Request, key: str) -> Response:
        """Its open cases go on, unless they are to rest as well."""
        asked = self.body(ProcessRestRequest)
        batch = suspending.suspend_process(
            key, user=self.actor, reason=asked["reason"], with_running=asked["with_running"]
        )
        return _told(suspended_process(self.scope, key), batch.public_id if batch else None)


class ProcessResumeView(Administrative):
    """A process goes on."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "process_resume"}
    problems: ClassVar = {"POST": (404, 409)}

    @extend_schema(summary="Let a process start again", request=None, responses=RestSerializer)
    def post(self, _request: Request, key: str) -> Response:
        """The cases that were put to rest with it go on."""
        self.no_body()
        batch = suspending.resume_process(key, user=self.actor)
        return _told(suspended_process(self.scope, key), batch.public_id if batch else None)


def _told(standing: Any, batch: UUID | None = None) -> Response:
    told = {
        "rests": standing is not None,
        "since": standing.at if standing else None,
        "reason": standing.reason if standing else "",
        "batch": batch,
    }
    return Response(RestSerializer(told).data)
