"""Changes the calendar: days that the law says, that the Cabinet moved, that an organisation adopted.

Whoever changes it is told how many deadlines move; a job then counts the due dates of open cases anew.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.scope import Scope
from cases import calendar, permissions, recounting
from cases.audit.record import record
from cases.errors import CalendarDayStands, FieldError, FormInvalid, NotAllowed, NotFound
from cases.models import CalendarDay
from registries.models import Organisation

from .acting import act, begin

Set = Literal["statutory", "moved", "organisation"]
CHAIN: Final = "calendar"
LONGEST_NAME: Final = 200
LONGEST_REFERENCE: Final = 300


@dataclass(frozen=True, slots=True)
class Change:
    """A day of one of the three sets; `organisation_id` for a day of an organisation's own."""

    source: Set
    day: date
    organisation_id: int | None = None

    @property
    def about(self) -> str:
        """The day as the audit names it."""
        place = f":{self.organisation_id}" if self.organisation_id is not None else ""
        return f"day:{self.source}{place}:{self.day}"


def add_day(
    change: Change,
    *,
    user: Actor,
    works: bool,
    name_lv: str,
    name_en: str = "",
    legal_reference: str = "",
) -> int:
    """Enter a day on which work is or is not done; about how many deadlines move.

    NotFound, NotAllowed, FormInvalid, CalendarDayStands.
    """
    with act(user, "calendar.add", change.about):
        begun = begin(user)
        _refuse(change, begun.scope)
        _refuse_words(name_lv, name_en, legal_reference)
        moved = recounting.would_move(change.day, change.organisation_id, works)
        worked = calendar.is_working_day(change.day, change.organisation_id)
        if change.source == "statutory" and calendar.unentered(change.day.year):
            # The first day entered by hand must not stand for all holidays of its year.
            calendar.load_calendar(change.day.year, change.day.year)
        try:
            with transaction.atomic():
                CalendarDay.objects.create(
                    day=change.day,
                    works=works,
                    source=change.source,
                    organisation_id=change.organisation_id,
                    name_lv=name_lv.strip(),
                    name_en=name_en.strip() or name_lv.strip(),
                    legal_reference=legal_reference.strip(),
                )
        except IntegrityError as error:
            raise CalendarDayStands from error
        fields = {"works": works, "legal_reference": legal_reference.strip(), "moves": moved}
        record(CHAIN, user.name, "calendar.added", change.about, fields, begun.now)
        _after(change, worked, begun.now)
        return moved


def remove_day(change: Change, *, user: Actor) -> int:
    """Take a day out of its set; about how many deadlines move. NotFound, NotAllowed."""
    with act(user, "calendar.remove", change.about):
        begun = begin(user)
        _refuse(change, begun.scope)
        rows = _rows(change)
        row = rows.first()
        if row is None:
            raise NotFound
        worked = calendar.is_working_day(change.day, change.organisation_id)
        moved = recounting.would_move(change.day, change.organisation_id, worked_without(change))
        rows.delete()
        fields = {"works": row.works, "legal_reference": row.legal_reference, "moves": moved}
        record(CHAIN, user.name, "calendar.removed", change.about, fields, begun.now)
        _after(change, worked, begun.now)
        return moved


def worked_without(change: Change) -> bool:
    """Whether the day is worked once it is out of this set."""
    if change.organisation_id is not None:
        return calendar.is_working_day(change.day)
    others = CalendarDay.objects.filter(day=change.day, organisation=None).exclude(source=change.source)
    # What the Cabinet moved stands over what the law says.
    last = others.order_by("source").first()
    return last.works if last is not None else change.day.isoweekday() < 6


def _rows(change: Change) -> QuerySet[CalendarDay]:
    rows = CalendarDay.objects.filter(source=change.source, day=change.day)
    return rows.filter(Q(organisation=change.organisation_id))


def _refuse(change: Change, scope: Scope) -> None:
    if not calendar.FIRST_YEAR <= change.day.year <= calendar.LAST_YEAR:
        lv = f"Datums var būt no {calendar.FIRST_YEAR}. līdz {calendar.LAST_YEAR}. gadam."
        en = f"The date may be from {calendar.FIRST_YEAR} to {calendar.LAST_YEAR}."
        raise FormInvalid((FieldError("day", "out_of_range", lv, en),))
    own = change.source == "organisation"
    if own != (change.organisation_id is not None):
        raise NotFound
    if own and not Organisation.objects.visible_to(scope).filter(pk=change.organisation_id or 0).exists():
        raise NotFound
    against = permissions.against_keeping_days(scope, change.organisation_id)
    if against is not None:
        raise NotAllowed(against)


def _refuse_words(name_lv: str, name_en: str, legal_reference: str) -> None:
    errors: list[FieldError] = []
    if not name_lv.strip():
        lv, en = "Ierakstiet, kas tā par dienu.", "Say what day it is."
        errors.append(FieldError("name_lv", "required", lv, en))
    for field, text, most in (
        ("name_lv", name_lv, LONGEST_NAME),
        ("name_en", name_en, LONGEST_NAME),
        ("legal_reference", legal_reference, LONGEST_REFERENCE),
    ):
        if len(text) > most:
            lv, en = f"Te var būt ne vairāk kā {most} rakstzīmju.", f"It may have at most {most} characters."
            errors.append(FieldError(field, "too_long", lv, en))
    if errors:
        raise FormInvalid(tuple(errors))


def _after(change: Change, worked: bool, now: datetime) -> None:
    calendar.forget()
    transaction.on_commit(calendar.forget)
    recounting.ask(change.organisation_id, day=change.day, worked=worked, now=now)
