"""Everything that changes the registers: persons, their codes, employments, organisations."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from . import events
from .codes import normalise_personal_code
from .errors import (
    NotEmployed,
    OrganisationClosed,
    PeriodReversed,
    PersonalCodeAlreadyChanged,
    PersonalCodeTaken,
    PersonAlreadyEmployed,
)
from .models import Employment, Organisation, Person, PersonCode

SYSTEM: Final = "system"


@transaction.atomic
def register_person(
    *,
    given_name: str,
    family_name: str,
    personal_code: str = "",
    birth_date: date | None = None,
    email: str = "",
    phone: str = "",
) -> Person:
    """A new person; without a code for those who have none. PersonalCodeInvalid, PersonalCodeTaken."""
    code = normalise_personal_code(personal_code) if personal_code else ""
    person = Person.objects.create(
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        birth_date=birth_date,
        email=email,
        phone=phone,
    )
    if code:
        _add_code(person, code)
    return person


def _add_code(person: Person, code: str, valid_from: date | None = None) -> PersonCode:
    try:
        with transaction.atomic():
            return PersonCode.objects.create(person=person, code=code, valid_from=valid_from)
    except IntegrityError:
        raise PersonalCodeTaken from None


@transaction.atomic
def change_personal_code(
    person: Person, personal_code: str, *, on: date, adoption: bool = False
) -> PersonCode:
    """The new current code; the old one stays in the history and still finds the person.

    A code changes once, and again only on adoption: PersonalCodeAlreadyChanged; PersonalCodeTaken.
    """
    code = normalise_personal_code(personal_code)
    Person.objects.select_for_update().get(pk=person.pk)
    held = list(PersonCode.objects.filter(person=person))
    if any(row.code == code and row.valid_until is None for row in held):
        return next(row for row in held if row.code == code)
    if len(held) > 1 and not adoption:
        raise PersonalCodeAlreadyChanged
    PersonCode.objects.filter(person=person, valid_until=None).update(valid_until=on - timedelta(days=1))
    return _add_code(person, code, valid_from=on)


@transaction.atomic
def employ(
    person: Person,
    organisation: Organisation,
    *,
    position: str,
    valid_from: date,
    valid_until: date | None = None,
    is_head: bool = False,
) -> Employment:
    """A new employment. OrganisationClosed, PeriodReversed, PersonAlreadyEmployed in this position then."""
    if valid_until is not None and valid_until < valid_from:
        raise PeriodReversed
    locked = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if locked.status != Organisation.Status.ACTIVE:
        raise OrganisationClosed
    same = Employment.objects.filter(person=person, organisation=organisation, position=position)
    if same.exclude(valid_until__lt=valid_from).filter(valid_from__lte=valid_until or date.max).exists():
        raise PersonAlreadyEmployed
    return Employment.objects.create(
        person=person,
        organisation=organisation,
        position=position,
        is_head=is_head,
        valid_from=valid_from,
        valid_until=valid_until,
    )


@transaction.atomic
def end_employment(
    employment: Employment,
    *,
    last_day: date,
    now: datetime,
    at_once: bool = False,
    actor: str = SYSTEM,
) -> Employment:
    """The employment with its last day; `at_once`: that day ends now. PeriodReversed before its first."""
    locked = Employment.objects.select_for_update(of=("self",)).get(pk=employment.pk)
    _end(locked, last_day)
    employment.valid_until = last_day
    events.publish(
        events.EmploymentEnded(
            employment_id=locked.pk,
            person_id=locked.person_id,
            organisation_id=locked.organisation_id,
            last_day=last_day,
            at_once=at_once,
            now=now,
            actor=actor,
        )
    )
    return employment


def _end(employment: Employment, last_day: date) -> None:
    if last_day < employment.valid_from:
        raise PeriodReversed
    employment.valid_until = last_day
    employment.save(update_fields=["valid_until"])


@transaction.atomic
def change_head(
    organisation: Organisation,
    person: Person,
    *,
    on: date,
    now: datetime,
    position: str = "Direktors",
    actor: str = SYSTEM,
) -> Employment:
    """The new head's employment; whoever led until then leads no more from the day before."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    leading = Employment.objects.on(on).filter(organisation=organisation, is_head=True)
    former = list(leading.exclude(person=person).order_by("id"))
    own = leading.filter(person=person).first()
    for earlier in former:
        if earlier.valid_from >= on:
            raise PeriodReversed
        _end(earlier, on - timedelta(days=1))
    standing = own or employ(person, organisation, position=position, valid_from=on, is_head=True)
    if own is None or former:
        events.publish(
            events.HeadChanged(
                organisation_id=organisation.pk,
                head_id=person.pk,
                former=tuple(dict.fromkeys(earlier.person_id for earlier in former)),
                on=on,
                now=now,
                actor=actor,
            )
        )
    return standing


@transaction.atomic
def close_organisation(
    organisation: Organisation,
    *,
    on: date,
    now: datetime,
    successor: Organisation | None = None,
    actor: str = SYSTEM,
) -> None:
    """Liquidates the organisation from this day; employments end the day before, roles count no more.

    A successor takes over its open tasks, institutions and history. OrganisationClosed if closed before.
    """
    locked = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if locked.status != Organisation.Status.ACTIVE or (successor and successor.pk == locked.pk):
        raise OrganisationClosed
    if successor is not None and successor.status != Organisation.Status.ACTIVE:
        raise OrganisationClosed
    last_day = on - timedelta(days=1)
    running = Employment.objects.on(last_day).filter(organisation=locked)
    running.update(valid_until=last_day)
    locked.status = Organisation.Status.LIQUIDATED
    locked.closed_on = on
    locked.successor = successor
    locked.save(update_fields=["status", "closed_on", "successor"])
    events.publish(
        events.OrganisationEnded(
            organisation_id=locked.pk,
            successor_id=successor.pk if successor else None,
            on=on,
            now=now,
            actor=actor,
        )
    )


def require_employment(person: Person, organisation: Organisation, at: date) -> Employment:
    """The employment on this day; NotEmployed without one."""
    from .queries import employment_of

    found = employment_of(person, organisation, at)
    if found is None:
        raise NotEmployed
    return found
