"""Roles are granted and revoked by cases, for a time."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import AdministratorExists, RoleNotPossible, ValidityPast
from accounts.models import RoleGrant, User
from accounts.services import create_administrator, grant_role, revoke_role, revoke_roles_in
from registries.errors import OrganisationClosed
from registries.models import Organisation

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CASE = "VIIS-PIE-2026-0001"


def test_a_person_gets_the_role_and_a_user_that_cannot_sign_in_yet(world):
    janis = world.person("Jānis", "Paraugs", world.school)

    grant = grant_role(
        janis, "institution_user", world.school, valid_until=date(2026, 12, 31), case_number=CASE, now=NOW
    )

    assert (grant.user.username, grant.user.has_usable_password()) == ("janis.paraugs", False)
    assert (grant.valid_from, grant.valid_until, grant.case_number) == (
        date(2026, 3, 2),
        date(2026, 12, 31),
        CASE,
    )
    assert world.scope(grant.user).groups == {f"institution_user@{world.school.pk}"}


def test_the_same_case_grants_once_however_often_it_is_told(world):
    janis = world.person("Jānis", "Paraugs")
    first = grant_role(janis, "institution_user", world.school, valid_until=None, case_number=CASE, now=NOW)
    again = grant_role(janis, "institution_user", world.school, valid_until=None, case_number=CASE, now=NOW)
    assert again == first
    assert (RoleGrant.objects.count(), User.objects.count()) == (1, 1)


def test_a_later_case_takes_the_place_of_the_earlier(world):
    janis = world.person("Jānis", "Paraugs")
    grant_role(
        janis, "institution_user", world.school, valid_until=date(2026, 6, 1), case_number=CASE, now=NOW
    )
    grant_role(
        janis, "institution_user", world.school, valid_until=None, case_number="VIIS-PIE-2026-0002", now=NOW
    )
    rows = RoleGrant.objects.order_by("id").values_list(
        "case_number", "revoked_at", "revoked_by_case", "valid_until"
    )
    assert list(rows) == [
        (CASE, NOW, "VIIS-PIE-2026-0002", date(2026, 6, 1)),
        ("VIIS-PIE-2026-0002", None, "", None),
    ]


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("ministry_admin", "school"),
        ("institution_head", "ministry"),
        ("municipality_head", "school"),
        ("institution_user", "madona"),
        ("ikvd_officer", "ministry"),
        ("nonsense", "school"),
    ],
)
def test_a_role_that_does_not_fit_the_organisation_is_refused(world, role, place):
    janis = world.person("Jānis", "Paraugs")
    with pytest.raises(RoleNotPossible):
        grant_role(janis, role, getattr(world, place), valid_until=None, case_number=CASE, now=NOW)
    assert (RoleGrant.objects.count(), User.objects.count()) == (0, 0)


def test_no_role_ends_before_it_begins_or_starts_in_a_closed_school(world):
    janis = world.person("Jānis", "Paraugs")
    with pytest.raises(ValidityPast):
        grant_role(
            janis, "institution_user", world.school, valid_until=date(2026, 3, 1), case_number=CASE, now=NOW
        )
    world.school.status = Organisation.Status.LIQUIDATED
    with pytest.raises(OrganisationClosed):
        grant_role(janis, "institution_user", world.school, valid_until=None, case_number=CASE, now=NOW)
    assert (RoleGrant.objects.count(), User.objects.count()) == (0, 0)


def test_revoking_counts_at_once_and_only_there(world):
    janis = world.person("Jānis", "Paraugs")
    for place in (world.school, world.preschool):
        grant = grant_role(janis, "institution_user", place, valid_until=None, case_number=CASE, now=NOW)
    user = grant.user

    assert (
        revoke_role(janis, "institution_user", world.school, case_number="VIIS-PIE-2026-0009", now=NOW) == 1
    )

    assert world.scope(user).groups == {f"institution_user@{world.preschool.pk}"}
    assert revoke_role(janis, "institution_user", world.school, case_number="X", now=NOW) == 0
    assert revoke_roles_in(user, world.preschool, case_number="X", now=NOW) == 1
    assert world.scope(user).roles == ()
    assert RoleGrant.objects.get(organisation=world.school).revoked_by_case == "VIIS-PIE-2026-0009"


def test_the_database_refuses_two_standing_grants_of_one_role(world):
    user = world.user("ilze.piemere", "institution_head", world.school)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            user=user,
            role="institution_head",
            organisation=world.school,
            valid_from=date(2026, 1, 1),
            granted_at=NOW,
            case_number=CASE,
        )


def test_the_database_refuses_a_role_that_no_case_granted(world):
    user = world.user("ilze.piemere")
    with pytest.raises(IntegrityError, match="role_grant_by_a_case"), transaction.atomic():
        grant_role(user, "institution_user", world.school, valid_until=None, case_number="", now=NOW)


def test_there_is_one_first_administrator(world):
    grant = create_administrator(world.person("Una", "Vadība"), world.ministry, now=NOW)
    assert (grant.role, grant.case_number, world.scope(grant.user).can_admin) == ("ministry_admin", "", True)
    with pytest.raises(AdministratorExists):
        create_administrator(world.person("Otra", "Vadība"), world.ministry, now=NOW)
    assert RoleGrant.objects.count() == 1
    RoleGrant.objects.update(valid_until=date(2026, 3, 1))
    create_administrator(world.person("Trešā", "Vadība"), world.ministry, now=NOW)
