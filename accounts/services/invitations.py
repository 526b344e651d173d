"""A person becomes a user by invitation and sets their own password by a one-time link."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db import IntegrityError, transaction

from accounts.errors import ActivationRefused
from accounts.models import Activation, RoleGrant, User
from registries.models import Person
from registries.text import fold

from .passwords import check_password_rules

LINK_LASTS: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ActivationLink:
    """What the mail carries: the secret, which is kept nowhere else, and until when it works."""

    id: int
    user: User
    token: str
    expires_at: datetime


@transaction.atomic
def invite(person: Person, *, now: datetime) -> User:
    """The person's user; a new one cannot sign in before activation. Inviting twice gives the same user."""
    # The person's row orders two invitations at once.
    Person.objects.select_for_update().get(pk=person.pk)
    user = User.objects.filter(person=person).first()
    if user is not None:
        return user
    while True:
        user = User(username=_free_username(person), person=person, created_at=now)
        user.set_unusable_password()
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError:
            # Somebody of the same name was invited at the same moment: the next free name is looked for.
            continue
        return user


def _free_username(person: Person) -> str:
    wish = (
        ".".join(f"{fold(person.given_name)} {fold(person.family_name)}".split())[:90]
        or f"person.{person.pk}"
    )
    taken = set(User.objects.filter(username__startswith=wish).values_list("username", flat=True))
    if wish not in taken:
        return wish
    return next(name for number in range(2, len(taken) + 3) if (name := f"{wish}{number}") not in taken)


@transaction.atomic
def make_activation_link(user: User, *, now: datetime, lasts: timedelta = LINK_LASTS) -> ActivationLink:
    """A fresh link for the user; every earlier one stops working."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    Activation.objects.filter(user=user, used_at=None, voided_at=None).update(voided_at=now)
    token = secrets.token_urlsafe(32)
    row = Activation.objects.create(user=user, digest=_digest(token), created_at=now, expires_at=now + lasts)
    return ActivationLink(id=row.pk, user=user, token=token, expires_at=now + lasts)


def activation_user(token: str, *, now: datetime) -> User:
    """Whose link this is, for the page that asks for the password; ActivationRefused if it does not work."""
    return _open_activation(token, now, lock=False).user


@transaction.atomic
def activate(token: str, password: str, *, now: datetime) -> User:
    """The user, who can sign in with the password from now on; the link is used up.

    Raises ActivationRefused, or PasswordRefused, after which the link still works.
    """
    activation = _open_activation(token, now, lock=True)
    user = activation.user
    check_password_rules(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    activation.used_at = now
    activation.save(update_fields=["used_at"])
    return user


def _open_activation(token: str, now: datetime, *, lock: bool) -> Activation:
    rows = Activation.objects.select_related("user__person")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(digest=_digest(token)).first()
    if (
        found is None
        or found.used_at
        or found.voided_at
        or found.expires_at <= now
        or not found.user.is_active
    ):
        raise ActivationRefused
    return found


def link_story(token: str) -> tuple[bool, str]:
    """Whether a link that does not open was used, and where its user holds the newest role, to ask there."""
    found = Activation.objects.filter(digest=_digest(token)).first()
    if found is None:
        return False, ""
    grants = RoleGrant.objects.filter(user=found.user_id, revoked_at=None).select_related("organisation")
    newest = grants.order_by("-granted_at", "-id").first()
    return found.used_at is not None, newest.organisation.name if newest else ""


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
