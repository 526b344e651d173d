"""One of each letter of the access request, and what a reader takes out of the file."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

from pypdf import PdfReader

from cases.pdf import Letter
from processes.bpmn.access_request import documents as papers
from processes.bpmn.access_request.documents.asked import Asked
from processes.bpmn.access_request.documents.certificate import Held
from processes.bpmn.access_request.documents.extract import Work

NUMBER = "VIIS-PIE-2026-0001"
ASKED = Asked(
    organisation="Egļkalnu pamatskola",
    registration_number="4219902694",
    person="Jānis Paraugs",
    masked_code="32••••-•••17",
    position="Matemātikas skolotājs",
    roles=("Iestādes lietotājs", "Iestādes vadītājs"),
    valid_until=date(2027, 8, 31),
)
APPLICATION = papers.Application(
    number=NUMBER,
    written_on=date(2026, 5, 2),
    kind="grant",
    asked=ASKED,
    email="janis.paraugs@example.lv",
    phone="20000000",
    reason="Ievada skolēnu datus savai klasei un sagatavo tarifikāciju.",
    head="Ilze Piemēre",
    head_position="Direktore",
    certified=("Apliecinu, ka lietotājs ir šīs iestādes darbinieks un pieeja vajadzīga darba pienākumiem.",),
    address="Egļu iela 1, Madona, Madonas novads, LV-4801",
)
COMMITMENT = papers.Commitment(
    number=NUMBER,
    written_on=date(2026, 5, 2),
    asked=ASKED,
    commitments=(
        "VIIS datus izmantošu tikai saviem darba pienākumiem.",
        "Personas datus neizpaudīšu, arī kad vairs nestrādāšu šajā iestādē.",
        "Savu lietotājvārdu un paroli nevienam nedošu.",
        "Par drošības pārkāpumu nekavējoties ziņošu iestādes vadītājam un ministrijai.",
    ),
)
DECISION = papers.DecisionLetter(
    number=NUMBER,
    decided_on=date(2026, 5, 5),
    submitted_on=date(2026, 5, 2),
    organisation="Egļkalnu pamatskola",
    registration_number="4219902694",
    head="Ilze Piemēre",
    person="Jānis Paraugs",
    position="Matemātikas skolotājs",
    is_employed=True,
    is_declared=False,
    kind="grant",
    outcome="granted",
    roles_asked=("Iestādes lietotājs", "Iestādes vadītājs"),
    roles=("Iestādes lietotājs", "Iestādes vadītājs"),
    valid_until=date(2027, 8, 31),
    until_asked=date(2027, 8, 31),
    request_reason="Ievada skolēnu datus.",
    reasons="",
    officer="Kārlis Paraugs",
)
CERTIFICATE = papers.Certificate(
    number=NUMBER,
    issued_on=date(2026, 5, 5),
    person="Jānis Paraugs",
    masked_code="32••••-•••17",
    organisation="Egļkalnu pamatskola",
    registration_number="4219902694",
    held=(
        Held("Iestādes lietotājs", date(2026, 5, 5), date(2027, 8, 31), NUMBER),
        Held("Iestādes vadītājs", date(2025, 9, 1), None, ""),
    ),
)
EXTRACT = papers.Extract(
    number=NUMBER,
    at=datetime(2026, 5, 2, 7, 30, tzinfo=UTC),
    organisation="Egļkalnu pamatskola",
    registration_number="4219902694",
    kind="vispārējās izglītības iestāde",
    founder="Madonas novada pašvaldība",
    head="Ilze Piemēre",
    head_since=date(2019, 9, 1),
    person="Jānis Paraugs",
    masked_code="32••••-•••17",
    work=Work("Matemātikas skolotājs", date(2021, 9, 1)),
    roles_now=(),
    roles_asked=("Iestādes lietotājs",),
)


def letters() -> dict[str, Letter]:
    """Every letter that the process writes."""
    return {
        "application": papers.application(APPLICATION),
        "commitment": papers.commitment(COMMITMENT),
        "decision": papers.decision_letter(DECISION),
        "certificate": papers.certificate(CERTIFICATE),
        "extract": papers.register_extract(EXTRACT),
    }


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def squeezed(text: str) -> str:
    return "".join(text.split())
