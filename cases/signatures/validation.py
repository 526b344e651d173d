"""The port: whoever can validate a kind of file, chosen by the settings."""

from datetime import datetime
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from .results import Expected, Result


class Validator(Protocol):
    """Validates the signatures in the files of one content type; never over the network."""

    def validate(self, content: bytes, expected: Expected, *, now: datetime) -> Result:
        """What the signatures in the file are worth, as of now."""


def validate(content_type: str, content: bytes, expected: Expected, *, now: datetime) -> Result:
    """The result of the validator that the settings name for the content type; LookupError without one."""
    validator = cast("Validator", import_string(settings.SIGNATURE_VALIDATORS[content_type])())
    return validator.validate(content, expected, now=now)
