"""What happened: one completion per step (history entry and idempotency record in one), and incidents."""

import uuid

from django.db import models

from .instances import ProcessInstance, Task, Wait


class Completion(models.Model):
    """One step of an instance. `passed` lists what the step did as [kind, element] pairs, in order."""

    class Kind(models.TextChoices):
        """What moved the instance."""

        START = "start"
        TASK = "task"
        JOB = "job"
        TIMER = "timer"
        EVENT = "event"
        ERROR = "error"
        CANCEL = "cancel"
        REPAIR = "repair"
        MIGRATE = "migrate"

    # Found by the constraint on its version.
    instance = models.ForeignKey(ProcessInstance, models.CASCADE, db_index=False, related_name="completions")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    element = models.CharField(max_length=100, blank=True)
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="completions")
    actor = models.CharField(max_length=100)
    at = models.DateTimeField()
    passed = models.JSONField(default=list)
    decisions = models.JSONField(default=list)
    idempotency_key = models.CharField(max_length=200, blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instance", "version"], name="completion_version_once"),
            models.UniqueConstraint(
                fields=["actor", "idempotency_key"],
                name="completion_key_once",
                condition=~models.Q(idempotency_key=""),
            ),
        ]


class DecisionMade(models.Model):
    """One decision table asked in a step: its version by digest, the rules that fired and with what.

    `rules` are [number, id] pairs in the order in which they count, none when the default of the table held;
    `inputs` and `outputs` are [name, type, value] triples: columns of the table, variables of the process.
    """

    instance = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="decisions")
    completion = models.ForeignKey(Completion, models.CASCADE, related_name="decisions_made")
    position = models.PositiveSmallIntegerField()
    element = models.CharField(max_length=100)
    decision = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rules = models.JSONField()
    inputs = models.JSONField()
    outputs = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["completion", "position"], name="decision_position_once")
        ]
        indexes = [models.Index("instance", "decision", name="decision_of_instance")]


class RepairMade(models.Model):
    """What a person's repair changed in a step: the wait that it was about, and where its token went.

    `variables` are [name, [type, before], [type, after]], everything that was another value after the step.
    """

    class Action(models.TextChoices):
        """What was done."""

        SET = "set"
        SKIP = "skip"
        MOVE = "move"

    instance = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="repairs")
    completion = models.OneToOneField(Completion, models.CASCADE, related_name="repair")
    action = models.CharField(max_length=10, choices=Action.choices)
    element = models.CharField(max_length=100, blank=True)
    target = models.CharField(max_length=100, blank=True)
    variables = models.JSONField(default=list)
    at = models.DateTimeField()


class Incident(models.Model):
    """What cannot go on by itself: a job or timer (`wait`), a person's step (`task`), a start (`process`).

    `cause` is a code that pages turn into plain words.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.CASCADE, null=True, related_name="incidents")
    wait = models.ForeignKey(Wait, models.CASCADE, null=True, related_name="incidents")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="incidents")
    process = models.CharField(max_length=60, blank=True)
    element = models.CharField(max_length=100, blank=True)
    cause = models.CharField(max_length=100)
    detail = models.TextField(blank=True)
    attempts = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index("opened_at", name="incident_open", condition=models.Q(resolved_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "process", "element", "cause"],
                name="incident_of_step_once",
                condition=models.Q(resolved_at=None, wait=None),
                nulls_distinct=False,
            )
        ]
