"""What the registers say about a request: refusals that the head can mend, and who has to agree."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.errors import FormInvalid, Refused
from cases.heads import above
from cases.models import Case
from cases.people import persons_in
from engine.handlers import HandlerContext
from registries.models import Organisation, Person
from registries.queries import current_code, employment_of, is_head

from .request import Request, agreed, day_of
from .sources import roles_held
from .words import INSTITUTION_ROLES, wrong

OPEN: Final = (Case.Status.SUBMITTED, Case.Status.RETURNED, Case.Status.DECIDED)


def refuse_organisation(case: Case, sender: Person | None, now: datetime) -> None:
    """Refused unless the institution works and who applied, or who sends it now, leads it."""
    if case.organisation.status != Organisation.Status.ACTIVE:
        raise Refused("organisation_closed", _("The register says that this institution no longer works."))
    # A head who left in the middle is followed by another, who goes on.
    persons = (case.applicant.person if case.applicant else None, sender)
    if not any(one and is_head(one, case.organisation, day_of(now)) for one in persons):
        raise Refused("not_head", _("The register does not name you as the head of this institution."))


def refuse_person(case: Case, request: Request, person: Person, now: datetime) -> None:
    """FormInvalid unless the request fits the person: employed, with or without access, not asked already."""
    # The person's row orders two requests about the same person that are sent at once.
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    today = day_of(now)
    held = roles_held(person, case.organisation, today)
    employed = employment_of(person, case.organisation, today) is not None
    if request.kind == "revoke":
        if not held:
            raise FormInvalid((wrong("kind", "no_access"),))
    elif not employed and not request.is_declared:
        raise FormInvalid((wrong("person", "not_employee"),))
    if request.kind == "grant" and held:
        raise FormInvalid((wrong("kind", "has_access"),))
    if request.kind == "change":
        _refuse_change(request, {(grant.role, grant.valid_until) for grant in held})
    twin = _twin(case, person)
    if twin is not None:
        raise FormInvalid((wrong("person", "duplicate", number=twin.number),))


def _refuse_change(request: Request, held: set[tuple[str, object]]) -> None:
    if not held:
        raise FormInvalid((wrong("kind", "no_access"),))
    if {(role, request.valid_until) for role in request.roles} == held:
        raise FormInvalid((wrong("roles", "same_roles"),))


def _twin(case: Case, person: Person) -> Case | None:
    others = Case.objects.filter(
        process_key=case.process_key, organisation=case.organisation, subject=person, status__in=OPEN
    )
    return others.exclude(pk=case.pk).order_by("id").first()


def settle_contact(request: Request, person: Person) -> None:
    """Keeps the e-mail that the head gave, unless the person is a user; FormInvalid without any."""
    if request.kind == "revoke":
        return
    if not current_code(person):
        raise FormInvalid((wrong("person", "no_code"),))
    given = str(request.answers.get("email", ""))
    if given and given != person.email and not User.objects.filter(person=person).exists():
        person.email = given
        person.save(update_fields=["email"])
    if not person.email:
        raise FormInvalid((wrong("email", "email"),))


def reaches_several(request: Request) -> bool:
    """Whether a role that is asked for reaches over more than one organisation."""
    return request.kind != "revoke" and not INSTITUTION_ROLES.issuperset(request.roles)


def countersigner(case: Case) -> tuple[str, int]:
    """Role and place of who agrees as the founder; if nobody can, the municipality, then the ministry."""
    role, place = above(case.organisation, without=_concerned(case))
    return role, place.pk


def goes_on(case: Case, context: HandlerContext) -> str:
    """Who confirms and corrects from now on: the applicant while they lead, else who sends it now."""
    leads = case.applicant and is_head(case.applicant.person, case.organisation, day_of(context.now))
    return str(context.variables["applicant"]) if leads else context.actor


def refuse_nobody_to_agree(case: Case, sender: Person | None, person: Person) -> None:
    """FormInvalid if who asks for themself is the only one who could agree to it as the founder."""
    if sender is None or person.pk != sender.pk:
        return
    role, place = countersigner(case)
    if not set(persons_in(f"{role}@{place}")) - {person.pk}:
        raise FormInvalid((wrong("person", "nobody_to_agree"),))


def _concerned(case: Case) -> set[int | None]:
    return {case.applicant.person_id if case.applicant else None, case.subject_id}


def agreements(case: Case, request: Request) -> dict[str, bool]:
    """Which agreements still hold for the request as it stands now."""
    return {
        "commitment_given": agreed(case, "accept_commitment", request) is not None,
        "founder_signed": (agreed(case, "countersign", request) or {}).get("agrees") == "yes",
        "reviewed": (agreed(case, "second_review", request) or {}).get("agrees") == "yes",
    }
