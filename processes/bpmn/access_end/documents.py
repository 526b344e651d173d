"""The notice that access has ended: frozen values in, a letter out."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from cases.dates import date_lv
from cases.pdf import Block, Facts, Heading, Letter, Points, Text

from .words import begun, reason


@dataclass(frozen=True, slots=True)
class Notice:
    """Everything that the notice says; `why` is employment, head or closed."""

    number: str
    day: date
    person: str
    organisation: str
    registration_number: str
    why: str
    roles: tuple[str, ...]
    other_roles: bool


def notice(given: Notice) -> Letter:
    """The notice as a letter to the person; the same letter for the same values."""
    ministry, texts = _texts("ministry", given.day), _texts("notice", given.day)
    return Letter(
        sender=ministry["name"],
        sender_lines=tuple(ministry["lines"]),
        dated=f"{ministry['place']}, {date_lv(given.day, 'in')}",
        number=f"Nr. {given.number}",
        addressee=(given.person,),
        title="Paziņojums par pieejas VIIS beigām",
        blocks=(*_facts(given), *_basis(texts), *_ended(given), *_appeal(texts)),
        notes=(
            "Dokuments sagatavots Valsts izglītības informācijas sistēmā (VIIS) pēc reģistra ziņām. "
            "Elektroniskais paraksts šim dokumentam nav pievienots.",
        ),
        footer=f"VIIS lieta {given.number}",
        made_on=given.day.isoformat(),
    )


def _facts(given: Notice) -> tuple[Block, ...]:
    rows = [("Lietotājs", given.person), ("Iestāde", given.organisation)]
    if given.registration_number:
        rows.append(("Reģ. Nr.", given.registration_number))
    rows.append(("Reģistra ziņas", reason(given.why, "lv")))
    rows.append(("Pieeja beidzās", date_lv(given.day, "in")))
    return (Heading("Fakti"), Facts(tuple(rows)))


def _basis(texts: dict[str, Any]) -> tuple[Block, ...]:
    return (Heading("Tiesiskais pamats"), Text(texts["legal_basis"])) if texts["legal_basis"] else ()


def _ended(given: Notice) -> tuple[Block, ...]:
    left = (
        "Lomas citās organizācijās paliek spēkā."
        if given.other_roles
        else "Citu lomu lietotājam nav, tāpēc pieslēgties VIIS vairs nevar."
    )
    return (
        Heading("Lomas, kas beigušās"),
        Points(given.roles) if len(given.roles) > 1 else Text("".join(given.roles)),
        Text(f"{left} {begun(given.why)[0]}"),
    )


def _appeal(texts: dict[str, Any]) -> tuple[Block, ...]:
    note = texts["appeal"] or "Kārtību, kādā var iebilst pret pieejas beigām, nosaka ministrija."
    return (Heading("Iebildumi"), Text(note))


@cache
def _entries() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))


def _texts(name: str, on: date) -> dict[str, Any]:
    entries = [entry for entry in _entries()[name] if entry["valid_from"] <= on]
    return max(entries, key=lambda entry: entry["valid_from"])
