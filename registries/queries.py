"""Reads of the registers that others ask for: who works where, who leads, whose code this is."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from .codes import normalise_personal_code
from .errors import PersonalCodeInvalid
from .models import Employment, Organisation, Person, Territory


def employees(organisation: Organisation, at: date) -> QuerySet[Employment]:
    """Who works in the organisation on this day, with their persons, in alphabetical order."""
    rows = Employment.objects.on(at).filter(organisation=organisation).select_related("person")
    return rows.order_by("person__sort_key", "person_id", "id")


def head_of(organisation: Organisation, at: date) -> Person | None:
    """Who leads the organisation on this day; of two, who began later."""
    rows = Employment.objects.on(at).filter(organisation=organisation, is_head=True)
    found = rows.select_related("person").order_by("-valid_from", "-id").first()
    return found.person if found else None


def is_head(person: Person, organisation: Organisation, at: date) -> bool:
    """Whether the person leads the organisation on this day."""
    return Employment.objects.on(at).filter(person=person, organisation=organisation, is_head=True).exists()


def employment_of(person: Person, organisation: Organisation, at: date) -> Employment | None:
    """The person's employment there on this day; of several, as head first, then the latest."""
    rows = Employment.objects.on(at).filter(person=person, organisation=organisation)
    return rows.order_by("-is_head", "-valid_from", "-id").first()


def employments_of(person: Person) -> QuerySet[Employment]:
    """Where the person works and worked, the latest first."""
    return person.employments.select_related("organisation").order_by("-valid_from", "-id")


def person_with_code(text: str) -> Person | None:
    """The person who has or had this code; nobody for a text that is no code."""
    try:
        code = normalise_personal_code(text)
    except PersonalCodeInvalid:
        return None
    return Person.objects.filter(codes__code=code).first()


def current_code(person: Person) -> str:
    """The person's valid personal code, eleven digits, or empty for somebody without one."""
    codes = person.codes.filter(valid_until=None).values_list("code", flat=True)
    return codes.first() or ""


def ministry() -> Organisation:
    """The ministry that keeps the registers."""
    return Organisation.objects.get(kind=Organisation.Kind.MINISTRY, status=Organisation.Status.ACTIVE)


def municipalities() -> QuerySet[Organisation]:
    """The municipalities of today, in alphabetical order."""
    return Organisation.objects.active().filter(kind=Organisation.Kind.MUNICIPALITY).order_by("sort_key")


def territory(code: str, at: date) -> Territory | None:
    """The territory that has this ATVK code on this day."""
    return Territory.objects.filter(code=code, valid_from__lte=at).exclude(valid_until__lt=at).first()


def current_territory(code: str, at: date) -> Territory | None:
    """The territory that on this day stands where this code, perhaps an older one, once stood."""
    found = Territory.objects.filter(code=code, valid_from__lte=at).order_by("-valid_from").first()
    while found is not None and found.valid_until is not None and found.valid_until < at:
        found = found.successor
    return found


def municipality_of(code: str, at: date) -> Organisation | None:
    """The municipality responsible on this day for the place with this ATVK code."""
    found = current_territory(code, at)
    if found is None:
        return None
    return Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY, territory=found).first()


def final_successor(organisation: Organisation) -> Organisation:
    """The organisation itself while it works, else who took over in the end, as far as that is known."""
    current = organisation
    while current.status == Organisation.Status.LIQUIDATED and current.successor is not None:
        current = current.successor
    return current


def person(key: int) -> Person | None:
    """A person by our own key."""
    return Person.objects.filter(pk=key).first()


def organisations_by_key(keys: Iterable[int]) -> dict[int, Organisation]:
    """Organisations by our own keys, for rows that the caller may see: who sees a case sees whose it is."""
    return Organisation.objects.in_bulk(set(keys))
