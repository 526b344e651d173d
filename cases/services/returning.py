"""The owner of an account that sleeps asks to open it, with nothing but their password."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.inactive import place_of
from accounts.models import User
from cases.errors import CaseError
from cases.models import Case

from .start import start_by_system

PROCESS = "account_return"


class NobodyToAsk(CaseError):
    """The account has no role left for which anybody could open it."""

    code = "nobody_to_ask"
    words = _("No role is left for which this account could be opened. If you need access, ask your head.")


def ask_to_return(user: User, *, now: datetime) -> Case:
    """The case by which the account may be opened; asked for again it is the same. NobodyToAsk."""
    with transaction.atomic():
        grant = place_of(user, now=now)
        if grant is None or user.closed_because != User.ClosedBecause.INACTIVE:
            raise NobodyToAsk
        organisation, person = grant.organisation, user.person
        return start_by_system(
            PROCESS, organisation=organisation, now=now, subject=person, key=_key(user)
        ).case


def asked_before(user: User) -> Case | None:
    """The case by which the owner of an account that sleeps has asked already, while it is open."""
    return Case.objects.filter(process_key=PROCESS, start_key=_key(user), closed_at=None).first()


def _key(user: User) -> str:
    return f"{user.pk}:{user.closed_at:%Y%m%d%H%M%S}"


def sleeper(username: str) -> User | None:
    """The user of this name whose account sleeps."""
    rows = User.objects.filter(username=username, is_active=False)
    return rows.filter(closed_because=User.ClosedBecause.INACTIVE).first() if username else None
