"""The calendar of a year as people and machines read it: the special days of the three sets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.scope import Scope
from cases import permissions
from cases.calendar import unentered, working_days_between
from cases.models import CalendarDay
from registries.models import Organisation


@dataclass(frozen=True, slots=True)
class DayView:
    """One special day; `removable` by this person."""

    day: date
    works: bool
    source: str
    name_lv: str
    name_en: str
    legal_reference: str
    removable: bool


@dataclass(frozen=True, slots=True)
class YearView:
    """A year of the state, with the own days of one organisation if one is given."""

    year: int
    organisation: Organisation | None
    days: tuple[DayView, ...]
    working_days: int
    keeps: tuple[str, ...]


def calendar_year(scope: Scope, year: int, organisation: Organisation | None = None) -> YearView:
    """The special days of a year in their order, and which sets this person keeps."""
    key = organisation.pk if organisation is not None else None
    state = permissions.against_keeping_days(scope, None) is None
    own = key is not None and permissions.against_keeping_days(scope, key) is None
    rows = CalendarDay.objects.filter(day__year=year).order_by("day", "source")
    rows = rows.filter(organisation=None) | rows.filter(organisation=key)
    return YearView(
        year=year,
        organisation=organisation,
        days=tuple(sorted([*_by_law(year), *_days(rows, state, own)], key=lambda row: row.day)),
        working_days=working_days_between(date(year - 1, 12, 31), date(year, 12, 31), key),
        keeps=(*(("statutory", "moved") if state else ()), *(("organisation",) if own else ())),
    )


def _by_law(year: int) -> Iterable[DayView]:
    """What counts although nobody has entered it."""
    for one in unentered(year):
        yield DayView(one.day, one.works, "statutory", one.name_lv, one.name_en, "", removable=False)


def _days(rows: Iterable[CalendarDay], state: bool, own: bool) -> Iterable[DayView]:
    for row in rows:
        mine = own if row.source == CalendarDay.Source.ORGANISATION else state
        words = (row.name_lv, row.name_en, row.legal_reference)
        yield DayView(row.day, row.works, str(row.source), *words, removable=mine)


def calendar_organisations(scope: Scope) -> tuple[Organisation, ...]:
    """The organisations of this person that may have days of their own."""
    rows = Organisation.objects.visible_to(scope).active().filter(pk__in=scope.organisations)
    return tuple(rows.order_by("sort_key", "id"))
