"""A deployed version of a diagram with everything that stands beside it."""

from django.db import models


class ProcessDefinition(models.Model):
    """One version; `digest` (sha256, hex) covers every file, `files` holds their text by name."""

    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    files = models.JSONField()
    deployed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="definition_version_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"
