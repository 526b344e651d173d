"""When a review starts: another head, a year since the last one, or a command for every institution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Max, Min, Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM
from accounts.basis import standing
from cases.campaigns import LeftOut, leaves_out
from cases.deadlines import declare, named
from cases.models import Case
from cases.services.cases import cancel_case
from cases.services.start import start_by_system
from engine import jobs, recurring
from engine.errors import RuleUnresolved
from engine.handlers import HandlerContext, handler
from registries import events
from registries.events import HeadChanged, RegisterEvent
from registries.models import Organisation
from registries.querysets import OrganisationQuerySet

from .holders import RIGA
from .words import PROCESS

START: Final = "reattestation.start"
CAMPAIGN: Final = "reattestation.campaign"
YEARLY: Final = "reattestation.yearly"
INTERVAL: Final = "reattestation.interval"
declare(
    INTERVAL,
    days=365,
    unit="calendar_days",
    process=PROCESS,
    lv="Cik bieži pārskata pieeju",
    en="How often access is reviewed",
)
BATCH: Final = 50
NO_ACCESS: Final = LeftOut("no_access", _("Nobody has access in this institution."))
OPEN: Final = (Case.Status.SUBMITTED, Case.Status.RETURNED, Case.Status.DECIDED)

recurring.every(YEARLY, timedelta(hours=1))


@events.subscribe
def on_register_event(event: RegisterEvent) -> None:
    """A new head reviews everybody's access from their first day on."""
    if not isinstance(event, HeadChanged):
        return
    first_day = datetime.combine(event.on, time(), RIGA)
    key = f"head:{event.head_id}:{event.on.isoformat()}"
    jobs.enqueue(
        START,
        arguments={"organisation": event.organisation_id, "key": key},
        now=event.now,
        due_at=max(event.now, first_day),
        natural_key=f"{START}:{event.organisation_id}:{key}"[:100],
    )


@handler(
    START,
    runs="job",
    repeat="safe",
    title=("Pieejas pārskatīšanas sākšana iestādē", "Starting a review of access"),
)
def start(context: HandlerContext) -> None:
    """Starts the review of one organisation; one that runs already gives way to a new head's."""
    organisation = Organisation.objects.get(pk=context.arguments["organisation"])
    key = context.arguments["key"]
    running = Case.objects.filter(process_key=PROCESS, organisation=organisation, status__in=OPEN)
    for case in running.exclude(start_key=key).order_by("id"):
        cancel_case(case.public_id, user=SYSTEM, reason="superseded")
    review(organisation, key=key, now=context.now)


def review(organisation: Organisation, *, key: str, now: datetime) -> Case | None:
    """The review of an organisation under this key, once; none where nobody has access or one is running."""
    if organisation.status != Organisation.Status.ACTIVE:
        return None
    with transaction.atomic():
        running = Case.objects.filter(process_key=PROCESS, organisation=organisation, status__in=OPEN)
        has_access = standing(now.astimezone(RIGA).date()).filter(organisation=organisation)
        is_new_head = key.startswith("head:")
        if running.exclude(start_key=key).exists() or not (is_new_head or has_access.exists()):
            return None
        return start_by_system(PROCESS, organisation=organisation, now=now, key=key).case


@leaves_out(PROCESS)
def without_access(organisations: Sequence[Organisation], now: datetime) -> Mapping[int, LeftOut]:
    """A campaign leaves out the institutions in which nobody has access: there is nothing to review."""
    held = standing(now.astimezone(RIGA).date()).filter(organisation__in=organisations)
    reviewed = set(held.values_list("organisation_id", flat=True))
    return {one.pk: NO_ACCESS for one in organisations if one.pk not in reviewed}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reviews of a year are."""

    year: int
    organisations: int
    started: int
    finished: int


def start_reattestation(year: int, *, now: datetime) -> int:
    """Asks for a review of every organisation with access in this year, in batches; the job's id."""
    arguments = {"year": year, "after": 0}
    return jobs.enqueue(CAMPAIGN, arguments=arguments, now=now, natural_key=f"{CAMPAIGN}:{year}:0")


@handler(
    CAMPAIGN,
    runs="job",
    repeat="safe",
    title=("Pieejas pārskatīšanas sākšana iestādēs", "Starting reviews of access"),
)
def start_batch(context: HandlerContext) -> None:
    """Starts the next organisations' reviews, a transaction each, and asks for the batch after them."""
    year, after = context.arguments["year"], context.arguments["after"]
    rows = list(_with_access(context.now).filter(pk__gt=after).order_by("pk")[:BATCH])
    for organisation in rows:
        review(organisation, key=f"year:{year}", now=context.now)
    if len(rows) == BATCH:
        last = rows[-1].pk
        arguments = {"year": year, "after": last}
        jobs.enqueue(CAMPAIGN, arguments=arguments, now=context.now, natural_key=f"{CAMPAIGN}:{year}:{last}")


@handler(
    YEARLY,
    runs="job",
    repeat="safe",
    title=("Pārbaude, kur jāpārskata pieeja", "Check where access is to be reviewed"),
)
def start_what_is_due(context: HandlerContext) -> None:
    """Starts the reviews of organisations whose last one, or oldest role, is as old as the parameter says."""
    try:
        days = named(INTERVAL, context.now).days
    except RuleUnresolved:
        # The ministry has ended the rule: no review is due by itself.
        return
    before = context.now - timedelta(days=days)
    own = Q(cases__process_key=PROCESS)
    due = _with_access(context.now).annotate(
        reviewed=Max("cases__created_at", filter=own), granted=Min("role_grants__granted_at")
    )
    due = due.filter(Q(reviewed__lt=before) | Q(reviewed=None, granted__lt=before))
    year = context.now.astimezone(RIGA).year
    for organisation in due.order_by(F("reviewed").asc(nulls_first=True), "pk")[:BATCH]:
        review(organisation, key=f"year:{year}", now=context.now)


def progress(year: int, *, now: datetime) -> Progress:
    """How many reviews of the year were started and finished."""
    cases = Case.objects.filter(process_key=PROCESS, start_key=f"year:{year}")
    return Progress(
        year=year,
        organisations=_with_access(now).count(),
        started=cases.count(),
        finished=cases.exclude(closed_at=None).count(),
    )


def _with_access(now: datetime) -> OrganisationQuerySet[Organisation]:
    held = standing(now.astimezone(RIGA).date())
    return Organisation.objects.active().filter(pk__in=held.values("organisation_id"))
