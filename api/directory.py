"""The directory of organisations: found by name or number; one with its head and who holds roles in it."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from api.etags import row_tag, versioned
from api.organisations import KINDS, STATUSES
from api.pages import PageSerializer, framed
from api.searching import Search, SearchSerializer
from api.views import Endpoint
from cases.queries import directory

READ = "directory:read"
ROLES = list(Role.values)


class DirectoryRoleSerializer(serializers.Serializer[Any]):
    """A role that stands, and the case that gave it; `case` is null for who does not see the case."""

    person = serializers.UUIDField(source="person_public_id")
    name = serializers.CharField(source="person")
    role = serializers.ChoiceField(ROLES)
    role_name = serializers.CharField(source="role_label")
    organisation = serializers.UUIDField(source="organisation_public_id")
    organisation_name = serializers.CharField(source="organisation")
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    case_number = serializers.CharField(allow_blank=True)
    case = serializers.UUIDField(source="case_public_id", allow_null=True)


class DirectoryOrganisationSerializer(serializers.Serializer[Any]):
    """An organisation in the directory."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    status = serializers.ChoiceField(STATUSES)
    registration_number = serializers.CharField(allow_blank=True)
    municipality = serializers.CharField(allow_blank=True)
    head = serializers.CharField(allow_blank=True)


class DirectoryOrganisationDetailSerializer(DirectoryOrganisationSerializer):
    """An organisation with how to reach it and who holds roles in it; its cases are in the list of cases."""

    closed_on = serializers.DateField(allow_null=True)
    successor = serializers.CharField(allow_blank=True)
    founder = serializers.CharField(allow_blank=True)
    head_person = serializers.UUIDField(source="head_public_id", allow_null=True)
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    roles = DirectoryRoleSerializer(many=True)


class DirectoryOrganisationsSerializer(PageSerializer):
    """A page of organisations in alphabetical order."""

    items = DirectoryOrganisationSerializer(many=True)


class OrganisationSearchSerializer(SearchSerializer):
    """Which organisations."""

    kind = serializers.ChoiceField(KINDS, required=False)


class DirectoryOrganisationsView(Search):
    """Organisations."""

    needs: ClassVar = {"POST": READ}
    names: ClassVar = {"POST": "directory_organisations"}

    @extend_schema(
        summary="Look for organisations by name or number",
        request=OrganisationSearchSerializer,
        responses=DirectoryOrganisationsSerializer,
    )
    def post(self, _request: Request) -> Response:
        """A page of those that I reach; without words all of them."""
        asked = self.body(OrganisationSearchSerializer)
        found = directory.organisations(
            self.scope,
            text=asked["text"],
            kind=asked.get("kind", ""),
            cursor=asked.get("cursor"),
            limit=asked["limit"],
        )
        return Response(DirectoryOrganisationsSerializer(framed(found, list(found.items))).data)


class DirectoryOrganisationView(Endpoint):
    """One organisation."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "directory_organisation"}
    tagged: ClassVar = ("GET",)

    @extend_schema(
        summary="An organisation with who holds roles in it", responses=DirectoryOrganisationDetailSerializer
    )
    def get(self, _request: Request, organisation_id: UUID) -> Response:
        """What the directory says of it."""
        view = directory.organisation(self.scope, organisation_id)
        shown = DirectoryOrganisationDetailSerializer(view).data
        return versioned(self.request, shown, row_tag(0, shown))
