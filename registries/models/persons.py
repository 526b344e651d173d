"""Persons with our own id, the history of their codes, and where they work."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from registries.codes import mask_code
from registries.querysets import EmploymentQuerySet, PersonCodeQuerySet, PersonQuerySet
from registries.text import KEY_LENGTH, fold, sort_key

from .organisations import Organisation


class Person(models.Model):
    """A natural person; the birth date comes from the register, never from the code."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    birth_date = models.DateField(null=True, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    # Collation C: the keys are made for comparison by code point, on every server alike.
    search_key = models.CharField(
        max_length=KEY_LENGTH, editable=False, db_index=True, default="", db_collation="C"
    )
    sort_key = models.CharField(
        max_length=KEY_LENGTH, editable=False, db_index=True, default="", db_collation="C"
    )

    objects: ClassVar[PersonQuerySet["Person"]] = PersonQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def set_keys(self) -> None:
        """Fill the search and sort keys from the names; the personal code is never part of a key."""
        self.search_key = fold(f"{self.given_name} {self.family_name}")[:KEY_LENGTH]
        self.sort_key = sort_key(f"{self.family_name} {self.given_name}")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with fresh keys."""
        self.set_keys()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_key", "sort_key"}
        super().save(*args, **kwargs)


class PersonCode(models.Model):
    """A personal code that a person has or had; eleven digits without the hyphen."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="codes")
    code = models.CharField(max_length=11, unique=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    objects: ClassVar[PersonCodeQuerySet["PersonCode"]] = PersonCodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(valid_until=None), name="person_code_one_current"
            )
        ]

    def __str__(self) -> str:
        return mask_code(self.code)


class Employment(models.Model):
    """A person works in an organisation in a position for a time."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="employments")
    position = models.CharField(max_length=200)
    is_head = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    objects: ClassVar[EmploymentQuerySet["Employment"]] = EmploymentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")),
                name="employment_period",
            )
        ]

    def __str__(self) -> str:
        return self.position
