"""Persons with our own id, the history of their codes, and where they work."""

import uuid

from django.db import models

from .organisations import Organisation


class Person(models.Model):
    """A natural person; the birth date comes from the register, never from the code."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    birth_date = models.DateField(null=True, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    search_key = models.CharField(max_length=400, editable=False, db_index=True, default="")
    sort_key = models.CharField(max_length=400, editable=False, db_index=True, default="")

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"


class PersonCode(models.Model):
    """A personal code that a person has or had; eleven digits without the hyphen."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="codes")
    code = models.CharField(max_length=11, unique=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)


class Employment(models.Model):
    """A person works in an organisation in a position for a time."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="employments")
    position = models.CharField(max_length=200)
    is_head = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
