"""Whether the registers still give a reason for the roles that somebody holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from registries.models import Employment, Organisation, Person

from .models import Role, RoleGrant

# Who leads in the register holds these; a deputy may hold them too, for whom no rule about heads counts.
HEAD_ROLES: Final = (Role.INSTITUTION_HEAD, Role.MUNICIPALITY_HEAD)


@dataclass(frozen=True, slots=True)
class WithoutBasis:
    """A person whose roles in an organisation have lost their reason: `employment`, `head` or `closed`."""

    person_id: int
    organisation_id: int
    why: str


def standing(day: date) -> QuerySet[RoleGrant]:
    """The grants that count on this day or will."""
    return RoleGrant.objects.filter(revoked_at=None).exclude(valid_until__lt=day)


def roles_to_end(
    person: Person, organisation: Organisation, *, day: date, was_head: bool
) -> tuple[RoleGrant, ...]:
    """The grants of the person there that have no reason from this day on.

    All of them for who works there no more; the head's role for who works on and led until then.
    """
    held = tuple(standing(day).filter(user__person=person, organisation=organisation).order_by("role"))
    if organisation.status != Organisation.Status.ACTIVE:
        return held
    works = list(Employment.objects.on(day).filter(person=person, organisation=organisation))
    if not works:
        return held
    if was_head and not any(work.is_head for work in works):
        return tuple(grant for grant in held if grant.role in HEAD_ROLES)
    return ()


def without_basis(day: date, *, most: int = 500) -> Iterable[WithoutBasis]:
    """Whose roles the registers have ceased to support, whatever told of it or failed to; at most so many.

    Who was never entered as employed has another basis: the head's declaration.
    """
    at_place = Employment.objects.filter(
        person=OuterRef("user__person"), organisation=OuterRef("organisation")
    )
    # An employment that was over before the role was granted cannot have been its reason.
    ended = at_place.filter(valid_until__lt=day, valid_until__gte=OuterRef("valid_from"))
    now = at_place.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)
    closed = Q(organisation__status=Organisation.Status.LIQUIDATED)
    gone = Q(Exists(ended)) & ~Q(Exists(now))
    no_head = (
        Q(role__in=HEAD_ROLES) & Q(Exists(ended.filter(is_head=True))) & ~Q(Exists(now.filter(is_head=True)))
    )
    rows = (
        standing(day)
        .filter(closed | gone | no_head)
        .annotate(works=Exists(now), person_id=F("user__person_id"), place_status=F("organisation__status"))
    )
    found: dict[tuple[int, int], str] = {}
    values = rows.order_by("organisation_id", "user_id").values_list(
        "person_id", "organisation_id", "place_status", "works"
    )
    for person, place, status, works in values[:most]:
        why = "closed" if status == Organisation.Status.LIQUIDATED else "head" if works else "employment"
        found.setdefault((person, place), why)
    return tuple(WithoutBasis(person, place, why) for (person, place), why in found.items())
