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
    year = now.astimezone(ZoneInfo("Europe/Riga")).year
    row = engine_sql.row(sql.NEXT_NUMBER, {"process_key": definition.key, "year": year})
    last = row["last"] if row else 1
    return f"VIIS-{abbreviation(definition)}-{year}-{last:04d}"
