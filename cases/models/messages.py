"""Messages to people: in the application, by mail at once or in a daily digest, as each person wishes."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from cases.querysets import MessageQuerySet
from engine.models import Task
from registries.models import Person

from .cases import Case


class Delivery(models.TextChoices):
    """How a message reaches a person; all can be found in the application."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    APP = "app"


class MessageGroup(models.TextChoices):
    """What a person chooses the delivery of: kinds of message that belong together."""

    TASKS = "tasks"
    CASES = "cases"
    OVERSIGHT = "oversight"
    DECISIONS = "decisions"
    ACCESS = "access"


class MessageDigest(models.Model):
    """The one mail of a day that gathers a person's messages, in the words that were sent."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(Person, models.CASCADE, related_name="message_digests")
    day = models.DateField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "day"], name="message_digest_once")]


class Message(models.Model):
    """A message about a case to a person.

    The job that delivers it decides the `delivery` and keeps the words as they are sent; before that they are
    rendered from `kind`. Without words but with a delivery it was erased. Secret addresses are never kept.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="messages")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="messages")
    recipient = models.ForeignKey(Person, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    natural_key = models.CharField(max_length=100, unique=True)
    delivery = models.CharField(
        max_length=10, choices=Delivery.choices, blank=True, default="", db_default=""
    )
    language = models.CharField(max_length=2, blank=True, default="", db_default="")
    subject = models.CharField(max_length=300, blank=True, default="", db_default="")
    text = models.TextField(blank=True, default="", db_default="")
    search_key = models.TextField(blank=True, default="", db_default="", db_collation="C")
    digest = models.ForeignKey(MessageDigest, models.SET_NULL, null=True, related_name="messages")

    objects: ClassVar[MessageQuerySet["Message"]] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="message_newest"),
            models.Index(fields=["recipient", "-id"], name="message_archive"),
            models.Index("recipient", name="message_unread", condition=Q(read_at=None)),
            models.Index(
                "recipient", "id", name="message_for_digest", condition=Q(delivery="digest", digest=None)
            ),
        ]


class MessagePreference(models.Model):
    """How a person wishes to get a group of messages; without a row each kind decides."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="message_preferences")
    group = models.CharField(max_length=20, choices=MessageGroup.choices)
    delivery = models.CharField(max_length=10, choices=Delivery.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "group"], name="message_preference_once")]
