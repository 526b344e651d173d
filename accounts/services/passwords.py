"""Passwords: the rules, and changing one's own."""

from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import PasswordRefused, WrongCredentials
from accounts.models import User
from registries.text import fold

# Hashing takes time in proportion to the length: a limit keeps a megabyte of password from being work.
LONGEST: Final = 1000
FEWEST_DIFFERENT: Final = 5
FEWEST_BESIDES_NAMES: Final = 6
SHORTEST_NAME: Final = 2


def check_password_rules(password: str, user: User) -> None:
    """Raises PasswordRefused with the reasons in the person's language."""
    if len(password) > LONGEST or "\x00" in password:
        raise PasswordRefused((_("The password is too long or has characters that cannot be used."),))
    try:
        validate_password(password, user)
    except ValidationError as refused:
        raise PasswordRefused(tuple(refused.messages)) from None
    if len(set(password)) < FEWEST_DIFFERENT:
        raise PasswordRefused((_("The password repeats the same few characters."),))
    if len(_without_names(password, user)) < FEWEST_BESIDES_NAMES:
        raise PasswordRefused((_("The password is hardly more than your name. Add other words to it."),))


def _without_names(password: str, user: User) -> str:
    """What is left of the password without its owner's names, however they are written."""
    rest = fold(password)
    names = {fold(user.username), fold(user.person.given_name), fold(user.person.family_name)}
    for name in sorted(names, key=len, reverse=True):
        if len(name) > SHORTEST_NAME:
            rest = rest.replace(name, "")
    return rest.replace(" ", "")


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
