"""What rests because a person said so: a process, which starts no more instances, or one instance."""

from django.db import models
from django.db.models import Q

from .instances import ProcessInstance


class Suspension(models.Model):
    """From when to when it rests, who said so and why; exactly one of process and instance is told."""

    process = models.CharField(max_length=60, blank=True)
    instance = models.ForeignKey(ProcessInstance, models.CASCADE, null=True, related_name="suspensions")
    reason = models.TextField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    resumed_by = models.CharField(max_length=100, blank=True)
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process"],
                name="suspended_process_once",
                condition=Q(resumed_at=None) & ~Q(process=""),
            ),
            models.UniqueConstraint(
                fields=["instance"], name="suspended_instance_once", condition=Q(resumed_at=None)
            ),
        ]
