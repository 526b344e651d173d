"""Views of the inbox that people saved: for themselves, or for all of a candidate group."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from cases.querysets import SavedViewQuerySet


class SavedView(models.Model):
    """A name for the filters of a list; it belongs to one user or to one group, and stands in its order."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="saved_views")
    group = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=700, blank=True)
    position = models.PositiveIntegerField()
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()

    objects: ClassVar[SavedViewQuerySet["SavedView"]] = SavedViewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="view_of_user_or_group",
                condition=Q(user__isnull=False, group="") | (Q(user__isnull=True) & ~Q(group="")),
            )
        ]
        indexes = [models.Index(fields=["group", "position"], name="view_of_group", condition=~Q(group=""))]

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """The saved view with which a user's list opens."""

    user = models.OneToOneField(User, models.CASCADE, related_name="default_view")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="default_of")
