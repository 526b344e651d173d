"""The head's application for somebody's access, ready to be signed."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.dates import date_lv
from cases.models import Case
from cases.pdf import Facts, Heading, Letter, Points, Text
from processes.bpmn.access_request.request import Request
from registries.models import Person
from registries.queries import employment_of

from .asked import Asked, access_rows, asked_of, person_rows
from .texts import texts_on

TITLES: Final = {
    "grant": "Iesniegums par pieejas piešķiršanu VIIS",
    "change": "Iesniegums par lomu maiņu VIIS",
}
ASKS: Final = {
    "grant": "Lūdzu piešķirt pieeju Valsts izglītības informācijas sistēmai (VIIS) šādam lietotājam.",
    "change": "Lūdzu mainīt lomas Valsts izglītības informācijas sistēmā (VIIS) šādam lietotājam. "
    "Turpmāk lietotājam ir tikai šeit norādītās lomas.",
}


@dataclass(frozen=True, slots=True)
class Application:
    """Everything that the application says; `certified` is what the head certifies with the signature."""

    number: str
    written_on: date
    kind: str
    asked: Asked
    email: str
    phone: str
    reason: str
    head: str
    head_position: str
    certified: tuple[str, ...]
    address: str = ""


def application_input(
    case: Case, request: Request, person: Person, on: date, certified: tuple[str, ...]
) -> Application:
    """The application's values on this day; `certified` are the sentences of the head's form."""
    head = case.applicant.person if case.applicant else None
    leads = employment_of(head, case.organisation, on) if head else None
    return Application(
        number=case.number,
        written_on=on,
        kind=request.kind,
        asked=asked_of(case, request, person, on),
        email=person.email,
        phone=str(request.answers.get("phone", "")) or person.phone,
        reason=request.reason,
        head=str(head or ""),
        head_position=leads.position if leads else "",
        certified=certified,
        address=case.organisation.address,
    )


def application(given: Application) -> Letter:
    """The application to the ministry, in the head's words; the same letter for the same values."""
    ministry = texts_on(given.written_on, "ministry")
    asked = given.asked
    reachable = tuple(
        (name, fact) for name, fact in (("E-pasts", given.email), ("Tālrunis", given.phone)) if fact
    )
    number = f"Reģistrācijas Nr. {asked.registration_number}" if asked.registration_number else ""
    return Letter(
        sender=asked.organisation,
        sender_lines=tuple(line for line in (number, given.address) if line),
        dated=date_lv(given.written_on, "in"),
        number=f"Nr. {given.number}",
        addressee=(ministry["name_to"], *ministry["lines"]),
        title=TITLES[given.kind],
        blocks=(
            Text(ASKS[given.kind]),
            Heading("Lietotājs"),
            Facts((*person_rows(asked), *reachable)),
            Heading("Pieeja"),
            Facts((*access_rows(asked), ("Pamatojums", given.reason))),
            Heading("Apliecinājums"),
            *([Points(given.certified)] if len(given.certified) > 1 else map(Text, given.certified)),
        ),
        signed_by=(given.head_position or "Vadītājs", given.head),
        place_to_sign=True,
        notes=("Dokuments sagatavots VIIS, lai to parakstītu ar drošu elektronisko parakstu.",),
        footer=f"VIIS lieta {given.number}",
        made_on=given.written_on.isoformat(),
    )
