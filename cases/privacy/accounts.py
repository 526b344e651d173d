"""The account comes last: what others' rows call it is renamed while its name is still known."""

from accounts.models import User

from .contents import rename
from .people import erase_user, tell_user
from .sources import Subject, source


def _erase(subject: Subject) -> int:
    return rename(subject) + erase_user(subject)


source(User, tell_user, _erase)
