"""The people of a run, each with a program: heads, officers, and two administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Role, RoleGrant, User
from accounts.services import create_token
from engine import clock
from registries.models import Organisation, Person
from tests.chaos.client import Client, Ledger
from tests.chaos.journey import Head

HEADS = 12
OFFICERS = ("karlis.paraugs", "anna.paraudzina")
ADMINISTRATOR, OTHER = "una.vadiba", "otra.vadiba"
SCOPES = ("cases:read", "cases:write", "tasks:read", "tasks:write")
WIDE = (*SCOPES, "operations:read", "operations:write", "correspondence:read", "correspondence:write")
# What the invented data bring along.
SEED = "PARAUGDATI"


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who acts in a run by a token of their own, on one port and for one ledger."""

    port: int
    ledger: Ledger

    def heads(self) -> list[Head]:
        """Heads of schools."""
        rows = RoleGrant.objects.filter(
            role=Role.INSTITUTION_HEAD, organisation__kind="general", revoked_at=None
        )
        grants = rows.select_related("user", "organisation").order_by("pk")[:HEADS]
        return [Head(self._client(grant.user), str(grant.organisation.public_id)) for grant in grants]

    def officers(self) -> list[Client]:
        """Officers of the ministry."""
        return [self._client(user) for user in User.objects.filter(username__in=OFFICERS)]

    def administrators(self) -> tuple[Client, Client]:
        """The administrator of the invented data and another one."""
        one = User.objects.get(username=ADMINISTRATOR)
        return self._client(one, WIDE), self._client(other_administrator(), WIDE)

    def _client(self, user: User, scopes: tuple[str, ...] = SCOPES) -> Client:
        now = clock.now()
        token = create_token(user, name="chaos", scopes=scopes, expires_at=now + timedelta(days=1), now=now)
        return Client(self.port, user.username, token.raw, self.ledger)


def other_administrator() -> User:
    """A second administrator of the ministry, who confirms what the first asks for."""
    person = Person.objects.create(given_name="Otra", family_name="Vadība")
    user = User.objects.create(username=OTHER, person=person, password="!")
    RoleGrant.objects.create(
        user=user,
        role=Role.MINISTRY_ADMIN,
        organisation=Organisation.objects.get(kind=Organisation.Kind.MINISTRY),
        valid_from=date(2025, 9, 1),
        granted_at=clock.now(),
        case_number=SEED,
    )
    return user
