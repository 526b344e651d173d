"""Organisations: the ministry, its services, municipalities, institutions of every kind."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registries.querysets import OrganisationQuerySet
from registries.text import KEY_LENGTH, fold, sort_key

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
    registration_number = models.CharField(max_length=11, blank=True)
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
    # Collation C: the keys are made for comparison by code point, on every server alike.
    search_key = models.CharField(
        max_length=KEY_LENGTH, editable=False, db_index=True, default="", db_collation="C"
    )
    sort_key = models.CharField(
        max_length=KEY_LENGTH, editable=False, db_index=True, default="", db_collation="C"
    )

    objects: ClassVar[OrganisationQuerySet["Organisation"]] = OrganisationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration_number"],
                condition=~Q(registration_number=""),
                name="organisation_registration_number_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def set_keys(self) -> None:
        """Fill the search and sort keys from the name and number."""
        self.search_key = f"{fold(self.name)} {self.registration_number}".strip()[:KEY_LENGTH]
        self.sort_key = sort_key(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with fresh keys."""
        self.set_keys()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_key", "sort_key"}
        super().save(*args, **kwargs)
