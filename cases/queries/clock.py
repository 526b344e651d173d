"""The legal clock of a case in words: by when it is to be decided, why, and why it stands."""

from datetime import datetime

from accounts.scope import Scope
from cases import clocks, people, permissions
from cases.calendar import end_of_day
from cases.clock_words import explain_clock, why_en, why_lv
from cases.deadlines import Count
from cases.legal_clock import Clock, Segment
from cases.models import Case, ClockExtension
from cases.services.extending import left_to_extend
from engine import catalog, clock
from engine.core.definition import Definition

from .views import ClockExtensionView, ClockPart, LegalClock


def legal_clock(case: Case, scope: Scope | None = None) -> LegalClock | None:
    """The legal clock of a case, said to whoever has this scope; none if its process has none, or not yet."""
    definition = catalog.definition(case.instance.definition_id)
    found = clocks.clock_of(case.instance_id) if clocks.name_of(definition) else None
    if found is None:
        return None
    count, now = clocks.count_of(definition, found), clock.now()
    yours = _is_applicants_side(case, scope)
    told = explain_clock(found, count, now=now, yours=yours)
    reckoned = clocks.reckoned(found, count)
    due_at = end_of_day(reckoned.last) if reckoned.last is not None else None
    named = people.names([*(part.by for part in found.segments), *(one.by for one in found.extensions)])
    standing = found.segments[-1] if found.state == "stopped" else None
    return LegalClock(
        state=found.state,
        name=clocks.name_of(definition),
        days=count.days,
        working=count.working,
        started_at=found.since,
        ended_at=found.ended_at,
        due_at=due_at,
        is_overdue=due_at is not None and due_at < (found.ended_at or now),
        left=reckoned.left,
        stopped_since=standing.since if standing else None,
        stopped_why=found.why,
        stopped_why_lv=why_lv(found.why, yours=yours, now=True) if found.why else "",
        stopped_why_en=why_en(found.why, yours=yours) if found.why else "",
        text_lv=told.text_lv,
        text_en=told.text_en,
        short_lv=told.short_lv,
        short_en=told.short_en,
        legal_reference=count.legal_reference,
        parts=tuple(_part(part, yours, named.get(part.by, "")) for part in found.segments),
        extensions=tuple(_extensions(case, found)),
        may_extend_by=_may_extend_by(case, scope, definition, found, count, now),
        moves_steps=clocks.hangs(definition),
    )


def _may_extend_by(
    case: Case, scope: Scope | None, definition: Definition, found: Clock, count: Count, now: datetime
) -> int:
    left = left_to_extend(found, count, now)
    if scope is None or not left:
        return 0
    applicant = case.applicant.person_id if case.applicant else None
    opened = clocks.open_facts(case, definition, applicant)
    return left if permissions.against_extending(case, opened, scope, applicant) is None else 0


def due_of_case(case: Case) -> datetime | None:
    """By when the case is to be decided; none if nothing says so, or while its clock stands."""
    definition = catalog.definition(case.instance.definition_id)
    found = clocks.clock_of(case.instance_id) if clocks.name_of(definition) else None
    return clocks.due_of(found, clocks.count_of(definition, found)) if found is not None else None


def _is_applicants_side(case: Case, scope: Scope | None) -> bool:
    """Whether the reader is who was waited for: the applicant, or somebody of their institution."""
    if scope is None:
        return False
    return case.organisation_id in scope.organisations or (
        case.applicant is not None and case.applicant.person_id == scope.person_id
    )


def _part(part: Segment, yours: bool, who: str) -> ClockPart:
    lv = why_lv(part.why, yours=yours, now=part.until is None) if part.why else ""
    en = why_en(part.why, yours=yours) if part.why else ""
    return ClockPart(part.runs, part.since, part.until, part.why, lv, en, who)


def _extensions(case: Case, found: Clock) -> list[ClockExtensionView]:
    if not found.extensions:
        return []
    rows = list(ClockExtension.objects.filter(case=case).order_by("at", "id"))
    named = people.names(row.by for row in rows)
    return [ClockExtensionView(row.days, row.reason, named.get(row.by, row.by), row.at) for row in rows]
