"""The words of the papers that the ministry sets, as they stood on a day."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _entries() -> dict[str, list[dict[str, Any]]]:
    file = Path(__file__).parents[1] / "texts.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def texts_on(day: date, name: str) -> dict[str, Any]:
    """The entry of this name that counts on this day: the latest that had begun."""
    begun = [entry for entry in _entries()[name] if entry["valid_from"] <= day]
    return max(begun, key=lambda entry: entry["valid_from"])
