"""The decision as a letter to the head: what was found, what was decided, how to appeal."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cases.dates import date_lv
from cases.models import Case
from cases.pdf import Block, Facts, Heading, Letter, Points, Text
from cases.people import name_of
from cases.rules_applied import newest_rule
from processes.bpmn.access_request.decision import Decision, Outcome
from processes.bpmn.access_request.request import Request, agreed_on, answered_on, day_of
from processes.bpmn.access_request.words import role_name
from registries.queries import employment_of

from .texts import texts_on

TITLES: Final[dict[Outcome, str]] = {
    "granted": "Lēmums par pieejas tiesību piešķiršanu",
    "granted_in_part": "Lēmums par pieejas tiesību daļēju piešķiršanu",
    "changed": "Lēmums par pieejas tiesību maiņu",
    "changed_in_part": "Lēmums par pieejas tiesību daļēju maiņu",
    "revoked": "Lēmums par pieejas tiesību atņemšanu",
    "refused": "Lēmums par atteikumu",
}
EMPLOYED: Final = "iesniedzējs ir iestādes vadītājs; lietotājs ir ierakstīts iestādes reģistros"
DECLARED: Final = "iesniedzējs ir iestādes vadītājs; lietotāju kā darbinieku pieteicis vadītājs"
LEFT: Final = "iesniedzējs ir iestādes vadītājs; lietotājs iestādē vairs nestrādā"
ASKED: Final = {"grant": "piešķirt pieeju", "change": "mainīt lomas", "revoke": "atņemt pieeju"}


@dataclass(frozen=True, slots=True)
class DecisionLetter:
    """Everything that the decision letter says."""

    number: str
    decided_on: date
    submitted_on: date
    organisation: str
    registration_number: str
    head: str
    person: str
    position: str
    is_employed: bool
    is_declared: bool
    kind: str
    outcome: Outcome
    roles_asked: tuple[str, ...]
    roles: tuple[str, ...]
    valid_until: date | None
    until_asked: date | None
    request_reason: str
    reasons: str
    officer: str
    commitment_on: date | None = None
    founder_on: date | None = None
    founder_against_on: date | None = None
    who_agrees: str = ""


def letter_input(case: Case, request: Request, decision: Decision) -> DecisionLetter:
    """The letter's values, read from the case; its day is that of the decision, whenever it is made."""
    decided_on = day_of(case.decided_at or case.created_at)
    if case.subject is None or case.applicant is None:
        raise ValueError("a decided request has an applicant and a person it is about")
    work = employment_of(case.subject, case.organisation, decided_on)
    return DecisionLetter(
        number=case.number,
        decided_on=decided_on,
        submitted_on=day_of(case.submitted_at or case.created_at),
        organisation=case.organisation.name,
        registration_number=case.organisation.registration_number,
        head=str(case.applicant.person),
        person=str(case.subject),
        position=work.position if work else str(request.answers.get("position", "")),
        is_employed=work is not None,
        is_declared=request.is_declared,
        kind=request.kind,
        outcome=decision.outcome,
        roles_asked=tuple(role_name(role, "lv") for role in request.roles),
        roles=tuple(role_name(role, "lv") for role in decision.roles),
        valid_until=decision.valid_until,
        until_asked=request.valid_until,
        request_reason=request.reason,
        reasons=decision.reasons,
        officer=name_of(decision.author),
        commitment_on=agreed_on(case, "accept_commitment", request),
        founder_on=agreed_on(case, "countersign", request),
        founder_against_on=answered_on(case, "countersign", request, "no"),
        who_agrees=_who_agrees(case),
    )


def _who_agrees(case: Case) -> str:
    """The rule by which it was settled who has to agree, with its number, for whoever asks why."""
    applied = newest_rule(case, "access_signers")
    if applied is None or applied.number is None or not applied.words_lv:
        return ""
    return f"{applied.words_lv} (Tabulas “{applied.table_lv}” {applied.number}. noteikums.)"


def decision_letter(given: DecisionLetter) -> Letter:
    """The decision as a letter to the head; the same letter for the same values."""
    ministry, texts = texts_on(given.decided_on, "ministry"), texts_on(given.decided_on, "decision")
    return Letter(
        sender=ministry["name"],
        sender_lines=tuple(ministry["lines"]),
        dated=f"{ministry['place']}, {date_lv(given.decided_on, 'in')}",
        number=f"Nr. {given.number}",
        addressee=_addressee(given),
        title=TITLES[given.outcome],
        blocks=(*_facts(given), *_basis(texts), *_decided(given), *_appeal(texts)),
        signed_by=("Ministrijas amatpersona", given.officer),
        notes=(
            "Dokuments sagatavots Valsts izglītības informācijas sistēmā (VIIS). "
            "Elektroniskais paraksts šim dokumentam nav pievienots.",
        ),
        footer=f"VIIS lieta {given.number}",
        made_on=given.decided_on.isoformat(),
    )


