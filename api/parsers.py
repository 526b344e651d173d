"""Reads JSON as strictly as the database will: no NaN, no NUL, no half characters, no repeated names."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 32


class StrictJSONParser(BaseParser):
    """`application/json` in UTF-8."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """The value, or a refusal that says what is wrong with it."""
        try:
            text = stream.read().decode("utf-8")
            value = json.loads(
                text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite
            )
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        except ValueError:
            raise ParseError(_("The body is not valid JSON in UTF-8.")) from None
        _check(value, 0)
        return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ParseError(_("A name is repeated in one object of the JSON."))
    return found


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ParseError(_("A number in the JSON is too large."))
    return number


def _check(value: Any, depth: int) -> None:
    """Refuse what PostgreSQL cannot store and what nobody means."""
    if depth > MAX_DEPTH:
        raise ParseError(_("The JSON is nested too deeply."))
    match value:
        case str():
            if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
                raise ParseError(_("The JSON contains characters that cannot be stored."))
        case bool() | None:
            pass
        case int():
            if abs(value) >= 10**18:
                raise ParseError(_("A number in the JSON is too large."))
        case dict():
            for name, inner in value.items():
                _check(name, depth + 1)
                _check(inner, depth + 1)
        case list():
            for inner in value:
                _check(inner, depth + 1)
