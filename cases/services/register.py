"""What people enter in the registers that others live by: who left, who leads, which institution closed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.basis import HEAD_ROLES, standing
from accounts.scope import RIGA, Scope
from cases import audit, permissions
from cases.deadlines import named
from cases.errors import NotAllowed, NotFound, Refused
from cases.heads import above
from engine.errors import RuleUnresolved
from engine.models import Task
from registries import services as registers
from registries.models import Employment, Organisation, Person
from registries.queries import employees

from .acting import act, begin
from .leaving import tasks_held
from .locking import uuid_of

# The deadline by which whoever leads, and who stands above them, answer for the users of an institution.
REVIEW: Final = "reattestation"


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows from a change, before it is entered: roles that end from `day` on, and tasks that go back.

    `at_once`: when it is entered, not when a day begins. `reviewed` users are to be confirmed by a new head,
    whom `confirmed_by` confirms, each in `days` days. `taken_over_by` gets the tasks of what closes.
    """

    people: int
    roles: int
    tasks: int
    day: date
    at_once: bool
    reviewed: int = 0
    confirmed_by: str = ""
    days: int = 0
    taken_over_by: str = ""
    employments: int = 0


def organisation_of(scope: Scope, public_id: UUID | str) -> Organisation:
    """The organisation within the scope whose register this person may change; NotFound, NotAllowed."""
    visible = Organisation.objects.visible_to(scope).select_related("founder", "municipality", "successor")
    found = visible.filter(public_id=uuid_of(public_id)).first()
    if found is None:
        raise NotFound
    reason = permissions.against_entering(scope, found.pk)
    if reason is not None:
        raise NotAllowed(reason)
    return found


def institution_of(scope: Scope, public_id: UUID | str) -> Organisation:
    """The same, for who may also say who leads it and that it closed; NotFound, NotAllowed."""
    found = organisation_of(scope, public_id)
    _require_officer(scope)
    return found


def works_of(organisation: Organisation, public_id: UUID | str, day: date) -> tuple[Employment, ...]:
    """Where the person works in the organisation on this day or will; NotFound if nowhere."""
    rows = Employment.objects.filter(organisation=organisation, person__public_id=uuid_of(public_id))
    found = tuple(
        rows.exclude(valid_until__lt=day).select_related("person").order_by("-is_head", "valid_from", "id")
    )
    if not found:
        raise NotFound
    return found


def after_leaving(
    organisation: Organisation, works: tuple[Employment, ...], *, last_day: date, at_once: bool, today: date
) -> Consequences:
    """What ending these employments ends."""
    day = last_day + timedelta(days=1)
    at_once = (at_once and last_day <= today) or day <= today
    person = works[0].person
    stay = Employment.objects.on(day).filter(person=person, organisation=organisation)
    if stay.exclude(pk__in=[work.pk for work in works]).exists():
        return Consequences(0, 0, 0, day, at_once)
    roles = standing(today).filter(user__person=person, organisation=organisation).count()
    return Consequences(bool(roles), roles, len(tasks_held(person, organisation)), day, at_once)


def before_leaving(
    organisation: Organisation,
    person_id: UUID | str,
    *,
    last_day: date,
    at_once: bool,
    position: str,
    today: date,
) -> Consequences:
    """The same for a person and, if one is named, a position of theirs. NotFound."""
    works = works_of(organisation, person_id, today)
    chosen = tuple(work for work in works if position in ("", work.position))
    if not chosen:
        raise NotFound
    return after_leaving(organisation, chosen, last_day=last_day, at_once=at_once, today=today)


def before_change_of_head(
    organisation: Organisation, person_id: UUID | str, *, on: date, today: date
) -> Consequences:
    """What making this employee the head from a day on would end. NotFound."""
    return after_change_of_head(
        organisation, _employee(organisation, person_id, max(on, today)).person, on=on, today=today
    )


def after_change_of_head(
    organisation: Organisation, person: Person, *, on: date, today: date
) -> Consequences:
    """What another head ends, and how many users are to be confirmed."""
    held = standing(today).filter(organisation=organisation)
    leading = Employment.objects.on(on).filter(organisation=organisation, is_head=True).exclude(person=person)
    former = [work.person for work in leading.select_related("person")]
    roles = tasks = 0
    for one in former:
        stays = Employment.objects.on(on).filter(person=one, organisation=organisation, is_head=False)
        theirs = held.filter(user__person=one)
        roles += (theirs.filter(role__in=HEAD_ROLES) if stays.exists() else theirs).count()
        tasks += len(tasks_held(one, organisation))
    others = held.exclude(user__person__in=[*former, person]).values("user").distinct().count()
    _role, place = above(organisation, without={person.pk, *(one.pk for one in former)})
    return Consequences(
        len(former),
        roles,
        tasks,
        on,
        on <= today,
        reviewed=others,
        confirmed_by=place.name,
        days=_days_of_review(on),
        taken_over_by=str(person),
    )


