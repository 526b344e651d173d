"""Webhooks: who wants to be told of what, what there was to tell, and how telling it went."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from exchange.querysets import OfSubscriptionQuerySet, SubscriptionQuerySet
from registries.models import Organisation


class WebhookSubscription(models.Model):
    """An address that is told of events; of all cases, or of those of `organisation` and what it founded.

    Secrets are sealed (exchange.webhooks.signing); the previous one still signs until `previous_until`.
    """

    class Stop(models.TextChoices):
        """Why nothing is sent at present."""

        NONE = "", _("It is sent.")
        BY_HAND = "by_hand", _("Somebody paused it.")
        FAILING = "failing", _("The address did not accept anything for days.")
        NOT_ALLOWED = "not_allowed", _("Whoever made it no longer holds the role for it.")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="webhooks"
    )
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=500)
    types = models.JSONField(default=list)
    secret = models.BinaryField()
    previous_secret = models.BinaryField(null=True)
    previous_until = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=20, choices=Stop.choices, default=Stop.NONE, blank=True)
    failing_since = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="webhooks")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[SubscriptionQuerySet["WebhookSubscription"]] = SubscriptionQuerySet.as_manager()  # type: ignore[assignment]


class WebhookEvent(models.Model):
    """Something that happened, in ids and states; its public id lets the receiver drop a repeat."""

    public_id = models.UUIDField(unique=True)
    type = models.CharField(max_length=40)
    subject = models.UUIDField()
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="webhook_events")
    sequence = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    content = models.JSONField(default=dict)


class WebhookDelivery(models.Model):
    """One event for one subscription; `round` counts how often a person asked for it again."""

    class Status(models.TextChoices):
        """How it stands."""

        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not sent")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(WebhookSubscription, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(WebhookEvent, models.CASCADE, related_name="deliveries")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    round = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    response_code = models.PositiveIntegerField(null=True)
    fault = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    attempted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[OfSubscriptionQuerySet["WebhookDelivery"]] = OfSubscriptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event"], name="webhook_delivery_once")
        ]
        indexes = [
            models.Index(fields=["subscription", "-id"], name="webhook_delivery_newest"),
            models.Index("subscription", "id", name="webhook_delivery_failed", condition=Q(status="failed")),
        ]
