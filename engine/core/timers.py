"""The grammar of due rules and timers: PnW, PnD, PTnH, PTnM, workdays(n), deadline('name').

Reminders know besides: half, before(n), none.
"""

from __future__ import annotations

import re

from engine.core.errors import ExpressionInvalid
from engine.core.waits import Before, Deadline, DueRule, Duration, Half, ReminderRule, WorkingDays

_DURATION = re.compile(r"P(?:(\d{1,3})W|(\d{1,4})D|T(\d{1,4})H|T(\d{1,5})M)\Z")
_WORKING_DAYS = re.compile(r"workdays\(\s*(\d{1,3})\s*\)\Z")
_DEADLINE = re.compile(r"deadline\(\s*(['\"])([a-z][a-z0-9_]{0,62})\1\s*\)\Z")
_BEFORE = re.compile(r"before\(\s*([1-9]\d{0,2})\s*\)\Z")
NONE = "none"
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


def reminder_rules(text: str) -> tuple[ReminderRule, ...]:
    """Several rules with spaces between them, as the property `remind` lists them; ExpressionInvalid."""
    return () if text.strip() == NONE else tuple(_reminder(part) for part in _PARTS.findall(text))


def _reminder(text: str) -> ReminderRule:
    if text == "half":
        return Half()
    if found := _BEFORE.match(text):
        return Before(int(found[1]))
    return due_rule(text)


def written(rule: ReminderRule) -> str:
    """The rule as a diagram writes it: the name under which a reminder's row is known."""
    match rule:
        case Half():
            return "half"
        case Before():
            return f"before({rule.days})"
        case WorkingDays():
            return f"workdays({rule.days})"
        case Deadline():
            return f"deadline('{rule.name}')"
        case Duration():
            return f"PT{rule.minutes}M" if rule.minutes else f"P{rule.days}D"
