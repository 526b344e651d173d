"""Pictures of the first pages of files."""

from django.db import models

from .documents import Blob


class Preview(models.Model):
    """The first page of a file as PNG; empty content: none can be drawn, and nobody needs to try again."""

    blob = models.OneToOneField(Blob, models.CASCADE, primary_key=True, related_name="preview")
    content = models.BinaryField()
    made_at = models.DateTimeField()
