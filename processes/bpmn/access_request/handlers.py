"""What happens at the service tasks of the access request."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.services import grant_role, invite, revoke_role, revoke_roles_in
from cases import deadlines
from cases.audit import record
from cases.documents import store_letter
from cases.errors import FormInvalid, Refused
from cases.heads import head_role
from cases.models import Case
from cases.notifications import notify
from cases.people import person_behind
from cases.services.handlers_api import case_of, set_outcome, set_subject
from engine import jobs
from engine.handlers import HandlerContext, handler
from processes.shared import INVITATION
from registries.models import Person

from . import checks
from . import messages as _messages  # registers the words of the process's messages
from . import signatures as _signatures  # registers what the forms ask about them
from .decision import Decision, decision_of, refuse_to_grant
from .documents import decision_letter, extract_input, letter_input, register_extract
from .papers import prepare_application, prepare_commitment, write_certificate
from .request import Request, day_of, person_of, request_of
from .sources import possible, roles_held
from .words import wrong

del _messages, _signatures

EXTRACT: Final = "access.register_extract"
# Set by the ministry: the founder's days, the second officer's and the deciding officer's together.
deadlines.declare(
    "access_decision", days=10, extension=10, lv="Lēmums par pieeju", en="The decision on access"
)

TITLES: Final = {
    "granted": ("Lēmums par pieejas piešķiršanu", "Decision to grant access"),
    "granted_in_part": ("Lēmums par pieejas daļēju piešķiršanu", "Decision to grant access in part"),
    "changed": ("Lēmums par lomu maiņu", "Decision to change roles"),
    "changed_in_part": ("Lēmums par lomu daļēju maiņu", "Decision to change roles in part"),
    "revoked": ("Lēmums par pieejas atņemšanu", "Decision to revoke access"),
    "refused": ("Lēmums par atteikumu", "Decision to refuse"),
}


@handler("access.check_registers", runs="in_step")
def check_registers(context: HandlerContext) -> Mapping[str, Any]:
    """Refuses what the registers contradict; says what the decision tables and assignments need to know."""
    case = case_of(context)
    request = request_of(case)
    behind = person_behind(context.actor)
    sender = Person.objects.get(pk=behind) if behind is not None else None
    checks.refuse_organisation(case, sender, context.now)
    person = person_of(request)
    checks.refuse_person(case, request, person, context.now)
    checks.settle_contact(request, person)
    set_subject(case, person)
    checks.refuse_nobody_to_agree(case, sender, person)
    role, founder = checks.countersigner(case)
    return {
        "organisation_kind": case.organisation.kind,
        "own_access": person in (sender, case.applicant and case.applicant.person),
        "several": checks.reaches_several(request),
        "head_role": str(head_role(case.organisation)),
        "founder_role": str(role),
        "founder": founder,
        "user_actor": f"person:{person.pk}",
        "applicant": checks.goes_on(case, context),
        **checks.agreements(case, request),
    }


@handler("access.accept_request", runs="in_step")
def accept_request(context: HandlerContext) -> None:
    """Refuses roles that the decision table does not allow here; asks for the register extract."""
    case = case_of(context)
    request = request_of(case)
    allowed = str(context.variables["roles_possible"]).split()
    jobs.enqueue(EXTRACT, instance_id=context.instance_id, now=context.now)
    if request.kind == "revoke":
        return
    if not allowed:
        raise Refused("not_eligible", _("Organisations of this kind do not get access to VIIS."))
    if not set(request.roles) <= set(allowed):
        raise FormInvalid((wrong("roles", "role_impossible"),))


@handler("access.papers", runs="job", repeat="keyed")
def prepare_papers(context: HandlerContext) -> None:
    """Makes what is to be signed: the head's application and, unless it was given, the user's commitment."""
    case = Case.objects.select_related("organisation", "applicant__person", "subject", "instance").get(
        instance_id=context.instance_id
    )
    request = request_of(case)
    person = case.subject or person_of(request)
    prepare_application(case, request, person, context)
    if context.variables["needs_commitment"] and not context.variables["commitment_given"]:
        prepare_commitment(case, request, person, context)


@handler("access.apply_roles", runs="in_step")
def apply_roles(context: HandlerContext) -> None:
    """Makes the roles what the decision says, and asks for the invitation or the message to the user."""
    case = case_of(context)
    request = request_of(case)
    decision = decision_of(case, request)
    refuse_to_grant(case, request, decision, day_of(context.now))
    person = case.subject or person_of(request)
    if request.kind == "revoke":
        for grant in roles_held(person, case.organisation, day_of(context.now)):
            _audit(case, person, "role.revoked", grant.role, context)
        revoke_roles_in(person, case.organisation, case_number=case.number, now=context.now)
        _tell(case, person, "access.revoked", context)
    else:
        _refuse_unfit(case, request, person, context)
        _make_roles(case, person, decision, context)
        _welcome(case, person, context)
    set_outcome(case, decision.outcome)


def _refuse_unfit(case: Case, request: Request, person: Person, context: HandlerContext) -> None:
    """Between request and decision the registers may have changed; the officer hears it at the decision."""
    try:
        checks.refuse_person(case, request, person, context.now)
    except FormInvalid as refused:
        errors = tuple(replace(error, field="decision") for error in refused.errors)
        raise FormInvalid(errors) from refused
    can_be = possible(case.instance.definition_id, case.organisation.kind, day_of(context.now))
    if not set(request.roles) <= set(can_be):
        raise FormInvalid((wrong("decision", "role_impossible"),))


def _make_roles(case: Case, person: Person, decision: Decision, context: HandlerContext) -> None:
    for grant in roles_held(person, case.organisation, day_of(context.now)):
        if grant.role not in decision.roles:
            revoke_role(person, grant.role, case.organisation, case_number=case.number, now=context.now)
            _audit(case, person, "role.revoked", grant.role, context)
    for role in decision.roles:
        grant_role(
            person,
            role,
            case.organisation,
            valid_until=decision.valid_until,
            case_number=case.number,
            now=context.now,
        )
        _audit(case, person, "role.granted", role, context, until=decision.valid_until)


def _audit(
    case: Case, person: Person, action: str, role: str, context: HandlerContext, until: date | None = None
) -> None:
    fields = {"role": role, "organisation": str(case.organisation.public_id)}
    if until is not None:
        fields["until"] = until.isoformat()
    record(case, context.actor, action, f"person:{person.pk}", fields, context.now)


def _welcome(case: Case, person: Person, context: HandlerContext) -> None:
    user = invite(person, now=context.now)
    if user.has_usable_password():
        _tell(case, person, "access.changed", context)
        return
    jobs.enqueue(
        INVITATION,
        arguments={"user": user.pk, "case": case.pk},
        now=context.now,
        natural_key=f"{INVITATION}:{case.pk}",
    )


@handler("access.decision_letter", runs="job", repeat="keyed")
@handler("access.refusal_letter", runs="job", repeat="keyed")
def write_letter(context: HandlerContext) -> None:
    """Makes the letter once, tells the head what was decided, and the user if it was against them."""
    case = Case.objects.select_related("organisation", "applicant__person", "subject").get(
        instance_id=context.instance_id
    )
    request = request_of(case)
    decision = decision_of(case, request)
    latvian, english = TITLES[decision.outcome]
    store_letter(
        case,
        decision_letter(letter_input(case, request, decision)),
        kind="access.decision",
        title_lv=latvian,
        title_en=english,
        file_name=f"{case.number}-lemums.pdf",
        now=context.now,
        natural_key=f"access.decision:{context.job_id}",
    )
    if case.subject is not None and decision.outcome not in ("revoked", "refused"):
        write_certificate(case, case.subject, context)
    head = case.applicant.person if case.applicant else None
    if head is not None:
        _tell(case, head, "access.decided", context)
    if decision.outcome == "refused" and request.kind != "revoke" and case.subject not in (None, head):
        _tell(case, case.subject, "access.refused", context)


@handler(EXTRACT, runs="job", repeat="keyed", title=("Izraksts no reģistriem", "Extract from the registers"))
def write_extract(context: HandlerContext) -> None:
    """Keeps what the registers say about the request, as a document of the case."""
    case = Case.objects.select_related("organisation__founder", "applicant__person", "subject").get(
        instance_id=context.instance_id
    )
    request = request_of(case)
    person = case.subject or person_of(request)
    store_letter(
        case,
        register_extract(extract_input(case, request, person, context.now)),
        kind=EXTRACT,
        title_lv="Izraksts no reģistriem",
        title_en="Extract from the registers",
        file_name=f"{case.number}-registri.pdf",
        now=context.now,
        natural_key=f"{EXTRACT}:{context.job_id}",
    )


def _tell(case: Case, person: Person, kind: str, context: HandlerContext) -> None:
    notify(
        case.pk,
        kind=kind,
        recipient_id=person.pk,
        natural_key=f"{kind}:{case.pk}:{person.pk}",
        now=context.now,
    )
