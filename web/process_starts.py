"""How a process begins by itself, in words: by which message or signal, or when by the calendar."""

from datetime import date, datetime, time
from typing import Any, Final

from cases.dates import day_en, day_lv
from cases.due_words import is_one_lv
from engine import catalog, schedules
from engine.core.definition import Element
from engine.core.schedules import WEEK, Every, Once, Repeated, Schedule
from engine.models import ProcessDefinition
from web import words
from web.process_words import named

_ACCUSATIVE: Final = (
    *("pirmdienu", "otrdienu", "trešdienu", "ceturtdienu"),
    *("piektdienu", "sestdienu", "svētdienu"),
)
_EVERY_DAY: Final = ("katru dienu", "every day")
_EVERY_WORKING_DAY: Final = ("katru darbdienu", "every working day")
# Every one of them; after one and after several; in English.
_UNITS: Final = {
    "day": ("katru dienu", "dienas", "dienām"),
    "week": ("katru nedēļu", "nedēļas", "nedēļām"),
    "month": ("katru mēnesi", "mēneša", "mēnešiem"),
    "year": ("katru gadu", "gada", "gadiem"),
}


def starts_of(row: ProcessDefinition, now: datetime) -> list[dict[str, Any]]:
    """The triggered start events of a version: the name, what triggers it, when it comes next."""
    return [
        {"name": named(start), "what": _what(start), "next": _next(start, now)}
        for start in catalog.definition(row.pk).children()
        if start.is_triggered
    ]


def _what(start: Element) -> str:
    if start.schedule is not None:
        return schedule_words(start.schedule)
    lv, en = (
        ("ar ziņojumu", "by the message") if start.catches == "message" else ("ar signālu", "by the signal")
    )
    return f"{lv if words.is_latvian() else en} {start.code}"


def _next(start: Element, now: datetime) -> datetime | None:
    return schedules.upcoming(start.schedule, now) if start.schedule is not None else None


def schedule_words(rule: Schedule) -> str:
    """`katru darbdienu plkst. 8.00`; the hour is left out where the day begins."""
    match rule:
        case Once():
            told = words.plain_date(rule.day)
        case Repeated():
            told = _repeated(rule)
        case Every():
            told = _every(rule)
    return f"{told} {_clock(rule.clock)}".strip()


def _every(rule: Every) -> str:
    is_lv = words.is_latvian()
    if rule.month is not None and rule.day is not None:
        # Any leap year has the day.
        day = date(2028, rule.month, rule.day)
        return f"katru gadu {day_lv(day, 'in')}" if is_lv else f"every year on {day_en(day)}"
    if rule.day is not None:
        last = "katra mēneša pēdējā dienā" if is_lv else "on the last day of every month"
        plain = f"katra mēneša {rule.day}. datumā" if is_lv else f"on day {rule.day} of every month"
        return last if rule.day == 31 else plain
    if rule.weekday is not None:
        return f"katru {_ACCUSATIVE[rule.weekday]}" if is_lv else f"every {WEEK[rule.weekday].capitalize()}"
    return (_EVERY_WORKING_DAY if rule.working else _EVERY_DAY)[not is_lv]


def _repeated(rule: Repeated) -> str:
    is_lv, first = words.is_latvian(), words.plain_date(rule.first)
    number, unit = _counted(rule)
    each, one, several = _UNITS[unit]
    told = each if number == 1 else f"ik pēc {number} {one if is_one_lv(number) else several}"
    if not is_lv:
        told = f"every {unit}" if number == 1 else f"every {number} {unit}s"
    told = f"no {first} {told}" if is_lv else f"from {first} {told}"
    if not rule.times:
        return told
    return f"{told}, pavisam {rule.times} reizes" if is_lv else f"{told}, {rule.times} times in all"


def _counted(rule: Repeated) -> tuple[int, str]:
    """How many of the largest unit that fits."""
    if rule.months:
        return (rule.months, "month") if rule.months % 12 else (rule.months // 12, "year")
    return (rule.days, "day") if rule.days % 7 else (rule.days // 7, "week")


def _clock(clock: time) -> str:
    if clock == time():
        return ""
    at = "plkst." if words.is_latvian() else "at"
    return f"{at} {clock.hour}{'.' if words.is_latvian() else ':'}{clock.minute:02}"
