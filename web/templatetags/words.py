"""The words of `web.words` for templates, and the few filters that forms need."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template

from engine.models import ProcessDefinition
from web import words

LONG_LABEL = 45
register = template.Library()

register.filter("on_day", words.on_day)
register.filter("until_day", words.until_day)
register.filter("since_day", words.since_day)
register.filter("weekday", words.weekday)
register.filter("clock", words.clock)
register.filter("day_and_clock", words.day_and_clock)
register.filter("stamp", words.stamp)
register.filter("plain_date", words.plain_date)
register.filter("size", words.size)
register.filter("pick", words.pick)


@register.filter
def as_json(value: Any) -> str:
    """A value as JSON for a data attribute."""
    return json.dumps(list(value) if isinstance(value, tuple | set | frozenset) else value)


@register.filter
def is_past(moment: datetime | None, today: date) -> bool:
    """Whether the day of a moment is before today."""
    return moment is not None and words.day_of(moment) < today


@register.filter
def is_day(moment: datetime | None, today: date) -> bool:
    """Whether a moment is today."""
    return moment is not None and words.day_of(moment) == today


@register.filter
def process_name(row: ProcessDefinition) -> str:
    """The name of a process in the page's language."""
    return row.name if words.is_latvian() else row.name_en or row.name


@register.filter
def has_long_labels(rows: Sequence[Any]) -> bool:
    """Whether these answers belong to whole sentences, such as commitments."""
    return any(len(row.label) > LONG_LABEL for row in rows)


@register.filter
def has_signatures(rows: Sequence[Any]) -> bool:
    """Whether a result of validating a signature stands among these answers."""
    return any(getattr(row, "signature", None) for row in rows)
