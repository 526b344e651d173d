"""When the end of access starts: the register tells of it, its day comes, or the sweeper finds it."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.basis import roles_to_end, standing, without_basis
from cases.heads import above, head_group
from cases.models import Case
from cases.notifications import notify
from cases.people import persons_in
from cases.services.start import start_by_system
from cases.services.sweeping import sweep_tasks
from engine import jobs, recurring
from engine.core.values import Value
from engine.handlers import HandlerContext, handler
from registries import events
from registries.events import EmploymentEnded, HeadChanged, OrganisationEnded, RegisterEvent
from registries.models import Organisation, Person

from .words import PROCESS

DUE: Final = "access_end.due"
ORGANISATION: Final = "access_end.organisation"
SWEEP: Final = "access_end.sweep"
EVERY: Final = timedelta(minutes=10)
RIGA: Final = ZoneInfo("Europe/Riga")

recurring.every(SWEEP, EVERY)


@events.subscribe
def on_register_event(event: RegisterEvent) -> None:
    """Ends the roles in the transaction of the change, or on the day that it names."""
    match event:
        case EmploymentEnded():
            day = event.last_day + timedelta(days=1)
            at_once = event.at_once and event.last_day <= _day_of(event.now)
            _end_or_wait(event.person_id, event.organisation_id, day, event.now, False, at_once=at_once)
        case HeadChanged():
            for person in event.former:
                _end_or_wait(person, event.organisation_id, event.on, event.now, True)
        case OrganisationEnded():
            arguments = {"organisation": event.organisation_id, "day": event.on.isoformat()}
            key = f"{ORGANISATION}:{event.organisation_id}"
            due_at = max(event.now, _begin_of(event.on))
            jobs.enqueue(ORGANISATION, arguments=arguments, now=event.now, due_at=due_at, natural_key=key)


def _end_or_wait(
    person_id: int, organisation_id: int, day: date, now: datetime, was_head: bool, *, at_once: bool = False
) -> None:
    if at_once or day <= _day_of(now):
        end_access(person_id, organisation_id, day=day, was_head=was_head, now=now)
        return
    jobs.enqueue(
        DUE,
        arguments={"person": person_id, "organisation": organisation_id, "was_head": was_head},
        now=now,
        due_at=_begin_of(day),
        natural_key=f"{DUE}:{person_id}:{organisation_id}:{day}:{int(was_head)}"[:100],
    )


def end_access(
    person_id: int, organisation_id: int, *, day: date, was_head: bool, now: datetime
) -> Case | None:
    """The case that ends the roles without a reason from this day, in the caller's transaction, if any."""
    # The person's row orders what two changes of the register end at once.
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    organisation = Organisation.objects.get(pk=organisation_id)
    if not roles_to_end(person, organisation, day=day, was_head=was_head):
        return None
    given: dict[str, Value] = {"day": day, "was_head": was_head}
    return start_by_system(PROCESS, organisation=organisation, subject=person, now=now, given=given).case


@handler(
    DUE, runs="job", repeat="safe", title=("Pieejas beigas norādītajā dienā", "End of access on its day")
)
def end_on_its_day(context: HandlerContext) -> None:
    """Ends what the registers, as they stand on the day, give no reason for."""
    given = context.arguments
    with transaction.atomic():
        end_access(
            given["person"],
            given["organisation"],
            day=_day_of(context.now),
            was_head=given["was_head"],
            now=context.now,
        )


@handler(
    ORGANISATION,
    runs="job",
    repeat="safe",
    title=("Pieejas beigas slēgtā iestādē", "End of access in a closed institution"),
)
def end_of_organisation(context: HandlerContext) -> None:
    """Ends every role in an organisation that works no more, a case each, and tells who takes over."""
    organisation = Organisation.objects.select_related("successor", "founder", "municipality").get(
        pk=context.arguments["organisation"]
    )
    day = _day_of(context.now)
    holders = standing(day).filter(organisation=organisation).order_by("user__person_id")
    cases = []
    for person in dict.fromkeys(holders.values_list("user__person_id", flat=True)):
        with transaction.atomic():
            case = end_access(person, organisation.pk, day=day, was_head=False, now=context.now)
        cases += [case] if case else []
    if cases:
        _tell_who_takes_over(cases[0], organisation, context.now)
    sweep_tasks(context.now)


def _tell_who_takes_over(case: Case, organisation: Organisation, now: datetime) -> None:
    if organisation.successor is not None:
        group = head_group(organisation.successor)
    else:
        role, place = above(organisation)
        group = f"{role}@{place.pk}"
    for person in persons_in(group):
        kind = "access_end.taken_over"
        notify(case.pk, kind=kind, recipient_id=person, natural_key=f"{kind}:{case.pk}:{person}", now=now)


@handler(
    SWEEP,
    runs="job",
    repeat="safe",
    title=("Pārbaude, vai visām lomām ir pamats", "Check that every role has a reason"),
)
def sweep(context: HandlerContext) -> None:
    """The guarantee: ends every role whose reason is gone, and gives back tasks of those who left."""
    day = _day_of(context.now)
    for found in without_basis(day):
        with transaction.atomic():
            was_head = found.why == "head"
            end_access(found.person_id, found.organisation_id, day=day, was_head=was_head, now=context.now)
    sweep_tasks(context.now)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(RIGA).date()


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), RIGA)
