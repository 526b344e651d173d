"""Messages between processes and from outside, kept from their arrival until somebody takes them."""

import uuid

from django.db import models

from .instances import ProcessInstance


class Message(models.Model):
    """A message for the one instance that waits for its name and key, or a signal for all that wait.

    `message_id` is the sender's and makes it once; `variables` are declared scalars as JSON, never a person's
    data. A message that nobody takes until `expires_at` becomes an incident. `started` says that it did not
    reach its receiver but began it. `sent_by` is the username of who sent it from outside, `because` why
    somebody broadcast or withdrew it, `reached` how many instances a signal reached or started.
    """

    class Kind(models.TextChoices):
        """To one or to all."""

        MESSAGE = "message"
        SIGNAL = "signal"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message_id = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    name = models.CharField(max_length=100)
    correlation_key = models.CharField(max_length=200, blank=True)
    variables = models.JSONField(default=dict)
    sender = models.ForeignKey(ProcessInstance, models.CASCADE, null=True, related_name="sent")
    receiver = models.ForeignKey(ProcessInstance, models.CASCADE, null=True, related_name="received")
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    started = models.BooleanField(default=False)
    sent_by = models.CharField(max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=100, blank=True)
    because = models.CharField(max_length=1000, blank=True)
    reached = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                "name",
                "correlation_key",
                "id",
                name="message_undelivered",
                condition=models.Q(delivered_at=None),
            ),
            models.Index(
                "name", "correlation_key", name="message_that_started", condition=models.Q(started=True)
            ),
        ]

    @property
    def is_kept(self) -> bool:
        """Whether nobody has taken it and nobody has withdrawn it."""
        return self.delivered_at is None and self.withdrawn_at is None
