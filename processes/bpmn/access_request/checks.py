"""What the registers say about a request: refusals that the head can mend, and who has to agree."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from cases.errors import FormInvalid, Refused
from cases.models import Case
from cases.people import persons_in
from registries.models import Organisation, Person
from registries.queries import current_code, employment_of, is_head, ministry

from .request import Request, agreed, day_of
from .sources import roles_held
from .words import INSTITUTION_ROLES, wrong

OPEN: Final = (Case.Status.SUBMITTED, Case.Status.RETURNED, Case.Status.DECIDED)
FOUNDER_ROLES: Final = {
    Organisation.Kind.MUNICIPALITY: Role.MUNICIPALITY_HEAD,
    Organisation.Kind.MINISTRY: Role.MINISTRY_ADMIN,
}
HEAD_ROLES: Final = {
    Organisation.Kind.MUNICIPALITY: Role.MUNICIPALITY_HEAD,
    Organisation.Kind.MINISTRY: Role.MINISTRY_ADMIN,
    Organisation.Kind.IKVD: Role.IKVD_OFFICER,
}


def refuse_organisation(case: Case, now: datetime) -> None:
    """Refused unless the institution works and the applicant leads it."""
    if case.organisation.status != Organisation.Status.ACTIVE:
        raise Refused("organisation_closed", _("The register says that this institution no longer works."))
    applicant = case.applicant
    if applicant is None or not is_head(applicant.person, case.organisation, day_of(now)):
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


def head_role(organisation: Organisation) -> str:
    """The role that speaks for the organisation."""
    return HEAD_ROLES.get(Organisation.Kind(organisation.kind), Role.INSTITUTION_HEAD)


def countersigner(case: Case) -> tuple[str, int]:
    """Role and place of who agrees as the founder; if nobody can, the municipality, then the ministry."""
    organisation = case.organisation
    for place in (organisation.founder, organisation.municipality):
        if place is None:
            continue
        role = FOUNDER_ROLES.get(Organisation.Kind(place.kind), Role.INSTITUTION_HEAD)
        if set(persons_in(f"{role}@{place.pk}")) - _concerned(case):
            return role, place.pk
    return Role.MINISTRY_ADMIN, ministry().pk


def _concerned(case: Case) -> set[int | None]:
    return {case.applicant.person_id if case.applicant else None, case.subject_id}


def agreements(case: Case, request: Request) -> dict[str, bool]:
    """Which agreements still hold for the request as it stands now."""
    return {
        "commitment_given": agreed(case, "accept_commitment", request) is not None,
        "founder_signed": (agreed(case, "countersign", request) or {}).get("agrees") == "yes",
        "reviewed": (agreed(case, "second_review", request) or {}).get("agrees") == "yes",
    }
