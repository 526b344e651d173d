"""The certificate of access: which roles a person has in an organisation, since and until when, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from accounts.models import RoleGrant
from cases.dates import date_lv
from cases.models import Case
from cases.pdf import Facts, Heading, Letter, Table, Text
from processes.bpmn.access_request.words import role_name
from registries.codes import mask_code
from registries.models import Person
from registries.queries import current_code

from .texts import texts_on

# Numbers of cases begin so; what the data brought along was decided elsewhere.
OF_THIS_SYSTEM: Final = "VIIS-"


@dataclass(frozen=True, slots=True)
class Held:
    """A role as it is held; `decision` is the number of the decision that gave it, if it is known."""

    role: str
    since: date
    until: date | None
    decision: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything that the certificate says."""

    number: str
    issued_on: date
    person: str
    masked_code: str
    organisation: str
    registration_number: str
    held: tuple[Held, ...]


def certificate_input(case: Case, person: Person, grants: Iterable[RoleGrant], on: date) -> Certificate:
    """The certificate's values from the roles as they stand on this day."""
    return Certificate(
        number=case.number,
        issued_on=on,
        person=str(person),
        masked_code=mask_code(current_code(person)),
        organisation=case.organisation.name,
        registration_number=case.organisation.registration_number,
        held=tuple(
            Held(
                role=role_name(grant.role, "lv"),
                since=grant.valid_from,
                until=grant.valid_until,
                decision=grant.case_number if grant.case_number.startswith(OF_THIS_SYSTEM) else "",
            )
            for grant in sorted(grants, key=lambda grant: (grant.valid_from, grant.role))
        ),
    )


def certificate(given: Certificate) -> Letter:
    """The certificate for the person and the organisation; the same letter for the same values."""
    ministry = texts_on(given.issued_on, "ministry")
    facts = [
        ("Vārds, uzvārds", given.person),
        ("Personas kods", given.masked_code),
        ("Iestāde", given.organisation),
        ("Reģistrācijas Nr.", given.registration_number),
    ]
    return Letter(
        sender=ministry["name"],
        sender_lines=tuple(ministry["lines"]),
        dated=f"{ministry['place']}, {date_lv(given.issued_on, 'in')}",
        number=f"Nr. {given.number}",
        addressee=(),
        title="Izziņa par pieejas tiesībām",
        blocks=(
            Text(
                "Šī izziņa apliecina, kādas pieejas tiesības Valsts izglītības informācijas sistēmā (VIIS) "
                "lietotājam ir šajā iestādē izziņas izdošanas dienā."
            ),
            Heading("Lietotājs"),
            Facts(tuple((name, fact) for name, fact in facts if fact)),
            Heading("Pieejas tiesības"),
            Table("Pieejas tiesības", ("Loma", "No", "Līdz", "Lēmuma Nr."), tuple(map(_row, given.held))),
            Text("Vēlākus lēmumus šī izziņa neatspoguļo. Spēkā esošās tiesības ir redzamas VIIS."),
        ),
        notes=(
            "Dokuments sagatavots Valsts izglītības informācijas sistēmā (VIIS). "
            "Elektroniskais paraksts šim dokumentam nav pievienots.",
        ),
        footer=f"VIIS lieta {given.number}",
        made_on=given.issued_on.isoformat(),
    )


def _row(held: Held) -> tuple[str, ...]:
    until = f"{held.until:%d.%m.%Y.}" if held.until else "bez termiņa"
    return held.role, f"{held.since:%d.%m.%Y.}", until, held.decision or "nav norādīts"
