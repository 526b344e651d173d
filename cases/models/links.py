"""One-time links: open one task for one person."""

from django.db import models

from engine.models import Task
from registries.models import Person


class TaskLink(models.Model):
    """A link sent by mail; only its secret's sha256 is kept. Five wrong tries close it, a newer one too.

    `cases.links.works_until` says when it ends.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="links")
    person = models.ForeignKey(Person, models.CASCADE, related_name="task_links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
