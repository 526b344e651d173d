"""Organisations and people of the registers with their roles, as far as the reader reaches."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation in a list; `kind` and `status` are the register's codes."""

    public_id: UUID
    name: str
    kind: str
    status: str
    registration_number: str
    municipality: str
    head: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a list, with where they work as far as the reader sees it."""

    public_id: UUID
    name: str
    works: tuple[str, ...]
    is_user: bool


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """A page of organisations or people in alphabetical order."""

    items: tuple[OrganisationRow | PersonRow, ...]
    next_cursor: str
    previous_cursor: str
    count: int


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role that stands, with the case that gave it; the case's id only for who sees the case."""

    person_public_id: UUID
    person: str
    role: str
    role_label: str
    organisation_public_id: UUID
    organisation: str
    valid_from: date
    valid_until: date | None
    case_number: str
    case_public_id: UUID | None


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """One organisation with who leads it and who holds roles in it."""

    id: int
    public_id: UUID
    name: str
    kind: str
    status: str
    closed_on: date | None
    successor: str
    registration_number: str
    municipality: str
    founder: str
    head: str
    head_public_id: UUID | None
    email: str
    phone: str
    address: str
    roles: tuple[RoleView, ...]


@dataclass(frozen=True, slots=True)
class WorkView:
    """Where a person works or worked."""

    organisation_public_id: UUID
    organisation: str
    position: str
    is_head: bool
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person with their work and roles; the personal code is masked.

    `can_be_invited`: they hold a role, cannot sign in yet, and the reader may send the link again.
    """

    public_id: UUID
    name: str
    masked_code: str
    email: str
    works: tuple[WorkView, ...]
    roles: tuple[RoleView, ...]
    is_user: bool
    can_sign_in: bool
    last_sign_in: datetime | None
    can_be_invited: bool