def _addressee(given: DecisionLetter) -> tuple[str, ...]:
    number = (f"Reģ. Nr. {given.registration_number}",) if given.registration_number else ()
    return (given.organisation, *number, f"Vadītājs: {given.head}")


def _registers(given: DecisionLetter) -> str:
    if given.is_employed:
        return EMPLOYED
    return DECLARED if given.is_declared else LEFT


def _facts(given: DecisionLetter) -> tuple[Block, ...]:
    rows = [("Lietotājs", given.person)]
    if given.position:
        rows.append(("Amats", given.position))
    rows.append(("Reģistra ziņas", _registers(given)))
    rows.append(("Iesniegums", f"{ASKED[given.kind]}, saņemts {date_lv(given.submitted_on, 'in')}"))
    if given.roles_asked:
        rows.append(("Lūgtās lomas", "\n".join(given.roles_asked)))
        until = f"līdz {given.until_asked:%d.%m.%Y.}" if given.until_asked else "uz nenoteiktu laiku"
        rows.append(("Lūgtais termiņš", until))
    rows.append(("Iesnieguma pamatojums", given.request_reason))
    if given.who_agrees:
        rows.append(("Kam jāpiekrīt", given.who_agrees))
    if given.commitment_on is not None:
        rows.append(("Lietotāja saistības", f"uzņemtās {date_lv(given.commitment_on, 'in')}"))
    if given.founder_on is not None:
        rows.append(("Dibinātāja piekrišana", f"saņemta {date_lv(given.founder_on, 'in')}"))
    if given.founder_against_on is not None:
        rows.append(("Dibinātāja atbilde", f"nepiekrita {date_lv(given.founder_against_on, 'in')}"))
    return (
        Text(f"Ministrija izskatīja vadītāja iesniegumu par pieeju VIIS. Iestāde: {given.organisation}."),
        Heading("Fakti"),
        Facts(tuple(rows)),
    )


def _basis(texts: dict[str, Any]) -> tuple[Block, ...]:
    note = texts["legal_basis"] or "Tiesisko pamatu nosaka ministrija."
    return (Heading("Tiesiskais pamats"), Text(note))


def _decided(given: DecisionLetter) -> tuple[Block, ...]:
    points = [*_points(given)]
    if given.roles and given.valid_until is not None:
        points.append(f"Pieeja ir spēkā līdz {given.valid_until:%d.%m.%Y.}")
    blocks: list[Block] = [Heading("Lēmums")]
    blocks.append(Points(tuple(points)) if len(points) > 1 else Text(points[0]))
    if given.reasons:
        blocks += [Heading("Pamatojums"), Text(given.reasons)]
    return tuple(blocks)


def _points(given: DecisionLetter) -> tuple[str, ...]:
    roles = ", ".join(given.roles)
    left_out = ", ".join(role for role in given.roles_asked if role not in given.roles)
    match given.outcome:
        case "granted":
            named = "lomu" if len(given.roles) == 1 else "lomām"
            return (f"Piešķirt pieeju VIIS (lietotājs: {given.person}) ar {named}: {roles}.",)
        case "changed":
            return (f"Mainīt lomas (lietotājs: {given.person}). Turpmāk lomas ir: {roles}.",)
        case "granted_in_part" | "changed_in_part":
            first = f"Apmierināt iesniegumu daļēji (lietotājs: {given.person}). Piešķirtās lomas: {roles}."
            return (first, f"Nepiešķirt lomas: {left_out}.") if left_out else (first,)
        case "revoked":
            return (f"Atņemt visas lomas (lietotājs: {given.person}; iestāde: {given.organisation}).",)
    return (f"Iesniegumu “{ASKED[given.kind]}” neapmierināt (lietotājs: {given.person}).",)


def _appeal(texts: dict[str, Any]) -> tuple[Block, ...]:
    note = texts["appeal"] or "Kārtību, kādā šo lēmumu var apstrīdēt, nosaka ministrija."
    return (Heading("Apstrīdēšana"), Text(note))
