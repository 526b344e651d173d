"""The register's events: who left, who leads, which institution closed; others live by them at once."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Day, StrictSerializer, Text, Truth, Uuid
from api.organisations import OrganisationSerializer
from api.searching import Search
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
    last_day = Day()
    at_once = Truth(required=False)
    position = Text(required=False, max_length=200)


class HeadSerializer(StrictSerializer):
    """Who leads from which day on."""

    person = Uuid()
    on = Day()
    position = Text(max_length=200)


class ClosingSerializer(StrictSerializer):
    """The first day on which the organisation works no more, and who takes over, if anybody."""

    on = Day()
    successor = Uuid(required=False)


class ConsequencesSerializer(serializers.Serializer[Any]):
    """What follows: how many people lose how many roles from `day` on, and how many tasks go back.

    `at_once`: when it is entered, not when a day begins. `reviewed` users are to be confirmed by a new head.
    """

    people = serializers.IntegerField()
    roles = serializers.IntegerField()
    tasks = serializers.IntegerField()
    day = serializers.DateField()
    at_once = serializers.BooleanField()
    reviewed = serializers.IntegerField()


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


class Foretelling(Search):
    """What would follow from an event; nothing is entered."""

    needs: ClassVar = {"POST": "cases:read"}
    problems: ClassVar = {"POST": REFUSALS}


class EndOfEmploymentPreviewView(Foretelling):
    """Before the end of somebody's work."""

    names: ClassVar = {"POST": "register_end_employment_preview"}

    @extend_schema(
        summary="What the end of an employment would end",
        request=EndOfEmploymentSerializer,
        responses=ConsequencesSerializer,
    )
    def post(self, _request: Request, organisation_id: UUID) -> Response:
        """Roles and tasks, as things stand."""
        given = self.body(EndOfEmploymentSerializer)
        found = services.organisation_of(self.scope, organisation_id)
        told = services.before_leaving(
            found,
            given["person"],
            last_day=given["last_day"],
            at_once=given.get("at_once", False),
            position=given.get("position", ""),
            today=self.scope.day,
        )
        return Response(ConsequencesSerializer(told).data)


class HeadPreviewView(Foretelling):
    """Before another head."""

    names: ClassVar = {"POST": "register_change_head_preview"}

    @extend_schema(
        summary="What another head would change", request=HeadSerializer, responses=ConsequencesSerializer
    )
    def post(self, _request: Request, organisation_id: UUID) -> Response:
        """The former head's roles, and how many users are to be confirmed."""
        given = self.body(HeadSerializer)
        found = services.institution_of(self.scope, organisation_id)
        told = services.before_change_of_head(found, given["person"], on=given["on"], today=self.scope.day)
        return Response(ConsequencesSerializer(told).data)


class ClosingPreviewView(Foretelling):
    """Before the end of an organisation."""

    names: ClassVar = {"POST": "register_close_preview"}

    @extend_schema(
        summary="What closing an organisation would end",
        request=ClosingSerializer,
        responses=ConsequencesSerializer,
    )
    def post(self, _request: Request, organisation_id: UUID) -> Response:
        """All roles there, and its open tasks."""
        given = self.body(ClosingSerializer)
        found = services.institution_of(self.scope, organisation_id)
        told = services.after_closing(found, on=given["on"], today=self.scope.day)
        return Response(ConsequencesSerializer(told).data)
