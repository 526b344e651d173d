"""Documents of a case; contents are stored once under their sha256."""

import uuid
from typing import ClassVar

from django.db import models

from cases.querysets import OfCaseQuerySet
from engine.models import Task

from .cases import Case


class Scan(models.TextChoices):
    """What the scanner said of a file."""

    NONE = "", "not scanned"
    CLEAN = "clean", "nothing found"
    HARMFUL = "harmful", "something found"


class Blob(models.Model):
    """The bytes of a file, and what a scanner said of them."""

    Scan = Scan

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    stored_at = models.DateTimeField()
    scan = models.CharField(max_length=10, choices=Scan.choices, default=Scan.NONE, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)


class Document(models.Model):
    """A file in a case. `kind` is the process's word for it; `natural_key` makes a repeated job harmless.

    `letter` is what a letter of ours says, for the page beside the file; `form_key` names the form for whose
    task a paper was prepared.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="documents")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="documents")
    kind = models.CharField(max_length=60)
    title_lv = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="documents")
    version = models.PositiveIntegerField(default=1)
    author = models.CharField(max_length=100)
    given_at = models.DateTimeField()
    natural_key = models.CharField(max_length=100, unique=True)
    form_key = models.CharField(max_length=60, default="", blank=True)
    letter = models.JSONField(null=True, blank=True)

    objects: ClassVar[OfCaseQuerySet["Document"]] = OfCaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["case", "kind"], name="document_kind")]

    def __str__(self) -> str:
        return self.title_lv
