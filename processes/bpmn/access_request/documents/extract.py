"""The register extract: what the registers said when a request was accepted, kept for whoever decides."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from cases.dates import date_lv
from cases.models import Case
from cases.pdf import Facts, Heading, Letter, Text
from processes.bpmn.access_request.request import Request
from processes.bpmn.access_request.sources import roles_held
from processes.bpmn.access_request.words import role_name
from registries.codes import mask_code
from registries.models import Organisation, Person
from registries.queries import current_code, employment_of

RIGA: Final = ZoneInfo("Europe/Riga")
KINDS: Final[dict[str, str]] = {
    Organisation.Kind.MINISTRY: "ministrija",
    Organisation.Kind.IKVD: "valsts dienests",
    Organisation.Kind.AIC: "informācijas centrs",
    Organisation.Kind.MUNICIPALITY: "pašvaldība",
    Organisation.Kind.GENERAL: "vispārējās izglītības iestāde",
    Organisation.Kind.SPECIAL: "speciālās izglītības iestāde",
    Organisation.Kind.PRESCHOOL: "pirmsskolas izglītības iestāde",
    Organisation.Kind.VOCATIONAL: "profesionālās izglītības iestāde",
    Organisation.Kind.COLLEGE: "koledža",
    Organisation.Kind.HIGHER: "augstskola",
    Organisation.Kind.INTEREST: "interešu izglītības iestāde",
    Organisation.Kind.ORIENTATION: "profesionālās ievirzes izglītības iestāde",
    Organisation.Kind.COMPANY: "komercsabiedrība vai nodibinājums",
}


@dataclass(frozen=True, slots=True)
class Work:
    """An employment as the register has it."""

    position: str
    since: date


@dataclass(frozen=True, slots=True)
class Extract:
    """Everything that the extract says."""

    number: str
    at: datetime
    organisation: str
    registration_number: str
    kind: str
    founder: str
    head: str
    head_since: date | None
    person: str
    masked_code: str
    work: Work | None
    roles_now: tuple[str, ...]
    roles_asked: tuple[str, ...]


def extract_input(case: Case, request: Request, person: Person, now: datetime) -> Extract:
    """The extract's values, read from the registers now."""
    today = now.astimezone(RIGA).date()
    place = case.organisation
    applicant = case.applicant.person if case.applicant else None
    leads = employment_of(applicant, place, today) if applicant else None
    work = employment_of(person, place, today)
    return Extract(
        number=case.number,
        at=now,
        organisation=place.name,
        registration_number=place.registration_number or "",
        kind=KINDS[place.kind],
        founder=place.founder.name if place.founder else "",
        head=str(applicant or ""),
        head_since=leads.valid_from if leads else None,
        person=str(person),
        masked_code=mask_code(current_code(person)),
        work=Work(work.position, work.valid_from) if work else None,
        roles_now=tuple(role_name(one.role, "lv") for one in roles_held(person, place, today)),
        roles_asked=tuple(role_name(role, "lv") for role in request.roles),
    )


def register_extract(given: Extract) -> Letter:
    """The extract; the same letter for the same values."""
    there = given.at.astimezone(RIGA)
    return Letter(
        sender="Valsts izglītības informācijas sistēma (VIIS)",
        sender_lines=(),
        dated=f"{date_lv(there.date(), 'in')}, plkst. {there.hour}.{there:%M}",
        number=f"Nr. {given.number}",
        addressee=(),
        title="Izraksts no reģistriem",
        blocks=(
            Text("Šīs ziņas reģistros bija brīdī, kad iesniegums tika pieņemts."),
            Heading("Iestāde"),
            Facts(_organisation(given)),
            Heading("Lietotājs"),
            Facts(_person(given)),
        ),
        footer=f"VIIS lieta {given.number}",
        made_on=there.date().isoformat(),
    )


def _organisation(given: Extract) -> tuple[tuple[str, str], ...]:
    since = f", vadītājs kopš {given.head_since:%d.%m.%Y.}" if given.head_since else ""
    rows = [
        ("Nosaukums", given.organisation),
        ("Reģistrācijas Nr.", given.registration_number),
        ("Veids", given.kind),
        ("Statuss", "darbojas"),
        ("Dibinātājs", given.founder),
        ("Iesniedzējs", f"{given.head}{since}"),
    ]
    return tuple((name, fact) for name, fact in rows if fact)


def _person(given: Extract) -> tuple[tuple[str, str], ...]:
    work = given.work
    employed = f"{work.position}, kopš {work.since:%d.%m.%Y.}" if work else "šajā iestādē reģistrā nav"
    rows = [
        ("Vārds, uzvārds", given.person),
        ("Personas kods", given.masked_code),
        ("Darba vieta", employed),
        ("Lomas iestādē tagad", "\n".join(given.roles_now) or "nav"),
        ("Lūgtās lomas", "\n".join(given.roles_asked)),
    ]
    return tuple((name, fact) for name, fact in rows if fact)
