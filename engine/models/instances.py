"""A process instance and the projection of its wait states: user tasks, and jobs, timers, subscriptions."""

import uuid

from django.db import models
from django.db.models import Q

from .definitions import ProcessDefinition


class ProcessInstance(models.Model):
    """A running or ended process, or one that rests; `state` is the core's own bytes."""

    class Status(models.TextChoices):
        """Where an instance is."""

        RUNNING = "running"
        SUSPENDED = "suspended"
        COMPLETED = "completed"
        CANCELLED = "cancelled"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    definition = models.ForeignKey(ProcessDefinition, models.PROTECT, related_name="instances")
    business_key = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RUNNING)
    state = models.BinaryField()
    state_sha256 = models.BinaryField()
    version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Task(models.Model):
    """A user task. `group` is `<role>@<organisation id>`, `assignee` a username or `person:<id>`."""

    class Status(models.TextChoices):
        """Where a task is."""

        OPEN = "open"
        COMPLETED = "completed"
        CANCELLED = "cancelled"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Found by the constraint on its wait.
    instance = models.ForeignKey(ProcessInstance, models.CASCADE, db_index=False, related_name="tasks")
    wait_id = models.CharField(max_length=40)
    element = models.CharField(max_length=100)
    form_key = models.CharField(max_length=100)
    group = models.CharField(max_length=100, blank=True)
    assignee = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    completed_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "wait_id"], name="task_wait_once")]
        indexes = [
            models.Index(
                "group", "due_at", "id", name="task_open_group", condition=Q(status="open", assignee="")
            ),
            models.Index(
                "assignee",
                "due_at",
                "id",
                name="task_open_assignee",
                condition=Q(status="open") & ~Q(assignee=""),
            ),
        ]


class Wait(models.Model):
    """A job, a timer or a subscription; the table is the outbox and the clock.

    `wait_id` is the core's wait state, empty for jobs that no element waits for (mail, reminders). The topic
    of a subscription is `message:<name>` or `signal:<name>`.
    `arguments` holds ids only, never a person's data; `first` in it is the wait id under which a subscription
    that has been armed anew was armed at first; `natural_key` lets one effect be asked for once.
    """

    class Kind(models.TextChoices):
        """What it waits for."""

        JOB = "job"
        TIMER = "timer"
        SUBSCRIPTION = "subscription"

    class Status(models.TextChoices):
        """Where it is.

        `stopped`: its clock stands, so its instant is not known; `waiting`: for a message; `held`: it is
        due, but its instance or process rests.
        """

        DUE = "due"
        STOPPED = "stopped"
        WAITING = "waiting"
        HELD = "held"
        DONE = "done"
        CANCELLED = "cancelled"
        INCIDENT = "incident"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.CASCADE, null=True, related_name="waits")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="waits")
    wait_id = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    element = models.CharField(max_length=100, blank=True)
    topic = models.CharField(max_length=100, blank=True)
    arguments = models.JSONField(default=dict)
    natural_key = models.CharField(max_length=200, blank=True)
    correlation_key = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DUE)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_by = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    OPEN = (Status.DUE, Status.STOPPED, Status.WAITING, Status.HELD, Status.INCIDENT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "wait_id", "kind"], name="wait_once", condition=~Q(wait_id="")
            ),
            models.UniqueConstraint(
                fields=["natural_key"], name="wait_natural_key_once", condition=~Q(natural_key="")
            ),
        ]
        indexes = [
            models.Index("due_at", "id", name="wait_due", condition=Q(status="due")),
            models.Index(
                "instance",
                name="wait_open_of_instance",
                condition=Q(status__in=["due", "held", "incident", "stopped", "waiting"]),
            ),
            models.Index(
                "topic", "correlation_key", "id", name="wait_subscribed", condition=Q(status="waiting")
            ),
        ]
