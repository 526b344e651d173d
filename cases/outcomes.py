"""How cases came out, in words: the process's own, its end event's name, or those of any case."""

from collections.abc import Mapping
from typing import Final

from engine.core.definition import Definition

_OF_ANY_CASE: Final[Mapping[str, tuple[str, str]]] = {
    "withdrawn": ("Iesniegums atsaukts", "Request withdrawn"),
    "cancelled": ("Izbeigts bez lēmuma", "Ended without a decision"),
}
_OF_PROCESS: Final[dict[tuple[str, str], tuple[str, str]]] = {}


def name_outcomes(process: str, words: Mapping[str, tuple[str, str]]) -> None:
    """Register the Latvian and English words for the outcomes of a process, as a sentence would say them."""
    for outcome, (lv, en) in words.items():
        _OF_PROCESS[process, outcome] = f"{lv[:1].upper()}{lv[1:]}", f"{en[:1].upper()}{en[1:]}"


def outcome_words(definition: Definition, status: str, outcome: str) -> tuple[str, str]:
    """The outcome in Latvian and English; empty while there is none."""
    if status == "withdrawn":
        return _OF_ANY_CASE["withdrawn"]
    if not outcome:
        return "", ""
    own = _OF_PROCESS.get((definition.key, outcome)) or _OF_ANY_CASE.get(outcome)
    if own is not None:
        return own
    for element in definition.elements.values():
        if element.type == "endEvent" and element.properties.get("outcome") == outcome and element.name:
            return element.name, element.name_en
    return outcome, outcome
