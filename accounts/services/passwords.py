"""Passwords: the rules, and changing one's own."""

from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import PasswordRefused, WrongCredentials
from accounts.models import User

# Hashing takes time in proportion to the length: a limit keeps a megabyte of password from being work.
LONGEST: Final = 1000


def check_password_rules(password: str, user: User) -> None:
    """Raises PasswordRefused with the reasons in the person's language."""
    if len(password) > LONGEST or "\x00" in password:
        raise PasswordRefused((_("The password is too long or has characters that cannot be used."),))
    try:
        validate_password(password, user)
    except ValidationError as refused:
        raise PasswordRefused(tuple(refused.messages)) from None


@transaction.atomic
def change_password(user: User, *, old: str, new: str) -> User:
    """The user with the new password; their other sessions end. Raises WrongCredentials, PasswordRefused."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if len(old) > LONGEST or not locked.check_password(old):
        raise WrongCredentials
    check_password_rules(new, locked)
    locked.set_password(new)
    locked.save(update_fields=["password"])
    return locked
