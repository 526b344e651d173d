"""Names of people for people: what rows keep as usernames and person ids, in words."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM
from accounts.models import RoleGrant, User
from engine.clock import SQL_NOW
from registries.models import Organisation, Person

_TODAY = RawSQL(f"(({SQL_NOW}) AT TIME ZONE 'Europe/Riga')::date", [])  # noqa: S611 (our constant)

_USER: Final = "user:"


def names(actors: Iterable[str]) -> Mapping[str, str]:
    """The name of each actor: a person's given and family name, the system's, or nothing for nobody.

    Actors are usernames, `person:<id>`, or what the audit calls them, `user:<id>`.
    """
    wanted = {actor for actor in actors if actor}
    users = {int(actor.removeprefix(_USER)) for actor in wanted if actor.startswith(_USER)}
    persons = {actor for actor in wanted if actor.startswith("person:")}
    found = {
        user.username: str(user.person)
        for user in User.objects.filter(username__in=wanted - persons).select_related("person")
    }
    ids = {int(actor.removeprefix("person:")): actor for actor in persons if actor[7:].isdigit()}
    if ids:
        found |= {ids[person.pk]: str(person) for person in Person.objects.filter(pk__in=ids)}
    if users:
        known = User.objects.filter(pk__in=users)
        found |= {f"{_USER}{user.pk}": str(user.person) for user in known}
    if SYSTEM.name in wanted:
        found[SYSTEM.name] = _("the system")
    return found


def name_of(actor: str) -> str:
    """The name of one actor; the username where no person stands behind it."""
    return names([actor]).get(actor, actor)


def persons_in(group: str) -> tuple[int, ...]:
    """Ids of the persons who hold the group's role in its organisation, `<role>@<organisation id>`."""
    found = _grants(group).order_by("user__person_id").values_list("user__person_id", flat=True)
    return tuple(dict.fromkeys(found))


def person_behind(actor: str) -> int | None:
    """The id of the natural person behind an actor's name."""
    if actor.startswith("person:") and actor[7:].isdigit():
        return int(actor[7:])
    return User.objects.filter(username=actor).values_list("person_id", flat=True).first()


def members_of(groups: Iterable[str]) -> Mapping[str, str]:
    """Who holds the role of any of these groups in its organisation today: names by username."""
    found = {
        grant.user.username: str(grant.user.person)
        for group in groups
        for grant in _grants(group).select_related("user__person")
    }
    return dict(sorted(found.items(), key=lambda one: one[1]))


def persons_in_groups(groups: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """The same as `persons_in` for many groups; two statements."""
    asked = {group: _parts(group) for group in groups}
    heirs = _heirs(place for _role, place in asked.values() if place is not None)
    places = {heir for found in heirs.values() for heir in found}
    holders: dict[tuple[str, int], list[int]] = {}
    rows = _standing().filter(organisation__in=places, role__in={role for role, _place in asked.values()})
    for row in rows.order_by("user__person_id").values_list("role", "organisation_id", "user__person_id"):
        holders.setdefault(row[:2], []).append(row[2])
    return {
        group: tuple(
            sorted({one for heir in heirs.get(place or 0, ()) for one in holders.get((role, heir), ())})
        )
        for group, (role, place) in asked.items()
    }


def _heirs(places: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Each organisation with its successor and the successor of that."""
    rows = Organisation.objects.filter(pk__in=set(places))
    return {
        row[0]: tuple(one for one in row if one is not None)
        for row in rows.values_list("pk", "successor_id", "successor__successor_id")
    }


def _parts(group: str) -> tuple[str, int | None]:
    role, _at, place = group.partition("@")
    return role, int(place) if place.isdigit() else None


def _grants(group: str) -> "QuerySet[RoleGrant]":
    role, place = _parts(group)
    if place is None:
        return RoleGrant.objects.none()
    # Whoever holds the role in a successor takes over what the organisation left open.
    rows = Organisation.objects
    here = rows.filter(pk=place).values("pk")
    after = rows.filter(predecessors=place).values("pk")
    later = rows.filter(predecessors__predecessors=place).values("pk")
    return _standing().filter(organisation__in=here.union(after, later), role=role)


def _standing() -> "QuerySet[RoleGrant]":
    return RoleGrant.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=_TODAY), revoked_at=None, valid_from__lte=_TODAY,
        organisation__status=Organisation.Status.ACTIVE, user__is_active=True,
    )  # fmt: skip
