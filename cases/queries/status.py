"""A case as its applicant follows it: stages in plain words, the expected date from real history."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from accounts.scope import Scope
from cases import calendar, clocks, deadlines
from cases.models import Case, UsualTime
from cases.usual_times import usual_times
from engine import catalog, clock
from engine.models import Task
from registries.models import Organisation

from .clock import legal_clock
from .steps import milestones
from .views.status import Contact, Expectation, Outlook, StatusView


def case_status(case: Case, scope: Scope) -> StatusView:
    """What the applicant's page tells; the case must be visible to the scope."""
    now = clock.now()
    return StatusView(
        milestones=milestones(scope, [case.public_id]).get(case.public_id, ()),
        clock=legal_clock(case, scope),
        expectation=expectations([case], now=now).get(case.pk),
        contact=_contact(case),
    )


def expectations(cases: Sequence[Case], *, now: datetime) -> Mapping[int, Expectation]:
    """When each case that waits for a decision may be decided, by its id; none where nobody can tell."""
    waiting = [case for case in cases if case.status == Case.Status.SUBMITTED and case.submitted_at]
    times = usual_times(waiting) if waiting else {}
    return {case.pk: _expectation(case, times[case.pk], now) for case in waiting if case.pk in times}


def outlooks(scope: Scope, public_ids: Iterable[UUID]) -> Mapping[UUID, Outlook]:
    """When each of these visible cases may be decided; nothing while its clock stands or once it is decided.

    In a number of statements that does not depend on theirs.
    """
    waiting = Case.objects.visible_to(scope).filter(
        public_id__in=list(public_ids), status=Case.Status.SUBMITTED, decided_at=None
    )
    cases = list(waiting.select_related("instance").defer("instance__state", "instance__state_sha256"))
    if not cases:
        return {}
    times = expectations(cases, now=clock.now())
    running = clocks.clocks_of(case.instance_id for case in cases)
    names = {case.pk: clocks.name_of(catalog.definition(case.instance.definition_id)) for case in cases}
    rules = deadlines.rows_of(*set(names.values()))
    found = {}
    for case in cases:
        runs, usual, name = running.get(case.pk), times.get(case.pk), names[case.pk]
        if runs is not None and runs.state != "runs":
            continue
        count = deadlines.chosen(name, rules.get(name, []), runs.since) if runs is not None else None
        due_at = clocks.due_of(runs, count) if runs is not None and count is not None else None
        found[case.public_id] = Outlook(usual.by if usual else None, due_at)
    return found


def _expectation(case: Case, usual: UsualTime, now: datetime) -> Expectation:
    start = case.submitted_at or now
    by = calendar.add_working_days(start, usual.most)
    return Expectation(usual.median, usual.most, usual.cases, by if by >= now else None)


def _contact(case: Case) -> Contact | None:
    """Who has the case now, if that is an authority; else the ministry."""
    groups = Task.objects.filter(instance=case.instance_id, status=Task.Status.OPEN)
    places = [
        int(tail)
        for group in groups.values_list("group", flat=True)
        if (tail := group.rpartition("@")[2]).isdigit() and int(tail) != case.organisation_id
    ]
    asked = Organisation.objects.filter(pk__in=places).order_by("id").first()
    found = asked or Organisation.objects.filter(kind=Organisation.Kind.MINISTRY).order_by("id").first()
    return Contact(found.name, found.email, found.phone) if found is not None else None
