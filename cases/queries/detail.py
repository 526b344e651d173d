"""One case with everything that its page shows; reading it is recorded."""

from uuid import UUID

from accounts.scope import Scope
from cases import audit, permissions, preconditions
from cases.errors import NotFound
from cases.forms import FormContext
from cases.models import Case, Document
from cases.outcomes import outcome_words
from cases.services.locking import uuid_of
from engine import catalog, clock
from registries.models import Person

from .answers import answers_of
from .clock import legal_clock
from .documents import document_groups
from .steps import steps
from .timeline import Story, timeline
from .turn import whose_turn
from .views import CaseView


def visible_case(scope: Scope, public_id: UUID | str) -> Case:
    """The case if it is visible; otherwise NotFound, which is recorded."""
    cases = Case.objects.visible_to(scope).select_related(
        "instance", "organisation__municipality", "applicant__person", "subject"
    )
    try:
        case = cases.defer("instance__state", "instance__state_sha256").get(public_id=uuid_of(public_id))
    except (Case.DoesNotExist, NotFound):
        audit.record_refusal(scope.actor, "case.read", f"case:{public_id}", NotFound())
        raise NotFound from None
    return case


def case_detail(scope: Scope, public_id: UUID | str) -> CaseView:
    """The case page; NotFound if it is not visible. The reading is in the audit."""
    case = visible_case(scope, public_id)
    reader = None if scope.actor.channel == "link" else scope.person_id
    story = timeline(case, reader=reader, rules=scope.is_official)
    view = _view(case, scope, story)
    persons = (*permissions.concerned(case), *story.persons)
    audit.record_read(scope.actor, f"case:{case.public_id}", persons=persons)
    return view


def _view(case: Case, scope: Scope, story: Story) -> CaseView:
    definition = catalog.definition(case.instance.definition_id)
    context = FormContext(case=case, task=None, user=scope.actor, now=clock.now())
    organisation = case.organisation
    applicant: Person | None = case.applicant.person if case.applicant else None
    open_status = case.status in (Case.Status.DRAFT, Case.Status.SUBMITTED, Case.Status.RETURNED)
    against = permissions.against_withdrawing(case, scope, applicant.pk if applicant else None)
    documents = (
        Document.objects.visible_to(scope)
        .select_related("signature", "task", "blob")
        .defer("blob__content")
        .filter(case=case)
    )
    rows = tuple(documents.order_by("given_at", "id"))
    outcome_lv, outcome_en = outcome_words(definition, str(case.status), case.outcome)
    return CaseView(
        public_id=case.public_id,
        number=case.number,
        process_key=case.process_key,
        process_lv=definition.name,
        process_en=definition.name_en,
        status=str(case.status),
        outcome=case.outcome,
        outcome_lv=outcome_lv,
        outcome_en=outcome_en,
        organisation_id=organisation.pk,
        organisation=organisation.name,
        municipality=organisation.municipality.name if organisation.municipality else "",
        applicant_name=str(applicant) if applicant else "",
        subject_name=str(case.subject) if case.subject else "",
        created_at=case.created_at,
        submitted_at=case.submitted_at,
        decided_at=case.decided_at,
        closed_at=case.closed_at,
        turn=whose_turn(case, scope),
        steps=steps(case),
        timeline=story.items,
        answers=answers_of(case, context),
        documents=rows,
        papers=document_groups(case, rows),
        can_withdraw=open_status and against is None,
        can_cancel=case.closed_at is None and permissions.against_cancelling(scope) is None,
        version=preconditions.version_of(case),
        clock=legal_clock(case, scope),
    )
