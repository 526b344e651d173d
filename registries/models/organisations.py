"""Organisations: the ministry, its services, municipalities, institutions of every kind."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .territories import Territory


class Kind(models.TextChoices):
    """The kinds of organisation that take part."""

    MINISTRY = "ministry", _("Ministry")
    IKVD = "ikvd", _("State Education Quality Service")
    AIC = "aic", _("Academic Information Centre")
    MUNICIPALITY = "municipality", _("Municipality")
    GENERAL = "general", _("General education institution")
    SPECIAL = "special", _("Special education institution")
    PRESCHOOL = "preschool", _("Preschool institution")
    VOCATIONAL = "vocational", _("Vocational education institution")
    COLLEGE = "college", _("College")
    HIGHER = "higher", _("Higher education institution")
    INTEREST = "interest", _("Interest education institution")
    ORIENTATION = "orientation", _("Vocational orientation institution")
    COMPANY = "company", _("Company or foundation")


INSTITUTION_KINDS = (
    Kind.GENERAL,
    Kind.SPECIAL,
    Kind.PRESCHOOL,
    Kind.VOCATIONAL,
    Kind.COLLEGE,
    Kind.HIGHER,
    Kind.INTEREST,
    Kind.ORIENTATION,
)


class Status(models.TextChoices):
    """Whether an organisation works."""

    ACTIVE = "active", _("Active")
    LIQUIDATED = "liquidated", _("Liquidated")


class Organisation(models.Model):
    """An organisation; `municipality` is where an institution lies, `founder` who founded it."""

    Kind = Kind
    Status = Status

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=300)
    registration_number = models.CharField(max_length=11, unique=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.ACTIVE)
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    municipality = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="institutions"
    )
    founder = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="founded")
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=300, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    search_key = models.CharField(max_length=400, editable=False, db_index=True, default="")
    sort_key = models.CharField(max_length=400, editable=False, db_index=True, default="")

    def __str__(self) -> str:
        return self.name
