"""What people entered: answers with the form version they were given to, drafts, comments on fields."""

from django.db import models

from engine.models import Task

from .cases import Case


class Answer(models.Model):
    """What a person answered in a completed task; the newest per form key counts.

    `result` is what the person was told when the task was completed: a repeated request gets it again.
    """

    # Found by the index of its newest answers.
    case = models.ForeignKey(Case, models.CASCADE, db_index=False, related_name="answers")
    task = models.OneToOneField(Task, models.CASCADE, related_name="answer")
    form_key = models.CharField(max_length=100)
    form_digest = models.CharField(max_length=64)
    content = models.JSONField()
    author = models.CharField(max_length=100)
    given_at = models.DateTimeField()
    result = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["case", "form_key", "-id"], name="answer_newest")]


class Draft(models.Model):
    """What is typed and not sent; one per task, `version` counts its savings."""

    task = models.OneToOneField(Task, models.CASCADE, related_name="draft")
    content = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    author = models.CharField(max_length=100)
    saved_at = models.DateTimeField()


class FieldComment(models.Model):
    """An officer's words on one field of a form when returning a case; open until answered."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="field_comments")
    task = models.ForeignKey(Task, models.CASCADE, related_name="field_comments")
    form_key = models.CharField(max_length=100)
    field = models.CharField(max_length=100)
    text = models.TextField()
    author = models.CharField(max_length=100)
    written_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "field"], name="comment_once")]
        indexes = [
            models.Index(
                "author", "case", name="comment_waiting", condition=models.Q(answered_at__isnull=True)
            )
        ]
