"""A user's own wishes, and closing and opening one: a closed one is out at once, everywhere."""

from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from accounts.basis import standing
from accounts.models import AccessToken, Activation, User
from accounts.scope import RIGA


def user_of(actor: Actor) -> User:
    """The user who acts, by page or by token; User.DoesNotExist for a link or the system."""
    return User.objects.get(pk=actor.user_id or 0)


def choose_language(user: User, language: str) -> None:
    """From now on VIIS writes to the user in this language: `lv` or `en`."""
    User.objects.filter(pk=user.pk).update(language=language)


def choose_keyboard(user: User, *, on: bool) -> None:
    """Whether single keys do something in the user's pages."""
    User.objects.filter(pk=user.pk).update(keyboard=on)


@transaction.atomic
def deactivate(user: User, *, now: datetime, because: str = "") -> None:
    """Nothing of this user's works any more: sessions, tokens and links end with the next request."""
    User.objects.filter(pk=user.pk).update(is_active=False, closed_because=because, closed_at=now)
    AccessToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    Activation.objects.filter(user=user, used_at=None, voided_at=None).update(voided_at=now)


@transaction.atomic
def close_without_roles(user: User, *, now: datetime) -> bool:
    """Closes the account if no role is left that counts or will; whether it did."""
    today = now.astimezone(RIGA).date()
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if standing(today).filter(user=user, organisation__status="active").exists():
        return False
    deactivate(user, now=now, because=User.ClosedBecause.NO_ROLES)
    return True


def reactivate(user: User) -> None:
    """The user may sign in again with their old password; tokens and links stay ended."""
    User.objects.filter(pk=user.pk).update(is_active=True, closed_because="", closed_at=None)


def reopen_for_role(user: User) -> None:
    """Whoever is given a role can sign in with it, unless a person closed the account."""
    closed = User.objects.filter(pk=user.pk, is_active=False).exclude(closed_because="")
    closed.update(is_active=True, closed_because="", closed_at=None)
