"""Pages of lists: an opaque cursor in, items and the cursors around them out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.fields import QueryWhole, StrictSerializer, Text

PAGE = 25
LARGEST = 100


class PageQuery(StrictSerializer):
    """Where in the list, and how many at once."""

    cursor = Text(required=False, max_length=500, help_text="`next_cursor` or `previous_cursor` of a page.")
    limit = QueryWhole(required=False, min_value=1, max_value=LARGEST, default=PAGE)


class PageSerializer(serializers.Serializer[Any]):
    """The frame of a page; `count` stops counting at 1000."""

    next_cursor = serializers.CharField(allow_null=True)
    previous_cursor = serializers.CharField(allow_null=True)
    count = serializers.IntegerField()


def framed(page: Any, items: list[Any]) -> dict[str, Any]:
    """The frame around the shown items of a page."""
    return {
        "items": items,
        "next_cursor": page.next_cursor or None,
        "previous_cursor": page.previous_cursor or None,
        "count": page.count,
    }
