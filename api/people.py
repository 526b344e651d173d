"""People within my reach: found by name, one with work and roles, the personal code, the first link again."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.directory import READ, DirectoryRoleSerializer
from api.etags import row_tag, versioned
from api.fields import StrictSerializer
from api.pages import PageSerializer, framed
from api.searching import Search, SearchSerializer
from api.views import Endpoint
from cases import permissions
from cases.queries import directory
from cases.services import people as services

REASONS = list(services.WHY_CODE)


class DirectoryPersonSerializer(serializers.Serializer[Any]):
    """A person in the directory; `works` is where, as far as I see it."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    works = serializers.ListField(child=serializers.CharField())
    is_user = serializers.BooleanField()


class DirectoryPeopleSerializer(PageSerializer):
    """A page of people in alphabetical order."""

    items = DirectoryPersonSerializer(many=True)


class WorkSerializer(serializers.Serializer[Any]):
    """Where a person works or worked."""

    organisation = serializers.UUIDField(source="organisation_public_id")
    organisation_name = serializers.CharField(source="organisation")
    position = serializers.CharField(allow_blank=True)
    is_head = serializers.BooleanField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)


class DirectoryPersonDetailSerializer(serializers.Serializer[Any]):
    """A person with work and roles; `can_be_invited`: I may have the first link sent again.

    The personal code is masked; with `can_show_code` I may ask for the whole one.
    """

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    masked_code = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    works = WorkSerializer(many=True)
    roles = DirectoryRoleSerializer(many=True)
    is_user = serializers.BooleanField()
    can_sign_in = serializers.BooleanField()
    last_sign_in = serializers.DateTimeField(allow_null=True)
    can_be_invited = serializers.BooleanField()
    can_show_code = serializers.SerializerMethodField()

    def get_can_show_code(self, view: Any) -> bool:
        """Whether there is a code and I may see it."""
        return bool(view.masked_code) and permissions.against_showing_code(self.context["scope"]) is None


class WhyCodeSerializer(StrictSerializer):
    """Why the whole code is needed; it is recorded."""

    why = serializers.ChoiceField(REASONS)


class CodeSerializer(serializers.Serializer[Any]):
    """A personal code, eleven digits; empty if the register has none."""

    code = serializers.CharField(allow_blank=True)


class DirectoryPeopleView(Search):
    """People."""

    needs: ClassVar = {"POST": READ}
    names: ClassVar = {"POST": "directory_people"}

    @extend_schema(
        summary="Look for people by name", request=SearchSerializer, responses=DirectoryPeopleSerializer
    )
    def post(self, _request: Request) -> Response:
        """A page of those that I reach; who reaches the whole state has to say whom they look for."""
        asked = self.body(SearchSerializer)
        found = directory.people(
            self.scope, text=asked["text"], cursor=asked.get("cursor"), limit=asked["limit"]
        )
        return Response(DirectoryPeopleSerializer(framed(found, list(found.items))).data)


class DirectoryPersonView(Endpoint):
    """One person."""

    needs: ClassVar = {"GET": READ}
    names: ClassVar = {"GET": "directory_person"}
    tagged: ClassVar = ("GET",)

    @extend_schema(summary="A person with work and roles", responses=DirectoryPersonDetailSerializer)
    def get(self, _request: Request, person_id: UUID) -> Response:
        """What the directory says of them; the person can see that I looked."""
        view = directory.person(self.scope, person_id)
        shown = DirectoryPersonDetailSerializer(view, context={"scope": self.scope}).data
        return versioned(self.request, shown, row_tag(0, shown))


class PersonCodeView(Endpoint):
    """The whole personal code."""

    needs: ClassVar = {"POST": "directory:codes"}
    names: ClassVar = {"POST": "directory_person_code"}
    problems: ClassVar = {"POST": (403, 404)}

    @extend_schema(
        summary="See the whole personal code, saying why", request=WhyCodeSerializer, responses=CodeSerializer
    )
    def post(self, _request: Request, person_id: UUID) -> Response:
        """The code; who saw it and why is in the audit."""
        why = self.body(WhyCodeSerializer)["why"]
        return Response(
            CodeSerializer({"code": services.show_code(person_id, why=why, user=self.actor)}).data
        )


class PersonInviteView(Endpoint):
    """The first link again."""

    needs: ClassVar = {"POST": "directory:write"}
    names: ClassVar = {"POST": "directory_person_invite"}
    problems: ClassVar = {"POST": (403, 404)}

    @extend_schema(summary="Send the link to choose a password again", request=None, responses={204: None})
    def post(self, _request: Request, person_id: UUID) -> Response:
        """The link is on its way; every earlier one stops working."""
        self.no_body()
        services.invite_again(person_id, user=self.actor)
        return Response(status=204)
