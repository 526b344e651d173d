"""The shapes of webhooks: what goes out, what comes in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.fields import StrictSerializer, Text, Truth, Uuid
from api.organisations import OrganisationSerializer
from api.pages import PageQuery, PageSerializer
from exchange.models import WebhookDelivery, WebhookSubscription
from exchange.webhooks.kinds import TYPES

FULL = tuple(f"lv.viis.{kind}" for kind in TYPES)
STOPS = [value for value in WebhookSubscription.Stop.values if value]


class EventTypeSerializer(serializers.Serializer[Any]):
    """A type of event that can be asked for."""

    type = serializers.CharField()
    text = serializers.CharField()


class EventTypesSerializer(serializers.Serializer[Any]):
    """What can be asked for."""

    items = EventTypeSerializer(many=True)


class WebhookSerializer(serializers.Serializer[Any]):
    """An address that is told of events; without `organisation` of those of all cases.

    `stopped` says why nothing is sent at present, `failing_since` when the last event was not accepted.
    """

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    address = serializers.CharField()
    types = serializers.SerializerMethodField()
    organisation = OrganisationSerializer(allow_null=True)
    stopped = serializers.SerializerMethodField()
    failing_since = serializers.DateTimeField(allow_null=True)
    old_secret_until = serializers.DateTimeField(source="previous_until", allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()

    def get_types(self, row: WebhookSubscription) -> list[str]:
        """With the prefix that the events have."""
        return [f"lv.viis.{kind}" for kind in row.types]

    def get_stopped(self, row: WebhookSubscription) -> str | None:
        """Why, if it is."""
        return row.stopped or None


class WebhooksSerializer(serializers.Serializer[Any]):
    """The webhooks that I administrate, oldest first."""

    items = WebhookSerializer(many=True)


class WebhookSecretSerializer(serializers.Serializer[Any]):
    """A webhook with its new secret, which is shown this once."""

    webhook = WebhookSerializer()
    secret = serializers.CharField()


class WebhookInSerializer(StrictSerializer):
    """What a new webhook should be; `organisation` null: of all cases, for administrators."""

    name = Text(max_length=100)
    address = Text(max_length=500)
    types = serializers.ListField(child=serializers.ChoiceField(FULL), min_length=1, max_length=len(FULL))
    organisation = Uuid(required=False, allow_null=True, default=None)


class WebhookChangeSerializer(StrictSerializer):
    """What a webhook should be from now on; `paused` false also starts one again that was stopped."""

    name = Text(max_length=100)
    address = Text(max_length=500)
    types = serializers.ListField(child=serializers.ChoiceField(FULL), min_length=1, max_length=len(FULL))
    paused = Truth(required=False, default=False)


class DeliverySerializer(serializers.Serializer[Any]):
    """One event for one webhook; `fault` says why there is no status or it was not accepted."""

    id = serializers.UUIDField(source="public_id")
    event = serializers.UUIDField(source="event.public_id")
    type = serializers.SerializerMethodField()
    subject = serializers.UUIDField(source="event.subject")
    status = serializers.ChoiceField(WebhookDelivery.Status.values)
    round = serializers.IntegerField()
    attempts = serializers.IntegerField()
    response_code = serializers.IntegerField(allow_null=True)
    fault = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    attempted_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_type(self, row: WebhookDelivery) -> str:
        """With the prefix that the events have."""
        return f"lv.viis.{row.event.type}"


class DeliveryPageSerializer(PageSerializer):
    """A page of deliveries."""

    items = DeliverySerializer(many=True)


class DeliveryQuery(PageQuery):
    """Which deliveries."""

    status = serializers.ChoiceField(WebhookDelivery.Status.values, required=False)


class ReplaySerializer(StrictSerializer):
    """Since when; what failed or was dropped after this is sent again, at most 1000 at once."""

    since = serializers.DateTimeField()


class ReplayedSerializer(serializers.Serializer[Any]):
    """How many are sent again."""

    count = serializers.IntegerField()
