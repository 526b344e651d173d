"""What the papers of a request say alike: whom it is for, where, with which roles, until when."""

from dataclasses import dataclass
from datetime import date

from cases.models import Case
from processes.bpmn.access_request.request import Request
from processes.bpmn.access_request.words import role_name
from registries.codes import mask_code
from registries.models import Person
from registries.queries import current_code, employment_of

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The person, the organisation and the access that is asked for; the code shows its ends only."""

    organisation: str
    registration_number: str
    person: str
    masked_code: str
    position: str
    roles: tuple[str, ...]
    valid_until: date | None


def asked_of(case: Case, request: Request, person: Person, on: date) -> Asked:
    """These values, read from the request and from the registers as they are on this day."""
    work = employment_of(person, case.organisation, on)
    return Asked(
        organisation=case.organisation.name,
        registration_number=case.organisation.registration_number,
        person=str(person),
        masked_code=mask_code(current_code(person)),
        position=work.position if work else str(request.answers.get("position", "")),
        roles=tuple(role_name(role, "lv") for role in request.roles),
        valid_until=request.valid_until,
    )


def person_rows(asked: Asked) -> Rows:
    """Who the person is."""
    rows = [
        ("Vārds, uzvārds", asked.person),
        ("Personas kods", asked.masked_code),
        ("Amats", asked.position),
    ]
    return tuple((name, fact) for name, fact in rows if fact)


def organisation_rows(asked: Asked) -> Rows:
    """Where the person works."""
    rows = (("Iestāde", asked.organisation), ("Reģistrācijas Nr.", asked.registration_number))
    return tuple((name, fact) for name, fact in rows if fact)


def access_rows(asked: Asked) -> Rows:
    """Which access, and until when."""
    until = f"līdz {asked.valid_until:%d.%m.%Y.}" if asked.valid_until else "uz nenoteiktu laiku"
    return (("Lomas", "\n".join(asked.roles)), ("Derīguma termiņš", until))
