"""Inputs for declared variables of a process, and what was entered in them."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

Types = Mapping[str, frozenset[str]]


def inputs(types: Types, given: QueryDict, problems: Mapping[str, str]) -> list[dict[str, Any]]:
    """One input for each variable, with what stood in it and what is wrong with it, by its id."""
    return [
        {
            "name": name,
            "id": f"variable-{name}",
            "kind": _kind(kinds),
            "hint": _hint(_kind(kinds)),
            "value": given.get(f"variable-{name}", ""),
            "problem": problems.get(f"variable-{name}", ""),
        }
        for name, kinds in types.items()
    ]


def entered(types: Types, given: QueryDict) -> dict[str, Any]:
    """The values as JSON has them; what was left empty is not there."""
    found: dict[str, Any] = {}
    for name, kinds in types.items():
        text = given.get(f"variable-{name}", "").strip()
        if text:
            found[name] = text.split() if _kind(kinds) == "list" else text
    return found


def _kind(kinds: frozenset[str]) -> str:
    """The one type; text where processes declare several."""
    (kind,) = kinds if len(kinds) == 1 else ("str",)
    return kind


def _hint(kind: str) -> str:
    return {
        "int": _("A whole number."),
        "decimal": _("A number with a point, such as 12.50."),
        "date": _("A day, such as 2027-09-01."),
        "list": _("Several, with spaces between them."),
    }.get(kind, "")
