"""What happens at the service tasks of the access request."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.services import grant_role, invite, revoke_role, revoke_roles_in
from cases.audit import record
from cases.documents import store
from cases.errors import FormInvalid, Refused
from cases.models import Case
from cases.notifications import notify
from cases.services.handlers_api import case_of, set_outcome, set_subject
from engine import jobs
from engine.handlers import HandlerContext, handler
from processes.shared import INVITATION
from registries.models import Person

from . import checks
from . import messages as _messages  # registers the words of the process's messages
from .decision import Decision, decision_of, refuse_to_grant
from .documents import decision_letter, letter_input
from .extract import extract_input, register_extract
from .request import Request, day_of, person_of, request_of
from .sources import possible, roles_held
from .words import wrong

del _messages

EXTRACT: Final = "access.register_extract"
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
    checks.refuse_organisation(case, context.now)
    person = person_of(request)
    checks.refuse_person(case, request, person, context.now)
    checks.settle_contact(request, person)
    set_subject(case, person)
    role, founder = checks.countersigner(case)
    return {
        "organisation_kind": case.organisation.kind,
        "own_access": case.applicant is not None and person.pk == case.applicant.person_id,
        "several": checks.reaches_several(request),
        "head_role": str(checks.head_role(case.organisation)),
        "founder_role": str(role),
        "founder": founder,
        "user_actor": f"person:{person.pk}",
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
    if not set(request.roles) <= set(possible(case.instance.definition_id, case.organisation.kind)):
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
    store(
        case,
        kind="access.decision",
        title_lv=latvian,
        title_en=english,
        file_name=f"{case.number}-lemums.pdf",
        content=decision_letter(letter_input(case, request, decision)),
        author="system",
        now=context.now,
        natural_key=f"access.decision:{context.job_id}",
    )
    head = case.applicant.person if case.applicant else None
    if head is not None:
        _tell(case, head, "access.decided", context)
    if decision.outcome == "refused" and request.kind != "revoke" and case.subject not in (None, head):
        _tell(case, case.subject, "access.refused", context)


@handler(EXTRACT, runs="job", repeat="keyed")
def write_extract(context: HandlerContext) -> None:
    """Keeps what the registers say about the request, as a document of the case."""
    case = Case.objects.select_related("organisation__founder", "applicant__person", "subject").get(
        instance_id=context.instance_id
    )
    request = request_of(case)
    person = case.subject or person_of(request)
    store(
        case,
        kind=EXTRACT,
        title_lv="Izraksts no reģistriem",
        title_en="Extract from the registers",
        file_name=f"{case.number}-registri.pdf",
        content=register_extract(extract_input(case, request, person, context.now)),
        author="system",
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
