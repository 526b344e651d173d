"""What the gate says: for each finding the rule, the message and the advice in English and Latvian."""

from __future__ import annotations

from typing import Final

from engine.core.rules.texts.cells import CELLS
from engine.core.rules.texts.elements import ELEMENTS
from engine.core.rules.texts.flows import FLOWS
from engine.core.rules.texts.people import PEOPLE
from engine.core.rules.texts.starts import STARTS
from engine.core.rules.texts.tables import TABLES
from engine.core.rules.texts.text import Text
from engine.core.rules.texts.values import VALUES

TEXTS: Final[dict[str, Text]] = {**ELEMENTS, **STARTS, **FLOWS, **VALUES, **TABLES, **CELLS, **PEOPLE}
