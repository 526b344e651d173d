"""A small world of organisations and ways to put people and roles into it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from accounts.actors import actor_of
from accounts.models import RoleGrant, User
from accounts.scope import scope_of
from registries.models import Organisation, Person
from registries.services import employ

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PASSWORD = "kalni-un-lejas-7"


@dataclass(frozen=True)
class World:
    ministry: Organisation
    madona: Organisation
    cesis: Organisation
    school: Organisation
    preschool: Organisation
    far_school: Organisation

    def person(self, given, family, organisation=None, *, since=date(2025, 9, 1), until=None):
        person = Person.objects.create(given_name=given, family_name=family)
        if organisation is not None:
            employ(person, organisation, position="Darbinieks", valid_from=since, valid_until=until)
        return person

    def user(
        self, username, role=None, organisation=None, *, password=None, since=date(2025, 9, 1), until=None
    ):
        person = self.person(username.split(".")[0], username.split(".")[-1], organisation)
        user = User.objects.create_user(username, password, person=person)
        if role:
            RoleGrant.objects.create(
                user=user, role=role, organisation=organisation, valid_from=since, valid_until=until,
                granted_at=NOW, case_number="VIIS-PIE-2025-0001",
            )  # fmt: skip
        return user

    def scope(self, user, at=NOW):
        return scope_of(actor_of(user, "page"), at=at)


@pytest.fixture
def world(db):
    def organisation(kind, name, **fields):
        return Organisation.objects.create(kind=kind, name=name, **fields)

    madona = organisation("municipality", "Madonas novada pašvaldība")
    cesis = organisation("municipality", "Cēsu novada pašvaldība")
    return World(
        ministry=organisation("ministry", "Izglītības un zinātnes ministrija"),
        madona=madona,
        cesis=cesis,
        school=organisation("general", "Egļkalnu pamatskola", municipality=madona, founder=madona),
        preschool=organisation("preschool", "Saulgrīvu pirmsskola", municipality=madona, founder=madona),
        far_school=organisation("general", "Vējkalnu vidusskola", municipality=cesis, founder=cesis),
    )
