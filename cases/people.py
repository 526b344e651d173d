"""Names of people for people: what rows keep as usernames and person ids, in words."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from accounts.actors import SYSTEM
from accounts.models import User
from registries.models import Person


def names(actors: Iterable[str]) -> Mapping[str, str]:
    """The name of each actor: a person's given and family name, the system's, or nothing for nobody."""
    wanted = {actor for actor in actors if actor}
    persons = {actor for actor in wanted if actor.startswith("person:")}
    found = {
        user.username: str(user.person)
        for user in User.objects.filter(username__in=wanted - persons).select_related("person")
    }
    ids = {int(actor.removeprefix("person:")): actor for actor in persons if actor[7:].isdigit()}
    if ids:
        found |= {ids[person.pk]: str(person) for person in Person.objects.filter(pk__in=ids)}
    if SYSTEM.name in wanted:
        found[SYSTEM.name] = _("the system")
    return found


def name_of(actor: str) -> str:
    """The name of one actor; the username where no person stands behind it."""
    return names([actor]).get(actor, actor)


def persons_in(group: str) -> tuple[int, ...]:
    """Ids of the persons who hold the group's role in its organisation, `<role>@<organisation id>`."""
    role, _at, organisation = group.partition("@")
    if not organisation.isdigit():
        return ()
    holders = User.objects.filter(
        is_active=True,
        role_grants__role=role,
        role_grants__organisation_id=int(organisation),
        role_grants__revoked_at=None,
    )
    return tuple(holders.order_by("person_id").values_list("person_id", flat=True).distinct())


def person_behind(actor: str) -> int | None:
    """The id of the natural person behind an actor's name."""
    if actor.startswith("person:") and actor[7:].isdigit():
        return int(actor[7:])
    return User.objects.filter(username=actor).values_list("person_id", flat=True).first()
