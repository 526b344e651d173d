"""Fields and serializers that take exactly what they name: no coercion, no unknown names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from api.errors import unknown_field

WORDS = {
    "required": _("This field must be filled in."),
    "null": _("This field must not be null."),
    "blank": _("This field must not be empty."),
    "text": _("This must be text."),
    "whole": _("This must be a whole number."),
    "truth": _("This must be true or false."),
    "object": _("This must be an object."),
    "uuid": _("This must be a UUID."),
    "pattern": _("This does not have the form that is expected here."),
    "day": _("This day lies too far away."),
    "repeated": _("This may be given only once."),
    "characters": _("This contains characters that cannot be stored."),
}
# What the framework's own checks say, in our words.
LIMITS: dict[str, Any] = {
    "min_value": _("This must be {min_value} or more."),
    "max_value": _("This must be {max_value} or less."),
    "max_length": _("This may have at most {max_length} characters."),
}
FIRST_YEAR, LAST_YEAR = 1900, 2199
CANONICAL_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class StrictSerializer(serializers.Serializer[Any]):
    """The base of everything that comes in: an unknown name is refused."""

    default_error_messages = {"invalid": WORDS["object"]}

    def to_internal_value(self, data: Any) -> Any:
        """The checked values; an unknown name is an error of its own."""
        if isinstance(data, Mapping) and (
            unknown := sorted(str(name) for name in data if name not in self.fields)
        ):
            raise serializers.ValidationError({name: [_unknown()] for name in unknown})
        return super().to_internal_value(data)


def once(query: QueryDict) -> dict[str, str]:
    """The names and values of an address; a name given twice is refused."""
    repeated = sorted(name for name, values in query.lists() if len(values) > 1)
    if repeated:
        raise serializers.ValidationError({name: [_said("repeated")] for name in repeated})
    return {name: str(query[name]) for name in query}


class NoFields(StrictSerializer):
    """Nothing may be given."""


class _Strict:
    """Says our words for what the framework would say in its own."""

    def fail(self, key: str, **values: Any) -> NoReturn:
        if key in WORDS:
            raise serializers.ValidationError([_said(key)])
        super().fail(key, **values)  # type: ignore[misc]
        raise AssertionError(key)


class Text(_Strict, serializers.CharField):
    """Text and nothing that could be made into it; `pattern` must match the whole."""

    def __init__(self, *, pattern: str = "", **options: Any) -> None:
        super().__init__(trim_whitespace=False, error_messages=LIMITS, **options)
        self.pattern = pattern

    def to_internal_value(self, data: Any) -> str:
        """The text itself."""
        if not isinstance(data, str):
            self.fail("text")
        if "\x00" in data:
            self.fail("characters")
        if self.pattern and not re.fullmatch(self.pattern, data):
            self.fail("pattern")
        return super().to_internal_value(data)


class Whole(_Strict, serializers.IntegerField):
    """A whole number, not `"1"`, `1.0` or `true`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=LIMITS, **options)

    def to_internal_value(self, data: Any) -> int:
        """The number itself."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("whole")
        return super().to_internal_value(data)


class Truth(_Strict, serializers.BooleanField):
    """True or false, not words or numbers that mean it."""

    def to_internal_value(self, data: Any) -> bool:
        """The value itself."""
        if not isinstance(data, bool):
            self.fail("truth")
        return data


class Object(_Strict, serializers.DictField):
    """A JSON object with text keys and anything in it."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The object itself."""
        if not isinstance(data, dict):
            self.fail("object")
        return data


class Uuid(_Strict, serializers.UUIDField):
    """A UUID in its usual form."""

    def to_internal_value(self, data: Any) -> UUID:
        """The UUID."""
        if not isinstance(data, str) or not CANONICAL_UUID.fullmatch(data):
            self.fail("uuid")
        return UUID(data)


class Day(serializers.DateField):
    """A day such as `2026-05-04`, within the years that the registers know."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)

    def to_internal_value(self, value: Any) -> date:
        """The day."""
        day = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise serializers.ValidationError([_said("day")])
        return day


class QueryUuid(Uuid):
    """A UUID in an address."""


class QueryTruth(_Strict, serializers.BooleanField):
    """`true` or `false` in an address."""

    def to_internal_value(self, data: Any) -> bool:
        """The value itself."""
        if data not in ("true", "false"):
            self.fail("truth")
        return bool(data == "true")


class QueryWhole(_Strict, serializers.IntegerField):
    """A whole number in an address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=LIMITS, **options)

    def to_internal_value(self, data: Any) -> int:
        """The number itself."""
        if not isinstance(data, str) or not re.fullmatch(r"-?[0-9]{1,18}", data):
            self.fail("whole")
        return super().to_internal_value(data)


def _said(key: str) -> ErrorDetail:
    return ErrorDetail(str(WORDS[key]), code=key)


def _unknown() -> ErrorDetail:
    return ErrorDetail(unknown_field(), code="unknown")
