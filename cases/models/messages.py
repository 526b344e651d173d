"""Messages to people: in the application and by mail."""

import uuid
from typing import ClassVar

from django.db import models

from cases.querysets import MessageQuerySet
from engine.models import Task
from registries.models import Person

from .cases import Case


class Message(models.Model):
    """A message about a case to a person; its words are rendered from `kind` when shown or sent."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="messages")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="messages")
    recipient = models.ForeignKey(Person, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    natural_key = models.CharField(max_length=100, unique=True)

    objects: ClassVar[MessageQuerySet["Message"]] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["recipient", "-created_at"], name="message_newest")]
