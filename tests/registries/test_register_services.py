"""Persons, codes and employments change by rules."""

from datetime import UTC, date, datetime

import pytest

from registries.errors import (
    NotEmployed,
    OrganisationClosed,
    PeriodReversed,
    PersonalCodeAlreadyChanged,
    PersonalCodeInvalid,
    PersonalCodeTaken,
    PersonAlreadyEmployed,
)
from registries.models import Employment, Organisation, Person, PersonCode
from registries.queries import (
    current_code,
    employees,
    employment_of,
    employments_of,
    head_of,
    is_head,
    person_with_code,
)
from registries.services import (
    change_head,
    change_personal_code,
    close_organisation,
    employ,
    end_employment,
    register_person,
    require_employment,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def school():
    return Organisation.objects.create(
        kind="general", name="Egļkalnu pamatskola", registration_number="4000000001"
    )


@pytest.fixture
def ilze():
    return register_person(given_name="Ilze", family_name="Piemēre", personal_code="161175-19997")


@pytest.fixture
def janis():
    return register_person(given_name="Jānis", family_name="Paraugs", personal_code="327654-12345")


def test_a_person_is_found_by_code_however_it_is_typed(ilze):
    assert person_with_code("161175 19997") == ilze
    assert person_with_code("161175-19998") is None
    assert ilze.birth_date is None


def test_a_code_belongs_to_one_person_only(ilze):
    with pytest.raises(PersonalCodeTaken):
        register_person(given_name="Cita", family_name="Izdomāta", personal_code="161175-19997")
    with pytest.raises(PersonalCodeInvalid):
        register_person(given_name="Cita", family_name="Izdomāta", personal_code="161175-19998")
    assert Person.objects.count() == 1


def test_somebody_without_a_code_can_be_registered():
    person = register_person(given_name="Bez", family_name="Koda")
    assert current_code(person) == ""


def test_the_old_code_stays_in_the_history_and_still_finds_the_person(ilze):
    change_personal_code(ilze, "321234-56789", on=DAY)

    assert current_code(ilze) == "32123456789"
    assert person_with_code("161175-19997") == ilze
    assert person_with_code("321234-56789") == ilze
    assert list(ilze.codes.order_by("id").values_list("code", "valid_until")) == [
        ("16117519997", date(2026, 3, 1)),
        ("32123456789", None),
    ]


def test_a_code_changes_once_and_again_only_on_adoption(ilze, janis):
    change_personal_code(ilze, "321234-56789", on=DAY)
    with pytest.raises(PersonalCodeAlreadyChanged):
        change_personal_code(ilze, "331234-56789", on=DAY)
    with pytest.raises(PersonalCodeTaken):
        change_personal_code(ilze, "327654-12345", on=DAY, adoption=True)
    assert current_code(ilze) == "32123456789"
    change_personal_code(ilze, "331234-56789", on=date(2026, 5, 1), adoption=True)
    assert current_code(ilze) == "33123456789"


def test_telling_the_same_new_code_twice_is_one_change(ilze):
    first = change_personal_code(ilze, "321234-56789", on=DAY)
    assert change_personal_code(ilze, "32123456789", on=DAY) == first
    assert PersonCode.objects.count() == 2


def test_who_works_where_counts_first_and_last_day(school, ilze):
    work = employ(
        ilze, school, position="Skolotāja", valid_from=date(2025, 9, 1), valid_until=date(2026, 5, 31)
    )

    assert [employment_of(ilze, school, day) for day in (date(2025, 8, 31), date(2026, 6, 1))] == [None, None]
    assert [employment_of(ilze, school, day) for day in (date(2025, 9, 1), date(2026, 5, 31))] == [work, work]
    with pytest.raises(NotEmployed):
        require_employment(ilze, school, date(2026, 6, 1))


def test_employees_are_listed_in_latvian_order(school, ilze, janis):
    zane = register_person(given_name="Zane", family_name="Āboliņa")
    for person in (ilze, janis, zane):
        employ(person, school, position="Skolotājs", valid_from=DAY)
    assert [str(row.person) for row in employees(school, DAY)] == [
        "Zane Āboliņa",
        "Jānis Paraugs",
        "Ilze Piemēre",
    ]


def test_impossible_employments_are_refused(school, ilze):
    employ(ilze, school, position="Skolotāja", valid_from=DAY)
    with pytest.raises(PersonAlreadyEmployed):
        employ(ilze, school, position="Skolotāja", valid_from=date(2026, 4, 1))
    with pytest.raises(PeriodReversed):
        employ(ilze, school, position="Psiholoģe", valid_from=DAY, valid_until=date(2026, 3, 1))
    assert Employment.objects.count() == 1
    employ(ilze, school, position="Psiholoģe", valid_from=DAY)
    assert [row.position for row in employments_of(ilze)] == ["Psiholoģe", "Skolotāja"]


def test_an_employment_cannot_end_before_it_began(school, ilze):
    work = employ(ilze, school, position="Skolotāja", valid_from=DAY)
    with pytest.raises(PeriodReversed):
        end_employment(work, last_day=date(2026, 3, 1), now=NOW)
    assert Employment.objects.get().valid_until is None


def test_a_new_head_follows_the_old_without_a_gap(school, ilze, janis):
    change_head(school, ilze, on=date(2024, 9, 1), now=NOW)
    change_head(school, janis, on=DAY, now=NOW)

    assert head_of(school, date(2026, 3, 1)) == ilze
    assert head_of(school, DAY) == janis
    assert is_head(janis, school, DAY)
    assert not is_head(ilze, school, DAY)
    assert change_head(school, janis, on=DAY, now=NOW).person == janis
    assert Employment.objects.count() == 2


def test_a_closed_organisation_employs_nobody(school, ilze, janis):
    other = Organisation.objects.create(
        kind="general", name="Ozolleju pamatskola", registration_number="4000000002"
    )
    employ(ilze, school, position="Skolotāja", valid_from=date(2025, 9, 1))

    close_organisation(school, on=DAY, successor=other, now=NOW)

    school.refresh_from_db()
    assert (school.status, school.closed_on, school.successor) == ("liquidated", DAY, other)
    assert employment_of(ilze, school, date(2026, 3, 1)) is not None
    assert employment_of(ilze, school, DAY) is None
    with pytest.raises(OrganisationClosed):
        employ(janis, school, position="Skolotājs", valid_from=DAY)
    with pytest.raises(OrganisationClosed):
        close_organisation(school, on=DAY, now=NOW)
