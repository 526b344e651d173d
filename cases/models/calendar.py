"""Days that differ from the plain week: statutory holidays, days moved by Cabinet order, an organisation's own."""

from django.db import models

from registries.models import Organisation


class CalendarDay(models.Model):
    """One day that is off or worked against the week's rule; `organisation` empty: the whole state."""

    class Source(models.TextChoices):
        """Which of the three sets it belongs to."""

        STATUTORY = "statutory"
        MOVED = "moved"
        ORGANISATION = "organisation"

    day = models.DateField()
    works = models.BooleanField()
    source = models.CharField(max_length=12, choices=Source.choices)
    name_lv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    legal_reference = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="calendar_days"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "source", "organisation"], name="calendar_day_once", nulls_distinct=False
            )
        ]
