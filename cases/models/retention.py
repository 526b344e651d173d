"""How long the data of cases are kept: rules as rows, runs that two people sign, orders that hold a case."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from .cases import Case


class LegalHold(models.Model):
    """Nothing of the case is deleted or made anonymous while it holds.

    `hides_looks`: the person concerned is not told who looked at this case, for as long as it holds; nothing
    is hidden unless somebody orders it and names the law.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="holds")
    basis = models.CharField(max_length=300)
    hides_looks = models.BooleanField(default=False)
    placed_by = models.CharField(max_length=100)
    placed_at = models.DateTimeField()
    released_by = models.CharField(max_length=100, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(basis=""), name="legal_hold_has_basis"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(released_at=None), name="legal_hold_one_standing"
            ),
        ]


class RetentionRule(models.Model):
    """So many years after its event a case's data go; without a legal basis nothing goes.

    `delete` empties the case; `anonymise` also unlinks whom it was about and from. The numbered case itself
    stays, for the audit and the statistics.
    """

    class Event(models.TextChoices):
        """From when the years count."""

        CLOSED = "closed"

    class Action(models.TextChoices):
        """What is done then."""

        DELETE = "delete"
        ANONYMISE = "anonymise"

    event = models.CharField(max_length=20, choices=Event.choices, default=Event.CLOSED)
    process_key = models.CharField(max_length=60, unique=True)
    years = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=10, choices=Action.choices)
    legal_basis = models.CharField(max_length=300, blank=True)


class RetentionRun(models.Model):
    """A list of cases whose time is over: prepared by one person, signed by another, carried out as a job."""

    class Status(models.TextChoices):
        """Where it is."""

        PREPARED = "prepared"
        SIGNED = "signed"
        DONE = "done"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PREPARED)
    digest = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)


class RetentionItem(models.Model):
    """One case of a run; `skipped` says why it was left as it is."""

    run = models.ForeignKey(RetentionRun, models.CASCADE, related_name="items")
    rule = models.ForeignKey(RetentionRule, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    action = models.CharField(max_length=10)
    done_at = models.DateTimeField(null=True)
    skipped = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="retention_item_once")]
        indexes = [models.Index("run", "id", name="retention_waiting", condition=Q(done_at=None, skipped=""))]
