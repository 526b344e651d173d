"""Municipalities by ATVK code, valid for a time, with the one that took over."""

from django.db import models


class Territory(models.Model):
    """A municipality as the ATVK classifier lists it."""

    code = models.CharField(max_length=7)
    name = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="territory_code_once")]

    def __str__(self) -> str:
        return self.name
