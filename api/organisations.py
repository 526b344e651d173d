"""An organisation as it stands inside other resources."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class OrganisationSerializer(serializers.Serializer[Any]):
    """An organisation by its public id."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    kind = serializers.CharField()
    registration_number = serializers.CharField(allow_blank=True)
