"""How long cases of a process and kind took to be decided: figures of one day, for expected dates."""

from django.db import models


class UsualTime(models.Model):
    """Over the year before `day`: half of `cases` took `median` working days or less, 80 % `most`."""

    process_key = models.CharField(max_length=60)
    kind = models.CharField(max_length=60, blank=True)
    day = models.DateField()
    cases = models.PositiveIntegerField()
    median = models.PositiveIntegerField()
    most = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process_key", "kind"], name="usual_time_once")]
