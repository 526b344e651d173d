"""The types of variables: which Python value each declared type takes, and how it is read from text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engine.core.errors import UndeclaredVariable, WrongType
from engine.core.waits import Scalar

TYPES: Final = ("str", "int", "bool", "date", "decimal", "list")
LONGEST_TEXT: Final = 4000
# The characters of a decimal as it is stored.
LONGEST_NUMBER: Final = 4 * LONGEST_TEXT
MOST_KEYS: Final = 500
LARGEST_INT: Final = 2**63 - 1

Value = Scalar | list[str]


def checked(declared: Mapping[str, str], variables: Mapping[str, Any]) -> dict[str, Value]:
    """Copies of the values under their declared types; UndeclaredVariable, WrongType."""
    result: dict[str, Value] = {}
    for name, value in variables.items():
        kind = declared.get(name)
        if kind is None:
            raise UndeclaredVariable(name=name)
        result[name] = _typed(name, kind, value)
    return result


def _typed(name: str, kind: str, value: Any) -> Value:
    if value is None:
        return None
    if kind == "decimal" and type(value) is int and abs(value) <= LARGEST_INT:
        return Decimal(value)
    if kind == "list":
        return _keys(name, value)
    if not _holds(kind, value):
        raise WrongType(name=name, declared=kind, met=type(value).__name__)
    return value  # type: ignore[no-any-return]


def _holds(kind: str, value: Any) -> bool:
    match kind:
        case "str":
            return type(value) is str and len(value) <= LONGEST_TEXT
        case "int":
            return type(value) is int and abs(value) <= LARGEST_INT
        case "bool":
            return type(value) is bool
        case "date":
            return type(value) is date
        case "decimal":
            return type(value) is Decimal and _is_storable(value)
    return False


def _is_storable(number: Decimal) -> bool:
    return number.is_finite() and abs(number.adjusted()) <= 28 and len(str(number)) <= LONGEST_NUMBER


def _keys(name: str, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > MOST_KEYS:
        raise WrongType(name=name, declared="list", met=type(value).__name__)
    if not all(type(key) is str and len(key) <= LONGEST_TEXT for key in value):
        raise WrongType(name=name, declared="list", met="keys that are no text")
    return list(value)


def decoded(declared: Mapping[str, str], raw: Mapping[str, Any]) -> dict[str, Value]:
    """Typed values from JSON or text ("9" becomes 9 for an int); UndeclaredVariable, WrongType."""
    result: dict[str, Any] = {}
    for name, value in raw.items():
        kind = declared.get(name)
        if kind is None:
            raise UndeclaredVariable(name=name)
        try:
            result[name] = _from_text(kind, value) if isinstance(value, str) else value
        except (ValueError, InvalidOperation) as error:
            raise WrongType(name=name, declared=kind, met="text") from error
    return checked(declared, result)


def _from_text(kind: str, text: str) -> Any:
    match kind:
        case "int":
            return int(text) if len(text) < 30 else text
        case "decimal":
            return Decimal(text) if len(text) < 60 else text
        case "bool":
            return {"true": True, "false": False}.get(text.lower(), text)
        case "date":
            return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a date has no time zone)
    return text
