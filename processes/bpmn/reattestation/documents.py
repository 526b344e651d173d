"""The record of a review of access: frozen values in, a letter out."""

from dataclasses import dataclass
from datetime import date

from cases.dates import date_lv
from cases.pdf import Block, Facts, Heading, Letter, Text


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that the record says; each of `people` is a name and what became of the access."""

    number: str
    day: date
    began: date
    organisation: str
    registration_number: str
    users_by: str
    heads_by: str
    users: tuple[tuple[str, str], ...]
    heads: tuple[tuple[str, str], ...]


def record(given: Record) -> Letter:
    """The record as a document; the same letter for the same values."""
    return Letter(
        sender=given.organisation,
        sender_lines=(f"Reģ. Nr. {given.registration_number}",) if given.registration_number else (),
        dated=date_lv(given.day, "in"),
        number=f"Nr. {given.number}",
        addressee=(),
        title="Pieejas VIIS pārskatīšanas protokols",
        blocks=(
            Text(f"Pārskatīšana sākta {date_lv(given.began, 'in')} un pabeigta {date_lv(given.day, 'in')}."),
            *_part("Darbinieki", given.users_by, given.users),
            *_part("Iestādes vadība", given.heads_by, given.heads),
        ),
        notes=("Dokuments sagatavots Valsts izglītības informācijas sistēmā (VIIS).",),
        footer=f"VIIS lieta {given.number}",
        made_on=given.day.isoformat(),
    )


def _part(heading: str, by: str, people: tuple[tuple[str, str], ...]) -> tuple[Block, ...]:
    if not people:
        return ()
    who = Text(f"Pārskatīja: {by}.") if by else Text("Līdz termiņam neviens neatbildēja.")
    return (Heading(heading), who, Facts(people))
