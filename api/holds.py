"""Legal holds: which cases nothing may be deleted of, placing a hold and releasing it."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import StrictSerializer, Text, Truth
from api.operations import Administrative
from api.retention import READ, WRITE
from api.views import Endpoint
from cases import people
from cases.models import LegalHold
from cases.services import legal_holds as services


class HoldSerializer(serializers.Serializer[Any]):
    """A hold on a case and what it rests on; `hides_looks`: nobody is told who looked at the case."""

    case = serializers.UUIDField(source="case.public_id")
    case_number = serializers.CharField(source="case.number")
    basis = serializers.CharField()
    hides_looks = serializers.BooleanField()
    placed_by = serializers.SerializerMethodField()
    placed_at = serializers.DateTimeField()

    def get_placed_by(self, hold: LegalHold) -> str:
        """The name."""
        return people.name_of(hold.placed_by)


class HoldsSerializer(serializers.Serializer[Any]):
    """The holds that stand, newest first."""

    items = HoldSerializer(many=True)


class CaseHoldSerializer(serializers.Serializer[Any]):
    """What holds the case; null where nothing does."""

    hold = HoldSerializer(allow_null=True)


class HoldInSerializer(StrictSerializer):
    """The law or the order that the hold rests on, and whether the case's looks are not told meanwhile."""

    basis = Text(max_length=300)
    hides_looks = Truth(required=False, default=False)


class HoldsView(Administrative):
    """Holds."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "holds"}
    problems: ClassVar = {"GET": (404,)}

    @extend_schema(summary="The cases that are held", responses=HoldsSerializer)
    def get(self, _request: Request) -> Response:
        """Those that stand."""
        return Response(HoldsSerializer({"items": services.held_cases(self.scope)}).data)


class CaseHoldView(Endpoint):
    """The hold on a case."""

    needs: ClassVar = {"GET": READ, "POST": WRITE}
    names: ClassVar = {"GET": "case_hold", "POST": "case_hold_place"}
    problems: ClassVar = {"GET": (403, 404), "POST": (403, 404, 409)}

    @extend_schema(summary="What holds a case", responses=CaseHoldSerializer)
    def get(self, _request: Request, case_id: UUID) -> Response:
        """The hold that stands, for administrators."""
        return Response(CaseHoldSerializer({"hold": services.hold_of(self.scope, case_id)}).data)

    @extend_schema(
        summary="Hold a case: nothing of it is deleted",
        request=HoldInSerializer,
        responses={201: HoldSerializer},
    )
    def post(self, _request: Request, case_id: UUID) -> Response:
        """The hold, which stands until it is released."""
        hold = services.hold_case(case_id, user=self.actor, **self.body(HoldInSerializer))
        return Response(HoldSerializer(hold).data, status=201)


class CaseHoldReleaseView(Endpoint):
    """Releasing a case."""

    needs: ClassVar = {"POST": WRITE}
    names: ClassVar = {"POST": "case_hold_release"}
    problems: ClassVar = {"POST": (403, 404)}

    @extend_schema(summary="Release a case from its hold", request=None, responses={204: None})
    def post(self, _request: Request, case_id: UUID) -> Response:
        """The rules hold for it again; 404 if nothing held it."""
        self.no_body()
        services.release_case(case_id, user=self.actor)
        return Response(status=204)
