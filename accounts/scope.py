"""What a person reaches: the roles they hold today, the organisations and groups that follow from them."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from registries.models import Organisation

from .actors import Actor
from .models import Role

RIGA: Final = ZoneInfo("Europe/Riga")

WHOLE_STATE_ROLES: Final = frozenset(
    {Role.MINISTRY_OFFICER, Role.MINISTRY_ADMIN, Role.IKVD_OFFICER, Role.AUDITOR}
)
ADMIN_ROLES: Final = frozenset({Role.MINISTRY_ADMIN})
AUDIT_ROLES: Final = frozenset({Role.AUDITOR, Role.MINISTRY_ADMIN})
MUNICIPALITY_ROLES: Final = frozenset({Role.MUNICIPALITY_OFFICER, Role.MUNICIPALITY_HEAD})


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role that somebody holds in an organisation, or in one that it took over."""

    role: str
    organisation_id: int
    organisation_kind: str
    municipality_id: int | None

    @property
    def group(self) -> str:
        """The candidate group, `<role>@<organisation id>`."""
        return f"{self.role}@{self.organisation_id}"


@dataclass(frozen=True, slots=True)
class Scope:
    """How far an actor reaches on one day; every list, count and search is limited by it."""

    actor: Actor
    day: date
    roles: tuple[RoleHeld, ...]
    groups: frozenset[str]
    whole_state: bool
    municipalities: frozenset[int]
    institutions: frozenset[int]
    can_admin: bool
    reads_audit: bool

    @property
    def person_id(self) -> int | None:
        """Who they are in the register."""
        return self.actor.person_id

    @property
    def organisations(self) -> frozenset[int]:
        """Ids of the organisations in which they hold a role, those taken over included."""
        return frozenset(held.organisation_id for held in self.roles)

    @property
    def is_official(self) -> bool:
        """Whether they work for the state or a municipality, beyond one institution."""
        return self.whole_state or bool(self.municipalities)

    @property
    def reads_only(self) -> bool:
        """Whether all that they hold is to read."""
        return bool(self.roles) and all(held.role == Role.AUDITOR for held in self.roles)

    def has_role(self, role: str, organisation_id: int | None = None) -> bool:
        """Whether they hold the role, in this organisation if one is given."""
        return any(
            held.role == role and organisation_id in (None, held.organisation_id) for held in self.roles
        )

    def is_member(self, group: str) -> bool:
        """Whether they belong to the candidate group."""
        return group in self.groups


# A successor takes over the open tasks and the institutions of the municipalities merged into it, so a role
# in the successor counts in each of them. An expression for a SELECT in which `{user}` is the account's id
# and `{day}` the day in Riga: it is asked on every request, and opens every step.
ROLES: Final = """
(WITH RECURSIVE held AS (
    SELECT r.role, o.id, o.kind, o.municipality_id
    FROM accounts_rolegrant r
    JOIN accounts_user u ON u.id = r.user_id AND u.is_active
    JOIN registries_organisation o ON o.id = r.organisation_id AND o.status = 'active'
    WHERE r.user_id = {user} AND r.revoked_at IS NULL
      AND r.valid_from <= {day} AND (r.valid_until IS NULL OR r.valid_until >= {day})
    UNION
    SELECT h.role, p.id, p.kind, p.municipality_id
    FROM held h JOIN registries_organisation p ON p.successor_id = h.id AND p.status = 'liquidated'
)
SELECT coalesce(jsonb_agg(jsonb_build_array(role, id, kind, municipality_id) ORDER BY id, role), '[]'::jsonb)
FROM held)
"""
_ROLES_SQL: Final = "SELECT " + ROLES.format(user="%(user)s::bigint", day="%(day)s::date")


def scope_of(actor: Actor, *, at: datetime) -> Scope:
    """What the actor reaches at this moment; one statement, none for a link visitor or the system."""
    day = at.astimezone(RIGA).date()
    if actor.user_id is None:
        return _scope(actor, day, ())
    with connection.cursor() as cursor:
        cursor.execute(_ROLES_SQL, {"user": actor.user_id, "day": day})
        return scope_from(actor, at, cursor.fetchone()[0])


def scope_from(actor: Actor, at: datetime, roles: str) -> Scope:
    """The scope that follows from what `ROLES` gave for the actor at this moment, as JSON text."""
    return _scope(actor, at.astimezone(RIGA).date(), tuple(RoleHeld(*held) for held in json.loads(roles)))


def _scope(actor: Actor, day: date, roles: tuple[RoleHeld, ...]) -> Scope:
    names = {held.role for held in roles}
    municipal = {held.organisation_id for held in roles if held.role in MUNICIPALITY_ROLES}
    return Scope(
        actor=actor,
        day=day,
        roles=roles,
        groups=frozenset(held.group for held in roles),
        whole_state=not names.isdisjoint(WHOLE_STATE_ROLES),
        municipalities=frozenset(municipal),
        institutions=frozenset({held.organisation_id for held in roles} - municipal),
        can_admin=not names.isdisjoint(ADMIN_ROLES),
        reads_audit=not names.isdisjoint(AUDIT_ROLES),
    )


@cache
def possible_roles(kind: str) -> tuple[Role, ...]:
    """The roles that can be held in an organisation of this kind."""
    kinds = Organisation.Kind
    match kind:
        case kinds.MINISTRY:
            return (
                Role.MINISTRY_OFFICER,
                Role.MINISTRY_ADMIN,
                Role.SPORT_OFFICER,
                Role.STATISTICS_OFFICER,
                Role.AUDITOR,
            )
        case kinds.IKVD:
            return (Role.IKVD_OFFICER,)
        case kinds.MUNICIPALITY:
            return (Role.MUNICIPALITY_OFFICER, Role.MUNICIPALITY_HEAD)
        case _:
            return (Role.INSTITUTION_USER, Role.INSTITUTION_HEAD)
