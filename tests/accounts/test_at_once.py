"""Every act at once with itself: one effect, and the others are told so."""

from datetime import UTC, datetime
from functools import partial

import pytest

from accounts.errors import ActivationRefused, AdministratorExists
from accounts.models import RoleGrant, User
from accounts.services import activate, create_administrator, grant_role, invite, make_activation_link
from registries.errors import PersonalCodeAlreadyChanged, PersonalCodeTaken, PersonAlreadyEmployed
from registries.models import Employment, Organisation, Person, PersonCode
from registries.services import change_personal_code, employ, register_person
from tests.plugins.at_once import at_once as together

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AT_ONCE = 6
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def school():
    return Organisation.objects.create(kind="general", name="Egļkalnu pamatskola")


@pytest.fixture
def janis():
    return Person.objects.create(given_name="Jānis", family_name="Paraugs")


def at_once(act, *refused):
    """What each of several threads got, started together: a result, or the refusal that was expected."""
    return together(*(partial(act, number) for number in range(AT_ONCE)), expected=refused)


def test_one_case_granting_many_times_at_once_grants_once(school, janis):
    def grant(_number):
        return grant_role(
            janis, "institution_user", school, valid_until=None, case_number="VIIS-PIE-2026-1", now=NOW
        )

    assert len({row.pk for row in at_once(grant)}) == 1
    assert (RoleGrant.objects.count(), User.objects.count()) == (1, 1)


def test_many_cases_granting_at_once_leave_one_standing(school, janis):
    def grant(number):
        case = f"VIIS-PIE-2026-{number}"
        return grant_role(janis, "institution_user", school, valid_until=None, case_number=case, now=NOW)

    at_once(grant)

    assert RoleGrant.objects.count() == AT_ONCE
    assert RoleGrant.objects.filter(revoked_at=None).count() == 1


def test_people_of_one_name_invited_at_once_get_names_of_their_own():
    people = [Person.objects.create(given_name="Jānis", family_name="Paraugs") for _ in range(AT_ONCE)]

    users = at_once(lambda n: invite(people[n], now=NOW))

    expected = ["janis.paraugs", *(f"janis.paraugs{n}" for n in range(2, AT_ONCE + 1))]
    assert sorted(user.username for user in users) == expected


def test_one_code_registered_many_times_at_once_is_one_person():
    def register(number):
        return register_person(
            given_name="Jānis", family_name=f"Paraugs {number}", personal_code="161175-19997"
        )

    results = at_once(register, PersonalCodeTaken)

    assert sum(isinstance(result, Person) for result in results) == 1
    assert (Person.objects.count(), PersonCode.objects.count()) == (1, 1)


def test_one_link_followed_many_times_at_once_sets_one_password(janis):
    token = make_activation_link(invite(janis, now=NOW), now=NOW).token

    results = at_once(lambda number: activate(token, f"parole-numur-{number}-x", now=NOW), ActivationRefused)

    winners = [number for number, result in enumerate(results) if isinstance(result, User)]
    assert len(winners) == 1
    assert User.objects.get().check_password(f"parole-numur-{winners[0]}-x")


def test_of_many_first_administrators_at_once_one_is_first():
    ministry = Organisation.objects.create(kind="ministry", name="Ministrija")
    people = [Person.objects.create(given_name="Una", family_name=f"Vadība {n}") for n in range(AT_ONCE)]

    results = at_once(lambda n: create_administrator(people[n], ministry, now=NOW), AdministratorExists)

    assert sum(isinstance(result, RoleGrant) for result in results) == 1
    assert RoleGrant.objects.count() == 1


def test_one_employment_entered_many_times_at_once_is_one(school, janis):
    def enter(_number):
        return employ(janis, school, position="Skolotājs", valid_from=NOW.date())

    results = at_once(enter, PersonAlreadyEmployed)

    assert sum(isinstance(result, Employment) for result in results) == 1
    assert Employment.objects.count() == 1


def test_different_new_codes_at_once_are_one_change(janis):
    PersonCode.objects.create(person=janis, code="16117519997")

    results = at_once(
        lambda n: change_personal_code(janis, f"3211111111{n}", on=NOW.date()), PersonalCodeAlreadyChanged
    )

    assert sum(isinstance(result, PersonCode) for result in results) == 1
    assert PersonCode.objects.count() == 2
    assert PersonCode.objects.filter(valid_until=None).count() == 1