def _days_of_review(on: date) -> int:
    """Within how many days a review is answered; none where no process reviews anything."""
    try:
        return named(REVIEW, datetime.combine(on, time(), RIGA)).days
    except RuleUnresolved:
        return 0


def after_closing(
    organisation: Organisation, *, on: date, today: date, successor: Organisation | None = None
) -> Consequences:
    """What closing the organisation ends, and who takes its tasks over."""
    held = standing(today).filter(organisation=organisation)
    begun = Q(group="", instance__case__organisation=organisation)
    for place in (organisation.pk, *_merged_into(organisation)):
        begun |= Q(group__endswith=f"@{place}")
    opened = Task.objects.filter(begun, status=Task.Status.OPEN)
    people = held.values("user").distinct().count()
    return Consequences(
        people,
        held.count(),
        opened.count(),
        on,
        on <= today,
        taken_over_by=(successor or above(organisation)[1]).name,
        employments=employees(organisation, on - timedelta(days=1)).values("person").distinct().count(),
    )


def _merged_into(organisation: Organisation) -> list[int]:
    """The organisations whose tasks it took over."""
    before = Q(successor=organisation) | Q(successor__successor=organisation)
    return list(Organisation.objects.filter(before).values_list("pk", flat=True))


def enter_end_of_employment(
    organisation_id: UUID | str,
    person_id: UUID | str,
    *,
    user: Actor,
    last_day: date,
    at_once: bool = False,
    position: str = "",
) -> Organisation:
    """Ends the person's employments there, or the one in this position. NotFound, NotAllowed, Refused."""
    about = f"organisation:{organisation_id}"
    with act(user, "register.employment_ended", about):
        begun = begin(user)
        organisation = organisation_of(begun.scope, organisation_id)
        works = works_of(organisation, person_id, _day(begun.now))
        chosen = [work for work in works if position in ("", work.position)]
        if not chosen:
            raise NotFound
        for work in chosen:
            registers.end_employment(work, last_day=last_day, at_once=at_once, now=begun.now, actor=user.name)
        about = f"person:{chosen[0].person_id}"
        fields = {"organisation": str(organisation.public_id), "last_day": last_day.isoformat()}
        audit.record_act(user, "register.employment_ended", about, {**fields, "at_once": at_once})
        return organisation


def enter_head(
    organisation_id: UUID | str, person_id: UUID | str, *, user: Actor, on: date, position: str
) -> Organisation:
    """Makes an employee the head from a day on. NotFound, NotAllowed, Refused."""
    with act(user, "register.head_changed", f"organisation:{organisation_id}"):
        begun = begin(user)
        organisation = organisation_of(begun.scope, organisation_id)
        _require_officer(begun.scope)
        work = _employee(organisation, person_id, max(on, _day(begun.now)))
        registers.change_head(
            organisation, work.person, on=on, now=begun.now, position=position, actor=user.name
        )
        fields = {"head": f"person:{work.person_id}", "on": on.isoformat()}
        about = f"organisation:{organisation.public_id}"
        audit.record_act(user, "register.head_changed", about, fields)
        return organisation


def enter_closing(
    organisation_id: UUID | str, *, user: Actor, on: date, successor_id: UUID | str | None = None
) -> Organisation:
    """Closes the organisation, or merges it into a successor. NotFound, NotAllowed, Refused."""
    with act(user, "register.organisation_closed", f"organisation:{organisation_id}"):
        begun = begin(user)
        organisation = organisation_of(begun.scope, organisation_id)
        _require_officer(begun.scope)
        successor = None
        if successor_id:
            visible = Organisation.objects.visible_to(begun.scope)
            successor = visible.filter(public_id=uuid_of(successor_id)).first()
            if successor is None:
                raise NotFound
        if on > _day(begun.now):
            told = _("The day cannot be later than today. Enter it when it has come.")
            raise Refused("day_to_come", told)
        registers.close_organisation(organisation, on=on, now=begun.now, successor=successor, actor=user.name)
        fields = {"on": on.isoformat(), "successor": str(successor.public_id) if successor else ""}
        about = f"organisation:{organisation.public_id}"
        audit.record_act(user, "register.organisation_closed", about, fields)
        return organisation


def _employee(organisation: Organisation, person_id: UUID | str, day: date) -> Employment:
    work = employees(organisation, day).filter(person__public_id=uuid_of(person_id)).first()
    if work is None:
        raise NotFound
    return work


def _require_officer(scope: Scope) -> None:
    reason = permissions.against_changing_institutions(scope)
    if reason is not None:
        raise NotAllowed(reason)


def _day(moment: datetime) -> date:
    return moment.astimezone(RIGA).date()
