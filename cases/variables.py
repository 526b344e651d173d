"""The variables that every case gives its process at the start, as far as the diagram declares them."""

from accounts.actors import Actor
from cases import sql
from engine import sql as engine_sql
from registries.models import Organisation


def start_variables(
    organisation: Organisation, user: Actor | None, *, ministry: int | None = None
) -> dict[str, int | str]:
    """Ids of the organisation and those above it, and who applies; where one is missing, the next above.

    `ministry` is that of the day, if the caller knows it and starts for institutions.
    """
    ministry = ministry or _ministry(organisation)
    is_municipality = organisation.kind == Organisation.Kind.MUNICIPALITY
    municipality = organisation.pk if is_municipality else organisation.municipality_id
    found: dict[str, int | str] = {
        "organisation": organisation.pk,
        "founder": organisation.founder_id or municipality or ministry,
        "municipality": municipality or ministry,
        "ministry": ministry,
    }
    if user is not None:
        found["applicant"] = user.name
    if user is not None and user.person_id is not None:
        found["applicant_person"] = user.person_id
    return found


def ministry_of_the_day() -> int | None:
    """The id of the ministry that works now."""
    found = engine_sql.row(sql.MINISTRY, {})
    return found["id"] if found else None


def _ministry(organisation: Organisation) -> int:
    kinds = Organisation.Kind
    if organisation.kind == kinds.MINISTRY:
        return organisation.pk
    return ministry_of_the_day() or organisation.pk
