"""Closing and opening a user: a closed one is out at once, on pages and through tokens."""

from datetime import datetime

from django.db import transaction

from accounts.models import AccessToken, Activation, User


@transaction.atomic
def deactivate(user: User, *, now: datetime) -> None:
    """Nothing of this user's works any more: sessions, tokens and links end with the next request."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    AccessToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    Activation.objects.filter(user=user, used_at=None, voided_at=None).update(voided_at=now)


def reactivate(user: User) -> None:
    """The user may sign in again with their old password; tokens and links stay ended."""
    User.objects.filter(pk=user.pk).update(is_active=True)
