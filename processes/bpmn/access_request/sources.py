"""What can be chosen in the forms of the access request: persons, and the roles that are possible."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from django.db.models import Q

from accounts.models import RoleGrant
from cases.forms import Choice, FormContext, choice_source, label_source
from cases.services.handlers_api import answers_of
from engine import catalog
from engine.core.decisions import CompiledDecision, compiled_decision
from registries.models import Organisation, Person
from registries.queries import employees

from .words import ROLE_HINTS, role_name

DECLARED = "declared"
NOT_LISTED = Choice(
    DECLARED,
    "Cits darbinieks, kura sarakstā nav",
    "Another employee who is not on the list",
    "Norādīsiet vārdu, personas kodu, amatu un e-pastu.",
    "You give the name, personal code, position and e-mail.",
)


def roles_held(person: Person, organisation: Organisation, at: date) -> tuple[RoleGrant, ...]:
    """The grants of the person in the organisation that stand on this day or begin later."""
    standing = RoleGrant.objects.filter(user__person=person, organisation=organisation, revoked_at=None)
    return tuple(standing.filter(Q(valid_until=None) | Q(valid_until__gte=at)).order_by("role"))


@choice_source("access.persons")
def persons(context: FormContext) -> Iterable[Choice]:
    """Who works in the organisation, and who holds a role in it without working there any more."""
    organisation = context.case.organisation
    listed: set[int] = set()
    for row in employees(organisation, context.today):
        if row.person_id not in listed:
            listed.add(row.person_id)
            words = f"{row.person}, {row.position}"
            yield Choice(str(row.person.public_id), words, words)
    grants = RoleGrant.objects.filter(organisation=organisation, revoked_at=None).exclude(
        user__person_id__in=listed
    )
    for person in Person.objects.filter(pk__in=grants.values("user__person_id")).order_by("sort_key"):
        yield Choice(str(person.public_id), f"{person}, vairs nestrādā", f"{person}, no longer employed")
    yield NOT_LISTED


@label_source("access.persons")
def person_label(_context: FormContext, value: str) -> Choice | None:
    """The person's name, for those who are no longer listed."""
    person = Person.objects.filter(public_id=value).first()
    return Choice(value, str(person), str(person)) if person else None


@choice_source("access.roles")
def roles(context: FormContext) -> Iterable[Choice]:
    """The roles that the decision table allows in an organisation of this kind."""
    case = context.case
    return map(role_choice, possible(case.instance.definition_id, case.organisation.kind, context.today))


@choice_source("access.roles_asked")
def roles_asked(context: FormContext) -> Iterable[Choice]:
    """The roles that the request asks for."""
    return map(role_choice, answers_of(context.case, "access_request").get("roles", ()))


@label_source("access.roles")
@label_source("access.roles_asked")
def role_label(_context: FormContext, value: str) -> Choice | None:
    """The role's name."""
    return role_choice(value)


def role_choice(role: str) -> Choice:
    """A role with its words."""
    hints = ROLE_HINTS.get(role, ("", ""))
    return Choice(role, role_name(role, "lv"), role_name(role, "en"), *hints)


def possible(definition_id: int, kind: str, today: date) -> tuple[str, ...]:
    """The roles that the decision table of this day gives for a kind of organisation."""
    outcome = _decision(definition_id).decide({"organisation_kind": kind}, today)
    return tuple(str(outcome.values["roles_possible"]).split())


@cache
def _decision(definition_id: int) -> CompiledDecision:
    definition = catalog.definition(definition_id)
    return compiled_decision(
        definition.decisions["access_roles"], definition.variables, {"roles_possible": "roles_possible"}
    )
