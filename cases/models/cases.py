"""A case: what the record legally is, beside the process instance that says where it is."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import User
from cases.querysets import CaseQuerySet
from engine.models import ProcessInstance
from registries.models import Organisation, Person


class Case(FSMModelMixin, models.Model):
    """One matter of one organisation. `subject` is the person it is about, if any.

    `chain_head` and `chain_length` are the end of its audit chain; a repeated start has the same `start_key`.
    The row changes only under the lock of its process instance, or under its own where nothing moves.
    """

    class Status(models.TextChoices):
        """The legal state of a case."""

        DRAFT = "draft"
        SUBMITTED = "submitted"
        RETURNED = "returned"
        DECIDED = "decided"
        CLOSED = "closed"
        WITHDRAWN = "withdrawn"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=30, unique=True)
    process_key = models.CharField(max_length=60)
    instance = models.OneToOneField(ProcessInstance, models.PROTECT, related_name="case")
    status = FSMField(default=Status.DRAFT, choices=Status.choices, protected=True)
    outcome = models.CharField(max_length=30, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="cases")
    # Found by the index of one's newest cases.
    applicant = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="cases")
    subject = models.ForeignKey(Person, models.PROTECT, null=True, related_name="cases")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    chain_head = models.BinaryField(default=bytes)
    chain_length = models.PositiveIntegerField(default=0)
    start_key = models.CharField(max_length=200, blank=True, default="", db_default="")

    objects: ClassVar[CaseQuerySet["Case"]] = CaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "start_key"], name="case_start_once", condition=~Q(start_key="")
            ),
            models.UniqueConstraint(
                fields=["process_key", "organisation", "start_key"],
                name="case_of_system_once",
                condition=Q(applicant=None) & ~Q(start_key=""),
            ),
            models.CheckConstraint(
                name="case_status_known",
                condition=Q(status__in=["draft", "submitted", "returned", "decided", "closed", "withdrawn"]),
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="case_of_applicant"),
            models.Index(
                "applicant",
                "instance",
                name="case_open_of_applicant",
                condition=Q(status__in=["draft", "submitted", "returned", "decided"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(field=status, source=[Status.DRAFT, Status.RETURNED], target=Status.SUBMITTED)
    def submit(self) -> None:
        """The applicant sent it, for the first time or after a correction."""

    @transition(field=status, source=Status.SUBMITTED, target=Status.RETURNED)
    def send_back(self) -> None:
        """An officer returned it for correction."""

    @transition(field=status, source=Status.SUBMITTED, target=Status.DECIDED)
    def decide(self) -> None:
        """An officer decided."""

    @transition(
        field=status,
        source=[Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.DECIDED],
        target=Status.CLOSED,
    )
    def close(self) -> None:
        """The process came to its end."""

    @transition(
        field=status, source=[Status.DRAFT, Status.SUBMITTED, Status.RETURNED], target=Status.WITHDRAWN
    )
    def withdraw(self) -> None:
        """The applicant took it back before the decision."""


class CaseCounter(models.Model):
    """The last number given in a process and year."""

    process_key = models.CharField(max_length=60)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process_key", "year"], name="counter_once")]
