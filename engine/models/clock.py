"""How far business time stands from the database's clock; only the demo and tests move it."""

from django.db import models


class ClockOffset(models.Model):
    """At most one row; none means no offset."""

    only = models.BooleanField(primary_key=True, default=True)
    ahead = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="clock_offset_once")]
