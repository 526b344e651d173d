"""Days that differ from the plain week, and the deadlines that are counted with them."""

from django.db import models
from django.db.models import F, Q

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
            ),
            models.CheckConstraint(
                condition=Q(source="organisation", organisation__isnull=False)
                | (~Q(source="organisation") & Q(organisation__isnull=True)),
                name="calendar_day_own_set",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name_lv}"


class DeadlineRule(models.Model):
    """A named deadline for a time: so many days of a unit; no legal reference means set by the ministry.

    By `extension` days of the same unit it may be extended in all; `stopped_day` says which days a stop of
    the clock takes out of the count. What ran when a rule was entered keeps the rule under which it began,
    unless it `recounts`. Rows are not changed: a later one takes the place of an earlier one, and one that
    was not in force yet may be withdrawn. Without `entered_at` it was there from the beginning.
    """

    class Unit(models.TextChoices):
        """What is counted."""

        WORKING_DAYS = "working_days"
        CALENDAR_DAYS = "calendar_days"

    class StoppedDay(models.TextChoices):
        """Which days do not count: those that began while the clock stood, or all on which it stood."""

        BEGUN = "begun"
        TOUCHED = "touched"

    name = models.CharField(max_length=100)
    days = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=13, choices=Unit.choices)
    extension = models.PositiveSmallIntegerField(default=0, db_default=0)
    stopped_day = models.CharField(
        max_length=7, choices=StoppedDay.choices, default=StoppedDay.BEGUN, db_default=StoppedDay.BEGUN
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    legal_reference = models.CharField(max_length=300, blank=True)
    recounts = models.BooleanField(default=False, db_default=False)
    entered_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.CharField(max_length=100, blank=True, default="", db_default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=100, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "valid_from", "entered_at"],
                name="deadline_rule_entered_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="deadline_rule_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.days} {self.unit}"
