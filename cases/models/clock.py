"""The legal clock of a case: when it ran and stood, and by how much its deadline was extended."""

import uuid

from django.db import models
from django.db.models import F, Q

from .cases import Case


class ClockSegment(models.Model):
    """One time in which the clock of a case ran or stood; `until` is empty while it lasts.

    Segments follow each other without a gap; `why` is a code and `by` the name of an actor.
    """

    class Why(models.TextChoices):
        """Why a clock stands."""

        RETURNED = "returned"
        WAITING = "waiting"

    case = models.ForeignKey(Case, models.CASCADE, related_name="clock_segments")
    runs = models.BooleanField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=20, choices=Why.choices, blank=True)
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="clock_segment_one_open", condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                name="clock_segment_forward", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            models.CheckConstraint(
                name="clock_segment_reason", condition=Q(runs=True, why="") | (Q(runs=False) & ~Q(why=""))
            ),
        ]
        indexes = [models.Index(fields=["case", "since"], name="clock_segment_of_case")]

    def __str__(self) -> str:
        return f"{'runs' if self.runs else 'stopped'} from {self.since}"


class ClockExtension(models.Model):
    """That the deadline of a case was extended by so many days; `reason` is told to the applicant."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="clock_extensions")
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=1000)
    legal_reference = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [models.CheckConstraint(name="clock_extension_days", condition=Q(days__gt=0))]

    def __str__(self) -> str:
        return f"{self.days} days more"
