"""A user's own wishes, and closing and opening one: a closed one is out at once, everywhere."""

from datetime import datetime

from django.db import transaction

from accounts.models import AccessToken, Activation, User


def choose_language(user: User, language: str) -> None:
    """From now on VIIS writes to the user in this language: `lv` or `en`."""
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def deactivate(user: User, *, now: datetime) -> None:
    """Nothing of this user's works any more: sessions, tokens and links end with the next request."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    AccessToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    Activation.objects.filter(user=user, used_at=None, voided_at=None).update(voided_at=now)


def reactivate(user: User) -> None:
    """The user may sign in again with their old password; tokens and links stay ended."""
    User.objects.filter(pk=user.pk).update(is_active=True)
