"""Invented organisations and people for the tests of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.actors import Actor, actor_of
from accounts.models import RoleGrant, User
from accounts.scope import Scope, scope_of
from cases import deadlines
from engine import clock
from registries.models import Organisation, Person

SINCE = date(2020, 1, 1)
# The processes of these tests have it, whoever deploys them.
deadlines.declare("request_decision", days=15, extension=10)


def organisation(kind: str, name: str, number: str, **more: object) -> Organisation:
    return Organisation.objects.create(kind=kind, name=name, registration_number=number, **more)


def person(given: str, family: str) -> Person:
    return Person.objects.create(given_name=given, family_name=family, email=f"{given.lower()}@skola.example")


def user(username: str, holder: Person) -> User:
    return User.objects.create(username=username, person=holder, password="!")


def grant(who: User, role: str, where: Organisation) -> RoleGrant:
    return RoleGrant.objects.create(
        user=who, role=role, organisation=where, valid_from=SINCE, granted_at=clock.now(), case_number="GIVEN"
    )


@dataclass(frozen=True)
class World:
    """Two municipalities with a school each, the ministry, and everybody who appears in the tests."""

    ministry: Organisation
    municipality: Organisation
    school: Organisation
    other_municipality: Organisation
    other_school: Organisation
    users: dict[str, User]

    def actor(self, name: str, channel: str = "page") -> Actor:
        return actor_of(User.objects.select_related("person").get(username=name), channel)  # type: ignore[arg-type]

    def key(self, name: str) -> str:
        """What the audit calls them."""
        return f"user:{self.users[name].pk}"

    def scope(self, name: str) -> Scope:
        return scope_of(self.actor(name), at=clock.now())


def build() -> World:
    kinds = Organisation.Kind
    ministry = organisation(kinds.MINISTRY, "Izglītības ministrija", "90000000001")
    here = organisation(kinds.MUNICIPALITY, "Egļu novads", "90000000002")
    there = organisation(kinds.MUNICIPALITY, "Priežu novads", "90000000003")
    school = organisation(kinds.GENERAL, "Egļu pamatskola", "90000000004", municipality=here, founder=here)
    other = organisation(kinds.GENERAL, "Priežu pamatskola", "90000000005", municipality=there, founder=there)
    holders = {
        "head": ("Ilze", "Paraugmāte", "institution_head", school),
        "deputy": ("Oskars", "Vietnieks", "institution_head", school),
        "clerk": ("Lauma", "Lietotāja", "institution_user", school),
        "municipal": ("Dace", "Novadniece", "municipality_head", here),
        "officer": ("Kārlis", "Referents", "ministry_officer", ministry),
        "colleague": ("Anna", "Kolēģe", "ministry_officer", ministry),
        "admin": ("Una", "Pārzine", "ministry_admin", ministry),
        "auditor": ("Andris", "Revidents", "auditor", ministry),
        "stranger": ("Pēteris", "Svešais", "municipality_head", there),
        "other_head": ("Zane", "Kaimiņiene", "institution_head", other),
    }
    users = {}
    for name, (given, family, role, where) in holders.items():
        users[name] = user(name, person(given, family))
        grant(users[name], role, where)
    users["teacher"] = user("teacher", person("Jānis", "Skolotājs"))
    return World(ministry, here, school, there, other, users)
