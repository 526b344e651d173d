"""The register's events: who left, who leads, which institution closed; others live by them at once."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import StrictSerializer, Text, Truth, Uuid
from api.organisations import OrganisationSerializer
from api.views import Endpoint
from cases.services import register as services
from registries.models import Employment, Organisation
from registries.queries import employees, head_of

REFUSALS = (403, 404, 409)


class StaffSerializer(serializers.Serializer[Any]):
    """Somebody who works in the organisation; `person` is what the events name them by."""

    person = serializers.UUIDField(source="person.public_id")
    name = serializers.CharField(source="person")
    position = serializers.CharField()
    is_head = serializers.BooleanField()
    last_day = serializers.DateField(source="valid_until", allow_null=True)


class RegisterSerializer(serializers.Serializer[Any]):
    """What the register says of an organisation today."""

    organisation = OrganisationSerializer()
    status = serializers.ChoiceField(Organisation.Status.values)
    closed_on = serializers.DateField(allow_null=True)
    successor = OrganisationSerializer(allow_null=True)
    head = serializers.CharField(allow_blank=True)
    staff = StaffSerializer(many=True)


class EndOfEmploymentSerializer(StrictSerializer):
    """Whose work ends: all of it, or in one position; `at_once`: access ends before the day is over."""

    person = Uuid()
    last_day = serializers.DateField(input_formats=["%Y-%m-%d"])
    at_once = Truth(required=False)
    position = Text(required=False, max_length=200)


class HeadSerializer(StrictSerializer):
    """Who leads from which day on."""

    person = Uuid()
    on = serializers.DateField(input_formats=["%Y-%m-%d"])
    position = Text(max_length=200)


class ClosingSerializer(StrictSerializer):
    """The first day on which the organisation works no more, and who takes over, if anybody."""

    on = serializers.DateField(input_formats=["%Y-%m-%d"])
    successor = Uuid(required=False)


class RegisterView(Endpoint):
    """An organisation in the register."""

    needs: ClassVar = {"GET": "cases:read"}
    names: ClassVar = {"GET": "register_organisation"}
    problems: ClassVar = {"GET": (403, 404)}

    @extend_schema(summary="Who works in an organisation", responses=RegisterSerializer)
    def get(self, _request: Request, organisation_id: UUID) -> Response:
        """What the register says today, for who may change it."""
        return Response(_shown(services.organisation_of(self.scope, organisation_id), self.scope.day))


class EndOfEmploymentView(Endpoint):
    """The end of somebody's work."""

    needs: ClassVar = {"POST": "cases:write"}
    names: ClassVar = {"POST": "register_end_employment"}
    problems: ClassVar = {"POST": REFUSALS}

    @extend_schema(
        summary="Enter the end of an employment",
        request=EndOfEmploymentSerializer,
        responses=RegisterSerializer,
    )
    def post(self, _request: Request, organisation_id: UUID) -> Response:
        """The roles there end with the last day, or at once."""
        given = self.body(EndOfEmploymentSerializer)
        found = services.enter_end_of_employment(
            organisation_id,
            given["person"],
            user=self.actor,
            last_day=given["last_day"],
            at_once=given.get("at_once", False),
            position=given.get("position", ""),
        )
        return Response(_shown(found, self.scope.day))


class HeadView(Endpoint):
    """Another head."""

    needs: ClassVar = {"POST": "cases:write"}
    names: ClassVar = {"POST": "register_change_head"}
    problems: ClassVar = {"POST": REFUSALS}

    @extend_schema(summary="Enter another head", request=HeadSerializer, responses=RegisterSerializer)
    def post(self, _request: Request, organisation_id: UUID) -> Response:
        """The former head's role ends, and everybody's access is reviewed."""
        given = self.body(HeadSerializer)
        found = services.enter_head(
            organisation_id, given["person"], user=self.actor, on=given["on"], position=given["position"]
        )
        return Response(_shown(found, self.scope.day))


class ClosingView(Endpoint):
    """The end of an organisation."""

    needs: ClassVar = {"POST": "cases:write"}
    names: ClassVar = {"POST": "register_close"}
    problems: ClassVar = {"POST": REFUSALS}

    @extend_schema(
        summary="Close or merge an organisation", request=ClosingSerializer, responses=RegisterSerializer
    )
    def post(self, _request: Request, organisation_id: UUID) -> Response:
        """All roles there end; open tasks go to the successor, or else to the founder."""
        given = self.body(ClosingSerializer)
        found = services.enter_closing(
            organisation_id, user=self.actor, on=given["on"], successor_id=given.get("successor")
        )
        found.refresh_from_db()
        return Response(_shown(found, self.scope.day))


def _shown(organisation: Organisation, day: Any) -> dict[str, Any]:
    head = head_of(organisation, day)
    staff: list[Employment] = list(employees(organisation, day))
    return dict(
        RegisterSerializer(
            {
                "organisation": organisation,
                "status": organisation.status,
                "closed_on": organisation.closed_on,
                "successor": organisation.successor,
                "head": str(head) if head else "",
                "staff": staff,
            }
        ).data
    )
