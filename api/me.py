"""Who I am to the API: my name, my roles, how far I see, and what my token was made for."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from api.access import ANY_TOKEN
from api.organisations import OrganisationSerializer
from api.views import Endpoint
from registries.queries import organisations_by_key


class RoleSerializer(serializers.Serializer[Any]):
    """A role that I hold today."""

    role = serializers.CharField()
    name = serializers.CharField()
    group = serializers.CharField()
    organisation = OrganisationSerializer()


class ReachSerializer(serializers.Serializer[Any]):
    """How far I see."""

    whole_state = serializers.BooleanField()
    can_administrate = serializers.BooleanField()
    reads_audit = serializers.BooleanField()


class MeSerializer(serializers.Serializer[Any]):
    """Me; `token_scopes` is null in a session, which may do all that I may."""

    username = serializers.CharField()
    name = serializers.CharField()
    roles = RoleSerializer(many=True)
    scope = ReachSerializer()
    token_scopes = serializers.ListField(child=serializers.CharField(), allow_null=True)


class MeView(Endpoint):
    """Me."""

    needs: ClassVar = {"GET": ANY_TOKEN}
    names: ClassVar = {"GET": "me"}

    @extend_schema(summary="Who I am, my roles and my scope", responses=MeSerializer)
    def get(self, _request: Request) -> Response:
        """My name, roles and scope."""
        scope = self.scope
        organisations = organisations_by_key(scope.organisations)
        scopes = self.actor.token_scopes
        me = {
            "username": self.actor.name,
            "name": self.actor.display,
            "roles": [
                {
                    "role": held.role,
                    "name": Role(held.role).label,
                    "group": held.group,
                    "organisation": organisations[held.organisation_id],
                }
                for held in scope.roles
            ],
            "scope": {
                "whole_state": scope.whole_state,
                "can_administrate": scope.can_admin,
                "reads_audit": scope.reads_audit,
            },
            "token_scopes": None if scopes is None else sorted(scopes),
        }
        return Response(MeSerializer(me).data)
