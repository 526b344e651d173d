"""Giving a task to a colleague, and a fresh link to who does a task without an account."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import StrictSerializer, Text
from api.task_shapes import HeldSerializer
from api.tasks import ACTING, held
from api.views import Endpoint
from cases import queries
from cases.queries.detail import visible_case
from cases.services import tasks as services
from cases.services.links import send_link_again

LINK_STATES = ["sending", "sent", "opened", "expired", "closed", "no_address"]


class ColleagueSerializer(serializers.Serializer[Any]):
    """Somebody to whom the task can be given."""

    username = serializers.CharField()
    name = serializers.CharField()


class ColleaguesSerializer(serializers.Serializer[Any]):
    """Everybody to whom the task can be given, by name."""

    items = ColleagueSerializer(many=True)


class AssignSerializer(StrictSerializer):
    """To whom, by `username`."""

    to = Text(max_length=150)


class LinkSerializer(serializers.Serializer[Any]):
    """How the newest one-time link to a task stands; `to` is a masked address."""

    task = serializers.UUIDField(source="task_public_id")
    state = serializers.ChoiceField(LINK_STATES)
    who = serializers.CharField()
    to = serializers.CharField(allow_blank=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)


class CaseLinkSerializer(serializers.Serializer[Any]):
    """The link of the case's open task, for who may send another; null where there is none."""

    link = LinkSerializer(allow_null=True)


class ColleaguesView(Endpoint):
    """Who could do a task as well."""

    needs: ClassVar = {"GET": "tasks:read"}
    names: ClassVar = {"GET": "task_colleagues"}

    @extend_schema(summary="Colleagues to whom a task can be given", responses=ColleaguesSerializer)
    def get(self, _request: Request, task_id: UUID) -> Response:
        """Those whom neither their role nor four eyes keep from it."""
        return Response(ColleaguesSerializer({"items": queries.colleagues(self.scope, task_id)}).data)


class AssignView(Endpoint):
    """Giving a task away."""

    needs: ClassVar = {"POST": "tasks:write"}
    names: ClassVar = {"POST": "task_assign"}
    problems: ClassVar = {"POST": ACTING}
    matched: ClassVar = ("POST",)

    @extend_schema(summary="Give a task to a colleague", request=AssignSerializer, responses=HeldSerializer)
    def post(self, _request: Request, task_id: UUID) -> Response:
        """The task is the colleague's."""
        to = self.body(AssignSerializer)["to"]
        with self.expecting():
            return held(services.assign_task(task_id, user=self.actor, to=to))


class LinkAgainView(Endpoint):
    """A fresh link."""

    needs: ClassVar = {"POST": "tasks:write"}
    names: ClassVar = {"POST": "task_send_link"}
    problems: ClassVar = {"POST": (404, 409)}
    matched: ClassVar = ("POST",)

    @extend_schema(
        summary="Send a fresh one-time link to who does the task",
        request=None,
        responses={202: CaseLinkSerializer},
    )
    def post(self, _request: Request, task_id: UUID) -> Response:
        """The link is on its way; every earlier one stops working when it is sent."""
        self.no_body()
        with self.expecting():
            case_id = send_link_again(task_id, user=self.actor)
        return Response(_link(self, case_id), status=202)


class CaseLinkView(Endpoint):
    """The link of a case."""

    needs: ClassVar = {"GET": "cases:read"}
    names: ClassVar = {"GET": "case_link"}

    @extend_schema(
        summary="How the one-time link of the case's open task stands", responses=CaseLinkSerializer
    )
    def get(self, _request: Request, case_id: UUID) -> Response:
        """For who may send another; null for everybody else."""
        return Response(_link(self, case_id))


def _link(endpoint: Endpoint, case_id: UUID) -> Any:
    link = queries.link_of(visible_case(endpoint.scope, case_id), endpoint.scope)
    return CaseLinkSerializer({"link": link}).data
