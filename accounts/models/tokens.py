"""Personal tokens for the API: only a hash is kept."""

import uuid

from django.conf import settings
from django.db import models

SCOPES = (
    "cases:read",
    "cases:write",
    "tasks:read",
    "tasks:write",
    "documents:read",
    "documents:write",
    "processes:read",
    "operations:read",
    "operations:write",
    "correspondence:read",
    "correspondence:write",
    "webhooks:read",
    "webhooks:write",
    "directory:read",
    "directory:write",
    "directory:codes",
    "retention:read",
    "retention:write",
    "account:read",
    "account:write",
    "messages:read",
    "messages:write",
)


class AccessToken(models.Model):
    """A token that a user made for a program; `scopes` is words such as `cases:read tasks:write`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=500)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
