"""Case numbers: VIIS, the process's abbreviation, the year in Riga, a running number."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from cases import sql
from engine import sql as engine_sql
from engine.core.definition import Definition

PREFIX: Final = "case:prefix"


def abbreviation(definition: Definition) -> str:
    """The property `case:prefix` of the start event; without one, the first letters of the process's key."""
    for element in definition.elements.values():
        if element.type == "startEvent" and not element.parent and PREFIX in element.properties:
            return element.properties[PREFIX]
    return definition.properties.get(PREFIX, "") or definition.key.replace("_", "")[:3].upper()


def next_number(definition: Definition, *, now: datetime) -> str:
    """The next number of this process, such as VIIS-PIE-2026-0418; it is given back if the start fails."""
    return next_numbers(definition, 1, now=now)[0]


def next_numbers(definition: Definition, many: int, *, now: datetime) -> tuple[str, ...]:
    """So many next numbers, in their order."""
    year = now.astimezone(ZoneInfo("Europe/Riga")).year
    row = engine_sql.row(sql.NEXT_NUMBERS, {"process_key": definition.key, "year": year, "many": many})
    last = row["last"] if row else many
    prefix = f"VIIS-{abbreviation(definition)}-{year}"
    return tuple(f"{prefix}-{number:04d}" for number in range(last - many + 1, last + 1))
