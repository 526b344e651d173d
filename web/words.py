"""Dates, times and sizes as a colleague would say them, in Latvian and English."""

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from cases.dates import MONTHS, day_en, day_lv

RIGA = ZoneInfo("Europe/Riga")

# The columns of a month.
_GENITIVE, _DATIVE, _LOCATIVE, _SHORT, _ENGLISH = range(1, 6)
_DAYS_LV = ("pirmdien", "otrdien", "trešdien", "ceturtdien", "piektdien", "sestdien", "svētdien")
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def is_latvian() -> bool:
    """Whether the page is in Latvian."""
    return (get_language() or "lv").startswith("lv")


def pick(thing: object, name: str) -> str:
    """The text `name` of a thing that has `<name>_lv` and `<name>_en`, in the page's language."""
    first, second = ("lv", "en") if is_latvian() else ("en", "lv")
    told = thing.get if isinstance(thing, dict) else partial(getattr, thing)
    return str(told(f"{name}_{first}", "") or told(f"{name}_{second}", "") or "")


def day_of(moment: datetime | date) -> date:
    """The day in Riga."""
    return moment.astimezone(RIGA).date() if isinstance(moment, datetime) else moment


def _date(day: date, today: date, ending: int) -> str:
    year = day.year != today.year
    if is_latvian():
        prefix = f"{day.year}. gada " if year else ""
        return f"{prefix}{day.day}. {MONTHS[day.month - 1][ending]}"
    return f"{day.day} {MONTHS[day.month - 1][_ENGLISH]}" + (f" {day.year}" if year else "")


def on_day(moment: datetime | date, today: date) -> str:
    """When something happens: `šodien`, `rīt, 4. septembrī`, `4. septembrī`."""
    day = day_of(moment)
    near = {-1: ("vakar", "yesterday"), 0: ("šodien", "today"), 1: ("rīt", "tomorrow")}.get(
        (day - today).days
    )
    if near is None:
        written = _date(day, today, _LOCATIVE)
        return written if is_latvian() else f"on {written}"
    word = near[0] if is_latvian() else near[1]
    return f"{word}, {_date(day, today, _LOCATIVE)}" if day > today else word


def until_day(moment: datetime | date, today: date) -> str:
    """Until when: `līdz šodienas beigām`, `līdz ceturtdienai, 4. septembrim`; weekdays within two weeks."""
    day = day_of(moment)
    away = (day - today).days
    if away == 0:
        return "līdz šodienas beigām" if is_latvian() else "by the end of today"
    if away == 1:
        written = _date(day, today, _DATIVE)
        return f"līdz rītdienai, {written}" if is_latvian() else f"by tomorrow, {written}"
    if is_latvian():
        weekday = f"{_DAYS_LV[day.weekday()]}ai, " if abs(away) <= 14 else ""
        return f"līdz {weekday}{_date(day, today, _DATIVE)}"
    weekday = f"{_DAYS_EN[day.weekday()]}, " if abs(away) <= 14 else ""
    return f"by {weekday}{_date(day, today, _DATIVE)}"


def since_day(moment: datetime | date, today: date) -> str:
    """Since when: `kopš 2. septembra`."""
    day = day_of(moment)
    if day == today:
        return "kopš šodienas" if is_latvian() else "since today"
    if (today - day).days == 1:
        return "kopš vakardienas" if is_latvian() else "since yesterday"
    return f"{'kopš' if is_latvian() else 'since'} {_date(day, today, _GENITIVE)}"


def of_day(day: date, today: date) -> str:
    """A day after `no`: `2. septembra`, `2026. gada 2. janvāra`; `2 September`."""
    return _date(day, today, _GENITIVE)


def weekday(moment: datetime | date, today: date) -> str:
    """A near day by its name (`Piektdien`), a far one by its date (`4. septembrī`)."""
    day = day_of(moment)
    away = (day - today).days
    if away == 0:
        return "Šodien" if is_latvian() else "Today"
    if away == 1:
        return "Rīt" if is_latvian() else "Tomorrow"
    if 1 < away < 7:
        return _DAYS_LV[day.weekday()].capitalize() if is_latvian() else _DAYS_EN[day.weekday()]
    return _date(day, today, _LOCATIVE)


def clock(moment: datetime) -> str:
    """The time of day: `plkst. 14.32`."""
    local = moment.astimezone(RIGA)
    return f"plkst. {local.hour}.{local.minute:02}" if is_latvian() else f"at {local.hour}:{local.minute:02}"


def day_and_clock(moment: datetime, today: date) -> str:
    """A day with its time: `šodien plkst. 14.32`."""
    return f"{on_day(moment, today)} {clock(moment)}"


def stamp(moment: datetime, today: date) -> str:
    """A short date and time for lists of events: `2. sept. 14.41`."""
    local = moment.astimezone(RIGA)
    if is_latvian():
        year = f" {local.year}." if local.year != today.year else ""
        return f"{local.day}. {MONTHS[local.month - 1][_SHORT]}{year} {local.hour}.{local.minute:02}"
    year = f" {local.year}" if local.year != today.year else ""
    return f"{local.day} {MONTHS[local.month - 1][_ENGLISH][:3]}{year} {local.hour}:{local.minute:02}"


def plain_date(moment: datetime | date) -> str:
    """A date in figures: `30.06.2026.`"""
    day = day_of(moment)
    return f"{day:%d.%m.%Y}." if is_latvian() else f"{day.day} {MONTHS[day.month - 1][_ENGLISH]} {day.year}"


def day_and_weekday(day: date) -> str:
    """A day of a known year with its name: `23. jūnijs, otrdiena`."""
    if is_latvian():
        return f"{day_lv(day)}, {_DAYS_LV[day.weekday()]}a"
    return f"{day_en(day)}, {_DAYS_EN[day.weekday()]}"


def month(day: date) -> str:
    """The name of a month: `Jūnijs`."""
    found = MONTHS[day.month - 1]
    return found.nominative.capitalize() if is_latvian() else found.english


def size(octets: int) -> str:
    """The size of a file: `84 kB`."""
    if octets < 1_000:
        return f"{octets} B"
    if octets < 1_000_000:
        return f"{round(octets / 1_000)} kB"
    written = f"{octets / 1_000_000:.1f} MB"
    return written.replace(".", ",") if is_latvian() else written


def days_waited(since: datetime, now: datetime) -> int:
    """Whole calendar days in Riga between two moments."""
    return (day_of(now) - day_of(since)) // timedelta(days=1)


def greeting_name(given_name: str) -> str:
    """The name as it is called: `Jāni`, `Ilze` (Latvian has a case for it)."""
    called = is_latvian() and given_name.endswith(("s", "š")) and len(given_name) > 3
    return given_name[:-1] if called else given_name
