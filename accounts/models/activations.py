"""One-time links by which a person sets the first, or a forgotten, password; only a hash is kept."""

from django.conf import settings
from django.db import models


class Activation(models.Model):
    """A link that lets its user set a password once; a newer one voids it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="activations")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
