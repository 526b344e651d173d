"""The grammar of due rules and timers: PnW, PnD, PTnH, PTnM, workdays(n), deadline('name')."""

from __future__ import annotations

import re

from engine.core.errors import ExpressionInvalid
from engine.core.waits import Deadline, DueRule, Duration, WorkingDays

_DURATION = re.compile(r"P(?:(\d{1,3})W|(\d{1,4})D|T(\d{1,4})H|T(\d{1,5})M)\Z")
_WORKING_DAYS = re.compile(r"workdays\(\s*(\d{1,3})\s*\)\Z")
_DEADLINE = re.compile(r"deadline\(\s*(['\"])([a-z][a-z0-9_]{0,62})\1\s*\)\Z")
_PARTS = re.compile(r"\$\{[^}]*\}|[^\s()]+\([^()]*\)|\S+")


def due_rule(text: str) -> DueRule:
    """The rule that a timer or `camunda:dueDate` writes, with or without `${}`; ExpressionInvalid."""
    text = text.strip()
    if text.startswith("${") and text.endswith("}"):
        text = text[2:-1].strip()
    if found := _DURATION.match(text):
        weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
        return Duration(days=weeks * 7 + days, minutes=hours * 60 + minutes)
    if found := _WORKING_DAYS.match(text):
        return WorkingDays(int(found[1]))
    if found := _DEADLINE.match(text):
        return Deadline(found[2])
    raise ExpressionInvalid(written=text[:80])


def due_rules(text: str) -> tuple[DueRule, ...]:
    """Several rules with spaces between them, as the property `remind` lists them; ExpressionInvalid."""
    return tuple(due_rule(part) for part in _PARTS.findall(text))
