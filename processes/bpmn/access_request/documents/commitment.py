"""The letter of commitment, ready for the user's own signature."""

from dataclasses import dataclass
from datetime import date

from cases.dates import date_lv
from cases.models import Case
from cases.pdf import Facts, Heading, Letter, Points, Text
from processes.bpmn.access_request.request import Request
from registries.models import Person

from .asked import Asked, access_rows, asked_of, organisation_rows, person_rows
from .texts import texts_on


@dataclass(frozen=True, slots=True)
class Commitment:
    """Everything that the letter says; `commitments` are the sentences of the user's form."""

    number: str
    written_on: date
    asked: Asked
    commitments: tuple[str, ...]


def commitment_input(
    case: Case, request: Request, person: Person, on: date, commitments: tuple[str, ...]
) -> Commitment:
    """The letter's values on this day."""
    return Commitment(case.number, on, asked_of(case, request, person, on), commitments)


def commitment(given: Commitment) -> Letter:
    """The letter to the ministry, in the user's words; the same letter for the same values."""
    ministry = texts_on(given.written_on, "ministry")
    return Letter(
        sender="Valsts izglītības informācijas sistēma (VIIS)",
        sender_lines=(),
        dated=date_lv(given.written_on, "in"),
        number=f"Nr. {given.number}",
        addressee=(ministry["name_to"], *ministry["lines"]),
        title="Lietotāja saistību raksts",
        blocks=(
            Heading("Lietotājs"),
            Facts((*person_rows(given.asked), *organisation_rows(given.asked))),
            Heading("Man lūgtā pieeja"),
            Facts(access_rows(given.asked)),
            Heading("Saistības"),
            Text("Saņemot pieeju VIIS, uzņemos šādas saistības."),
            Points(given.commitments),
        ),
        signed_by=("Lietotājs", given.asked.person),
        place_to_sign=True,
        notes=(
            "Dokuments sagatavots VIIS, lai lietotājs to parakstītu ar savu drošu elektronisko parakstu.",
        ),
        footer=f"VIIS lieta {given.number}",
        made_on=given.written_on.isoformat(),
    )
