"""What somebody typed whose session had ended before they sent it."""

from django.db import models

from engine.models import Task


class KeptText(models.Model):
    """The posted fields of a task's page; only `owner`, as rows name an actor, is ever shown them again."""

    owner = models.CharField(max_length=100)
    task = models.ForeignKey(Task, models.CASCADE, related_name="kept_texts")
    page = models.CharField(max_length=20)
    fields = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "task", "page"], name="kept_once")]
        indexes = [models.Index(fields=["kept_at"], name="kept_oldest")]
