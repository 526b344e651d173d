"""Writes invented institutions and people; what is there already stays."""

from collections.abc import Iterable
from datetime import date
from random import Random

from stdnum.lv import pvn

from registries.models import Employment, Organisation, Person, PersonCode
from registries.queries import ministry

from .institutions import Institution
from .names import COMPANIES
from .people import MAIL, Staff

PHONE = "+371 20000000"
CLOSED_ON = date(2025, 8, 31)
Works = tuple[Staff, Organisation]
_MAILBOXES = {
    Organisation.Kind.MINISTRY: "ministrija",
    Organisation.Kind.IKVD: "kvalitates-dienests",
    Organisation.Kind.AIC: "informacijas-centrs",
    Organisation.Kind.MUNICIPALITY: "pasvaldiba",
}


def store(institutions: Iterable[Institution], others: Iterable[Works] = ()) -> None:
    """The institutions with founders and staff, and further people in organisations that exist."""
    by_name = _companies()
    state = ministry()
    places = {
        row.territory.code: row
        for row in Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY).select_related(
            "territory"
        )
        if row.territory
    }
    made = list(institutions)
    known = set(Organisation.objects.values_list("registration_number", flat=True))
    Organisation.objects.bulk_create(
        _organisation(one, places[one.territory], by_name.get(one.founder), state)
        for one in made
        if one.number not in known
    )
    rows = {row.registration_number: row for row in Organisation.objects.exclude(registration_number="")}
    _contacts()
    _people([*((person, rows[one.number]) for one in made for person in one.staff), *others])


def _organisation(
    one: Institution, municipality: Organisation, company: Organisation | None, state: Organisation
) -> Organisation:
    closed = {"status": Organisation.Status.LIQUIDATED, "closed_on": CLOSED_ON} if one.closed else {}
    return Organisation(
        public_id=one.public_id,
        kind=one.kind,
        name=one.name,
        registration_number=one.number,
        territory=municipality.territory,
        municipality=municipality,
        founder=company or (state if one.founded_by_state else municipality),
        email=one.email,
        phone=PHONE,
        address=f"Izdomātā iela {int(one.number) % 90 + 1}",
        **closed,
    )


def _contacts() -> None:
    """Whom to write to and call in the authorities, which the reference data leave open."""
    kinds = Organisation.Kind
    authorities = (kinds.MINISTRY, kinds.IKVD, kinds.AIC, kinds.MUNICIPALITY)
    rows = list(
        Organisation.objects.filter(kind__in=authorities, email="", phone="").select_related("territory")
    )
    for row in rows:
        code = row.territory.code if row.territory else ""
        row.email = f"{_MAILBOXES[kinds(row.kind)]}{code}@{MAIL}"
        row.phone = PHONE
    Organisation.objects.bulk_update(rows, ["email", "phone"])


def _companies() -> dict[str, Organisation]:
    random = Random("companies")  # noqa: S311 - invented data, no secret
    for name in COMPANIES:
        number = next(n for _ in iter(int, 1) if pvn.is_valid(n := f"4{random.randrange(10**10):010d}"))
        fields = {"name": name, "kind": Organisation.Kind.COMPANY}
        Organisation.objects.get_or_create(registration_number=number, defaults=fields)
    return {row.name: row for row in Organisation.objects.filter(kind=Organisation.Kind.COMPANY)}


def _people(works: list[Works]) -> None:
    known = set(PersonCode.objects.values_list("code", flat=True))
    new = [(staff, organisation) for staff, organisation in works if staff.code not in known]
    persons = Person.objects.bulk_create(
        Person(
            public_id=staff.public_id,
            given_name=staff.given_name,
            family_name=staff.family_name,
            birth_date=staff.birth_date,
            email=staff.email,
        )
        for staff, _ in new
    )
    PersonCode.objects.bulk_create(
        PersonCode(person=person, code=staff.code) for person, (staff, _) in zip(persons, new, strict=True)
    )
    Employment.objects.bulk_create(
        Employment(
            person=person,
            organisation=organisation,
            position=staff.position,
            is_head=staff.is_head,
            valid_from=staff.since,
            valid_until=organisation.closed_on,
        )
        for person, (staff, organisation) in zip(persons, new, strict=True)
    )
