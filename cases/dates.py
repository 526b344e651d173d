"""Dates in words; Latvian bends its months, which message catalogues cannot do, so the table stands here."""

from datetime import date, datetime
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

RIGA: Final = ZoneInfo("Europe/Riga")

Bent = Literal["is", "of", "in"]


class Month(NamedTuple):
    """A month in the cases that sentences need, shortened, and in English."""

    nominative: str
    genitive: str
    dative: str
    locative: str
    short: str
    english: str


MONTHS: Final = (
    Month("janvāris", "janvāra", "janvārim", "janvārī", "janv.", "January"),
    Month("februāris", "februāra", "februārim", "februārī", "febr.", "February"),
    Month("marts", "marta", "martam", "martā", "marts", "March"),
    Month("aprīlis", "aprīļa", "aprīlim", "aprīlī", "apr.", "April"),
    Month("maijs", "maija", "maijam", "maijā", "maijs", "May"),
    Month("jūnijs", "jūnija", "jūnijam", "jūnijā", "jūn.", "June"),
    Month("jūlijs", "jūlija", "jūlijam", "jūlijā", "jūl.", "July"),
    Month("augusts", "augusta", "augustam", "augustā", "aug.", "August"),
    Month("septembris", "septembra", "septembrim", "septembrī", "sept.", "September"),
    Month("oktobris", "oktobra", "oktobrim", "oktobrī", "okt.", "October"),
    Month("novembris", "novembra", "novembrim", "novembrī", "nov.", "November"),
    Month("decembris", "decembra", "decembrim", "decembrī", "dec.", "December"),
)
_BENT: Final[dict[Bent, int]] = {"is": 0, "of": 1, "in": 3}


def month_of(day: date) -> Month:
    """The month of a day."""
    return MONTHS[day.month - 1]


def day_lv(day: date, case: Bent = "is") -> str:
    """Without the year: `29. jūnijs | jūnija | jūnijā`."""
    return f"{day.day}. {month_of(day)[_BENT[case]]}"


def date_lv(day: date, case: Bent) -> str:
    """As subject, in the genitive or in the locative: `2026. gada 29. jūnijs | jūnija | jūnijā`."""
    return f"{day.year}. gada {day_lv(day, case)}"


def day_en(day: date) -> str:
    """Without the year: `29 June`."""
    return f"{day.day} {month_of(day).english}"


def moment(at: datetime, language: str) -> str:
    """A short day and time in Riga: `2. sept. plkst. 14.41`, `2 Sep at 14:41`."""
    local = at.astimezone(RIGA)
    short = month_of(local)
    if language.startswith("en"):
        return f"{local.day} {short.english[:3]} at {local.hour}:{local.minute:02}"
    return f"{local.day}. {short.short} plkst. {local.hour}.{local.minute:02}"


def date_en(day: date) -> str:
    """`29 June 2026`."""
    return f"{day_en(day)} {day.year}"
