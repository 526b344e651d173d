"""One act on many process instances, or other things known by a key: what was asked, what became of each."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from cases.querysets import BatchQuerySet
from engine.models import ProcessInstance


class Batch(models.Model):
    """What a person asked to be done to many things; `kind` is one of `cases.batch_kinds`.

    `arguments` are ids and codes, never a person's data. It begins at once, or when another person has
    confirmed it; `turn` counts the jobs that go on with it, so that only the newest does.
    """

    class State(models.TextChoices):
        """Where it is."""

        ASKED = "asked"
        RUNNING = "running"
        PAUSED = "paused"
        CANCELLED = "cancelled"
        ENDED = "ended"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    process_key = models.CharField(max_length=60, blank=True)
    arguments = models.JSONField(default=dict)
    reason = models.TextField()
    asked_by = models.ForeignKey(User, models.CASCADE, related_name="batches_asked")
    asked_at = models.DateTimeField()
    channel = models.CharField(max_length=10)
    key = models.CharField(max_length=200, blank=True)
    needs_confirming = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(User, models.CASCADE, null=True, related_name="batches_confirmed")
    confirmed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    turn = models.PositiveIntegerField(default=0)

    objects: ClassVar[BatchQuerySet["Batch"]] = BatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "key"], name="batch_ask_once", condition=~Q(key=""))
        ]
        indexes = [models.Index(fields=["process_key", "-id"], name="batch_of_process")]

    @property
    def state(self) -> str:
        """Where it is."""
        if self.cancelled_at is not None:
            return self.State.CANCELLED
        if self.ended_at is not None:
            return self.State.ENDED
        if self.started_at is None:
            return self.State.ASKED
        return self.State.RUNNING if self.paused_at is None else self.State.PAUSED


class BatchItem(models.Model):
    """One thing of a batch: a process instance, or what its `key` names.

    `code` and the words say why it was refused or failed. `told` is what its kind wants to keep of it, and
    `before` with the bytes of `state_before` what an undoing needs: ids, codes and our own state.
    """

    class Status(models.TextChoices):
        """Where it is; `failed`: tried and failed again; `not_run`: cancelled before its turn."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"
        REFUSED = "refused"
        NOT_RUN = "not_run"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    instance = models.ForeignKey(ProcessInstance, models.CASCADE, null=True, related_name="batch_items")
    key = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    tries = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True)
    because_lv = models.TextField(blank=True)
    because_en = models.TextField(blank=True)
    told = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    state_before = models.BinaryField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "instance", "key"], name="batch_item_once"),
            models.UniqueConstraint(fields=["batch", "position"], name="batch_position_once"),
        ]
        indexes = [
            models.Index("batch", "tries", "position", name="batch_waiting", condition=Q(status="waiting"))
        ]
