"""Chooses between the two languages that rows and diagrams carry."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers


def chosen(latvian: object, english: object) -> str:
    """The words in the language of the request."""
    return str(english or latvian) if get_language() == "en" else str(latvian)


class Words(serializers.CharField):
    """Text that its object keeps as `<stem>_lv` and `<stem>_en`, in the language of the request."""

    def __init__(self, stem: str, **options: Any) -> None:
        super().__init__(source="*", **options)
        self.stem = stem

    def to_representation(self, value: Any) -> str:
        """The words."""
        return chosen(getattr(value, f"{self.stem}_lv"), getattr(value, f"{self.stem}_en"))
