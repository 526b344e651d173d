"""Who speaks for an organisation and who stands above it: heads, founders, at last the ministry."""

from collections.abc import Set as AbstractSet
from typing import Final

from accounts.models import Role
from registries.models import Organisation
from registries.queries import ministry

from .people import persons_in

_FOUNDER_ROLES: Final = {
    Organisation.Kind.MUNICIPALITY: Role.MUNICIPALITY_HEAD,
    Organisation.Kind.MINISTRY: Role.MINISTRY_ADMIN,
}
_HEAD_ROLES: Final = {
    **_FOUNDER_ROLES,
    Organisation.Kind.IKVD: Role.IKVD_OFFICER,
}


def head_role(organisation: Organisation) -> str:
    """The role that speaks for the organisation."""
    return _HEAD_ROLES.get(Organisation.Kind(organisation.kind), Role.INSTITUTION_HEAD)


def head_group(organisation: Organisation) -> str:
    """The candidate group of those who speak for the organisation."""
    return f"{head_role(organisation)}@{organisation.pk}"


def above(
    organisation: Organisation, *, without: AbstractSet[int | None] = frozenset()
) -> tuple[str, Organisation]:
    """Role and place of who answers for it: the founder; if nobody can, the municipality, then the ministry.

    `without` are persons who do not count, because the matter is their own.
    """
    for place in (organisation.founder, organisation.municipality):
        if place is None:
            continue
        role = _FOUNDER_ROLES.get(Organisation.Kind(place.kind), Role.INSTITUTION_HEAD)
        if set(persons_in(f"{role}@{place.pk}")) - without:
            return role, place
    return Role.MINISTRY_ADMIN, ministry()


def heir_of(organisation: Organisation) -> Organisation:
    """Who has its tasks now: itself while it works, else the last of those that took them over in turn."""
    met = {organisation.pk}
    last = organisation
    while (
        last.status != Organisation.Status.ACTIVE
        and last.successor is not None
        and last.successor.pk not in met
    ):
        last = last.successor
        met.add(last.pk)
    return last
