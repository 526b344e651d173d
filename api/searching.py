"""Searching by words: they go into a body, because a person's name has no place in an address."""

from __future__ import annotations

from typing import Any, ClassVar

from api.fields import StrictSerializer, Text, Whole
from api.pages import LARGEST, PAGE
from api.views import Endpoint

LONGEST_TEXT = 100


class SearchSerializer(StrictSerializer):
    """What to look for, every word of it; where in the list, and how many at once."""

    text = Text(required=False, allow_blank=True, default="", max_length=LONGEST_TEXT)
    cursor = Text(required=False, max_length=500, help_text="`next_cursor` or `previous_cursor` of a page.")
    limit = Whole(required=False, min_value=1, max_value=LARGEST, default=PAGE)


class Search(Endpoint):
    """An endpoint that reads although it is sent a body."""

    rates: ClassVar = {"POST": "read"}
    problems: ClassVar[Any] = {"POST": (404,)}
