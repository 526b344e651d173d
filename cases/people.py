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


def _grants(group: str) -> "QuerySet[RoleGrant]":
    role, _at, organisation = group.partition("@")
    if not organisation.isdigit():
        return RoleGrant.objects.none()
    place = int(organisation)
    # Whoever holds the role in a successor takes over what the organisation left open.
    here = (
        Q(organisation=place)
        | Q(organisation__predecessors=place)
        | Q(organisation__predecessors__predecessors=place)
    )
    return RoleGrant.objects.filter(
        here, Q(valid_until=None) | Q(valid_until__gte=_TODAY), role=role, revoked_at=None,
        valid_from__lte=_TODAY, organisation__status=Organisation.Status.ACTIVE, user__is_active=True,
    )  # fmt: skip
