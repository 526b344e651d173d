"""An organisation as it stands inside other resources."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.scope import Scope
from cases.errors import NotFound
from registries.models import Organisation


class OrganisationSerializer(serializers.Serializer[Any]):
    """An organisation by its public id."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    kind = serializers.CharField()


def visible(scope: Scope, public_id: UUID) -> Organisation:
    """The organisation within the scope; NotFound for a foreign one as for none."""
    found = Organisation.objects.visible_to(scope).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
