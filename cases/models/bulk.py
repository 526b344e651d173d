"""One act on many tasks: what was asked, and what became of each task."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from cases.querysets import BulkQuerySet
from engine.models import Task


class BulkAction(models.Model):
    """What one person asked to be done to many tasks; every item is an ordinary step of its own.

    `key` lets the same request start it once, and `asked` is a keyed hash of it; `looked_at` is when the
    person last saw how far it is.
    """

    class Kind(models.TextChoices):
        """What is done to each task."""

        COMPLETE = "complete"
        CLAIM = "claim"
        RELEASE = "release"
        ASSIGN = "assign"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="bulk_actions")
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    form_key = models.CharField(max_length=100, blank=True)
    answers = models.JSONField(default=dict)
    to = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=200, blank=True)
    asked = models.CharField(max_length=32, default="", blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)

    objects: ClassVar[BulkQuerySet["BulkAction"]] = BulkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="bulk_start_once", condition=~Q(key=""))
        ]
        indexes = [models.Index(fields=["user", "-id"], name="bulk_of_user")]


class BulkItem(models.Model):
    """One task of a bulk action; `code` and the words say why it was refused."""

    class Status(models.TextChoices):
        """Where it is."""

        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"
        CANCELLED = "cancelled"

    bulk = models.ForeignKey(BulkAction, models.CASCADE, related_name="items")
    task = models.ForeignKey(Task, models.CASCADE, related_name="bulk_items")
    position = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    tries = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True)
    because_lv = models.TextField(blank=True)
    because_en = models.TextField(blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "task"], name="bulk_task_once")]
        indexes = [
            models.Index("bulk", "tries", "position", name="bulk_waiting", condition=Q(status="waiting"))
        ]
