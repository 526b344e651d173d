"""Lists of cases, newest first."""

from collections.abc import Sequence

from accounts.scope import Scope
from cases import audit, permissions
from cases.models import Case
from cases.outcomes import outcome_words
from engine import catalog
from engine.models import Task

from .cursors import turned
from .inbox import found_cases
from .queues import CAP
from .turn import turns
from .views import CaseFilters, CasePage, CaseRow, Turn


def cases_list(
    scope: Scope, filters: CaseFilters | None = None, cursor: str | None = None, limit: int = 25
) -> CasePage:
    """A page of visible cases, newest first; a search is recorded with what it found."""
    filters = filters or CaseFilters()
    chosen = Case.objects.visible_to(scope)
    if filters.q.strip():
        chosen = chosen.filter(pk__in=[case.pk for case in found_cases(scope, filters.q)])
    if filters.process:
        chosen = chosen.filter(process_key=filters.process)
    if filters.organisation is not None:
        chosen = chosen.filter(organisation_id=filters.organisation)
    if filters.status:
        chosen = chosen.filter(status=filters.status)
    if filters.not_closed:
        chosen = chosen.filter(closed_at=None)
    if filters.own:
        chosen = chosen.filter(applicant_id=scope.actor.user_id)
    told = chosen.select_related("instance", "organisation__municipality", "applicant__person", "subject")
    page = turned(told.defer("instance__state", "instance__state_sha256"), cursor, limit)
    rows = page.rows
    persons = [person for case in rows for person in permissions.concerned(case)]
    audit.record_list(
        scope.actor, "cases", filters.q, [str(case.public_id) for case in rows], persons=persons
    )
    return CasePage(
        items=tuple(_rows(rows, scope)),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
        count=chosen.order_by()[:CAP].count(),
    )


def _rows(cases: list[Case], scope: Scope) -> list[CaseRow]:
    instances = [case.instance_id for case in cases]
    open_tasks = Task.objects.filter(instance_id__in=instances, status=Task.Status.OPEN).order_by("id")
    found = turns(cases, list(open_tasks), scope)
    return [_row(case, found[case.pk]) for case in cases]


def _row(case: Case, turn: Turn) -> CaseRow:
    definition = catalog.definition(case.instance.definition_id)
    municipality = case.organisation.municipality
    outcome_lv, outcome_en = outcome_words(definition, str(case.status), case.outcome)
    return CaseRow(
        public_id=case.public_id,
        number=case.number,
        process_key=case.process_key,
        process_lv=definition.name,
        process_en=definition.name_en,
        status=str(case.status),
        outcome=case.outcome,
        outcome_lv=outcome_lv,
        outcome_en=outcome_en,
        organisation_id=case.organisation_id,
        organisation=case.organisation.name,
        municipality=municipality.name if municipality else "",
        applicant_name=str(case.applicant.person) if case.applicant else "",
        subject_name=str(case.subject) if case.subject else "",
        created_at=case.created_at,
        submitted_at=case.submitted_at,
        closed_at=case.closed_at,
        turn=turn,
    )


def case_numbers(scope: Scope, process: str) -> tuple[int, int]:
    """How many visible cases of a process are open, and how many are closed."""
    own = Case.objects.visible_to(scope).filter(process_key=process).order_by()
    return own.filter(closed_at=None).count(), own.exclude(closed_at=None).count()


def cases_of_instances(scope: Scope, instances: Sequence[int]) -> dict[int, Case]:
    """The visible cases of process instances, by the instance; that they were listed is in the audit."""
    found = {case.instance_id: case for case in Case.objects.visible_to(scope).filter(instance__in=instances)}
    if found:
        audit.record_read(
            scope.actor, "cases", {"cases": sorted(str(one.public_id) for one in found.values())}
        )
    return found
