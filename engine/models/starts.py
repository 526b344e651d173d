"""Start events that nobody presses: which message, signal or hour begins an instance of a process."""

from django.db import models
from django.db.models import Q

from .definitions import ProcessDefinition


class ProcessStart(models.Model):
    """A triggered start event of the current version of a process.

    `name` is that of the message or signal, or the schedule as the diagram writes it. `due_at` is when the
    calendar is asked next.
    """

    class Kind(models.TextChoices):
        """What triggers it."""

        MESSAGE = "message"
        SIGNAL = "signal"
        TIMER = "timer"

    definition = models.ForeignKey(ProcessDefinition, models.CASCADE, related_name="starts")
    process_key = models.CharField(max_length=60)
    element = models.CharField(max_length=100)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    name = models.CharField(max_length=100)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process_key", "element"], name="start_event_once"),
            models.UniqueConstraint(fields=["name"], name="start_message_once", condition=Q(kind="message")),
        ]
