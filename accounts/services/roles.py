"""Roles are granted and revoked by cases; the first administrator is the one exception."""

from datetime import date, datetime

from django.db import transaction

from accounts.errors import AdministratorExists, RoleNotPossible, ValidityPast
from accounts.models import Role, RoleGrant, User
from accounts.scope import RIGA, possible_roles
from registries.errors import OrganisationClosed
from registries.models import Organisation, Person

from .invitations import invite
from .users import reopen_for_role


def _user_of(holder: User | Person, now: datetime) -> User:
    return holder if isinstance(holder, User) else invite(holder, now=now)


@transaction.atomic
def grant_role(
    holder: User | Person,
    role: str,
    organisation: Organisation,
    *,
    valid_until: date | None,
    case_number: str,
    now: datetime,
    valid_from: date | None = None,
) -> RoleGrant:
    """The grant that now stands; the same case's repeat changes nothing, an older grant gives way to it.

    A person without a user gets one that cannot sign in before activation.
    Raises RoleNotPossible, ValidityPast, OrganisationClosed.
    """
    today = now.astimezone(RIGA).date()
    if role not in possible_roles(organisation.kind):
        raise RoleNotPossible
    if valid_until is not None and valid_until < max(today, valid_from or today):
        raise ValidityPast
    if organisation.status != Organisation.Status.ACTIVE:
        raise OrganisationClosed
    user = _user_of(holder, now)
    # The user's row orders two grants to the same person, whichever cases make them.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    reopen_for_role(user)
    standing = RoleGrant.objects.filter(
        user=user, role=role, organisation=organisation, revoked_at=None
    ).first()
    if standing is not None and case_number and standing.case_number == case_number:
        return standing
    if standing is not None:
        RoleGrant.objects.filter(pk=standing.pk).update(revoked_at=now, revoked_by_case=case_number)
    return RoleGrant.objects.create(
        user=user,
        role=role,
        organisation=organisation,
        valid_from=valid_from or today,
        valid_until=valid_until,
        granted_at=now,
        case_number=case_number,
    )


def revoke_role(
    holder: User | Person, role: str, organisation: Organisation, *, case_number: str, now: datetime
) -> int:
    """How many standing grants of this role in this organisation ended; it counts from this moment."""
    return RoleGrant.objects.filter(
        user__in=_users(holder), role=role, organisation=organisation, revoked_at=None
    ).update(revoked_at=now, revoked_by_case=case_number)


def revoke_roles_in(
    holder: User | Person, organisation: Organisation, *, case_number: str, now: datetime
) -> int:
    """How many standing grants ended: every role that the person holds in this organisation."""
    return RoleGrant.objects.filter(
        user__in=_users(holder), organisation=organisation, revoked_at=None
    ).update(revoked_at=now, revoked_by_case=case_number)


def _users(holder: User | Person) -> list[int]:
    if isinstance(holder, User):
        return [holder.pk]
    return list(User.objects.filter(person=holder).values_list("pk", flat=True))


@transaction.atomic
def create_administrator(person: Person, ministry: Organisation, *, now: datetime) -> RoleGrant:
    """The first administrator's grant, the only one without a case; AdministratorExists for any further."""
    # The ministry's row orders two commands that run at once.
    Organisation.objects.select_for_update(of=("self",)).get(pk=ministry.pk)
    today = now.astimezone(RIGA).date()
    holds = RoleGrant.objects.filter(role=Role.MINISTRY_ADMIN, revoked_at=None, user__is_active=True)
    if holds.exclude(valid_until__lt=today).exists():
        raise AdministratorExists
    return grant_role(person, Role.MINISTRY_ADMIN, ministry, valid_until=None, case_number="", now=now)
