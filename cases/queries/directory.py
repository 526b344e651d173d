"""Organisations and people within one's reach: searched by name or number, each with its roles."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Role, RoleGrant, User
from accounts.scope import Scope
from cases import audit, permissions
from cases.errors import NotFound
from cases.models import Case
from registries.codes import mask_code
from registries.models import Employment, Organisation, Person, PersonCode
from registries.querysets import PersonQuerySet, within

from .cursors import Turned, cut, decoded
from .queues import CAP
from .views.directory import (
    DirectoryPage,
    OrganisationRow,
    OrganisationView,
    PersonRow,
    PersonView,
    RoleView,
    WorkView,
)

LIMIT: Final = 25


def reach(scope: Scope) -> Scope:
    """The scope in which somebody looks at the registers: a plain user of an institution sees nobody else."""
    own = {held.organisation_id for held in scope.roles if held.role != Role.INSTITUTION_USER}
    return replace(scope, institutions=scope.institutions & own)


def has_directory(scope: Scope) -> bool:
    """Whether there is anything beside oneself to look at."""
    seen = reach(scope)
    return seen.whole_state or bool(seen.institutions | seen.municipalities)


def organisations(
    scope: Scope, *, text: str = "", kind: str = "", cursor: str | None = None, limit: int = LIMIT
) -> DirectoryPage:
    """A page of organisations that the scope reaches; a search is recorded with what it found."""
    chosen = Organisation.objects.visible_to(reach(scope)).matching(text)
    if kind:
        chosen = chosen.filter(kind=kind)
    page = _page(chosen.select_related("municipality"), cursor, limit)
    heads = _heads(page.rows, scope)
    items = tuple(_organisation_row(row, heads.get(row.pk)) for row in page.rows)
    shown = [person.pk for person in heads.values()]
    audit.record_list(
        scope.actor, "organisations", text, [str(row.public_id) for row in page.rows], persons=shown
    )
    return DirectoryPage(items, page.next_cursor, page.previous_cursor, chosen.order_by()[:CAP].count())


def people(scope: Scope, *, text: str = "", cursor: str | None = None, limit: int = LIMIT) -> DirectoryPage:
    """A page of persons that the scope reaches; who reaches the whole state has to say whom they look for."""
    seen = reach(scope)
    chosen = _persons(seen).matching(text)
    if seen.whole_state and not text.strip():
        chosen = chosen.none()
    page = _page(chosen.select_related("user"), cursor, limit)
    works: dict[int, list[str]] = {}
    employed = Employment.objects.visible_to(seen).on(scope.day).filter(person__in=page.rows)
    for work in employed.select_related("organisation").order_by("-is_head", "id"):
        works.setdefault(work.person_id, []).append(f"{work.position}, {work.organisation.name}")
    items = tuple(
        PersonRow(row.public_id, str(row), tuple(works.get(row.pk, ())), hasattr(row, "user"))
        for row in page.rows
    )
    found = [str(row.public_id) for row in page.rows]
    audit.record_list(scope.actor, "people", text, found, persons=[row.pk for row in page.rows])
    return DirectoryPage(items, page.next_cursor, page.previous_cursor, chosen.order_by()[:CAP].count())


def _page(chosen: QuerySet[Any], cursor: str | None, limit: int) -> Turned[Any]:
    """A page by the sort key."""
    edge = decoded(cursor)
    backward = edge is not None and edge.backward
    rows = chosen.order_by("-sort_key", "-id") if backward else chosen.order_by("sort_key", "id")
    if edge is not None:
        key = (
            chosen.model._default_manager.filter(pk=edge.id).values_list("sort_key", flat=True).first() or ""
        )
        way = "lt" if backward else "gt"
        rows = rows.filter(Q(**{f"sort_key__{way}": key}) | Q(**{"sort_key": key, f"id__{way}": edge.id}))
    return cut(list(rows[: limit + 1]), edge, limit, lambda row: int(row.pk))


def _heads(rows: Iterable[Organisation], scope: Scope) -> Mapping[int, Person]:
    """Who leads each organisation today; of two, who began later."""
    leading = Employment.objects.on(scope.day).filter(organisation__in=list(rows), is_head=True)
    found = leading.select_related("person").order_by("valid_from", "id")
    return {work.organisation_id: work.person for work in found}


def _organisation_row(row: Organisation, head: Person | None) -> OrganisationRow:
    return OrganisationRow(
        public_id=row.public_id,
        name=row.name,
        kind=row.kind,
        status=row.status,
        registration_number=row.registration_number,
        municipality=row.municipality.name if row.municipality else "",
        head=str(head) if head else "",
    )


def organisation(scope: Scope, public_id: UUID) -> OrganisationView:
    """One organisation with its roles; NotFound for a foreign one as for none."""
    seen = reach(scope)
    related = ("municipality", "founder", "successor")
    rows = Organisation.objects.visible_to(seen).select_related(*related)
    row = _found(scope, rows, public_id, "organisation")
    head = _heads([row], scope).get(row.pk)
    roles = _roles(scope, RoleGrant.objects.filter(organisation=row))
    persons = set(_holders(RoleGrant.objects.filter(organisation=row), scope))
    audit.record_read(
        scope.actor, f"organisation:{row.public_id}", persons=[*persons, head.pk if head else None]
    )
    return OrganisationView(
        id=row.pk,
        public_id=row.public_id,
        name=row.name,
        kind=row.kind,
        status=row.status,
        closed_on=row.closed_on,
        successor=row.successor.name if row.successor else "",
        registration_number=row.registration_number,
        municipality=row.municipality.name if row.municipality else "",
        founder=row.founder.name if row.founder else "",
        head=str(head) if head else "",
        head_public_id=head.public_id if head else None,
        email=row.email,
        phone=row.phone,
        address=row.address,
        roles=roles,
    )


def visible_person(scope: Scope, public_id: UUID) -> Person:
    """The person if the scope reaches them; NotFound for a foreign one as for none."""
    rows = _persons(reach(scope)).select_related("user")
    found: Person = _found(scope, rows, public_id, "person")
    return found


def _persons(seen: Scope) -> PersonQuerySet[Person]:
    """Who works within the reach, and who holds a role there that the register knows no work for."""
    working = Person.objects.visible_to(seen)
    if seen.whole_state:
        return working
    not_over = Q(valid_until=None) | Q(valid_until__gte=seen.day)
    granted = RoleGrant.objects.filter(within(seen, "organisation__"), not_over, revoked_at=None)
    return working | Person.objects.filter(pk__in=granted.values("user__person_id"))


def _found(scope: Scope, rows: QuerySet[Any], public_id: UUID, what: str) -> Any:
    found = None if scope.actor.channel == "link" else rows.filter(public_id=public_id).first()
    if found is None:
        refusal = NotFound()
        audit.record_refusal(scope.actor, f"{what}.read", f"{what}:{public_id}", refusal)
        raise refusal
    return found


def person(scope: Scope, public_id: UUID) -> PersonView:
    """One person with their work and roles, as far as the scope reaches; NotFound. Reading is recorded."""
    row, seen = visible_person(scope, public_id), reach(scope)
    user: User | None = getattr(row, "user", None)
    works = Employment.objects.visible_to(seen).filter(person=row).select_related("organisation")
    code = PersonCode.objects.visible_to(seen).filter(person=row, valid_until=None).first()
    grants = RoleGrant.objects.filter(user__person=row)
    if row.pk != scope.person_id:
        grants = grants.filter(within(seen, "organisation__"))
    audit.record_read(scope.actor, f"person:{row.public_id}", persons=[row.pk])
    return PersonView(
        public_id=row.public_id,
        name=str(row),
        masked_code=mask_code(code.code) if code else "",
        email=row.email,
        works=tuple(_work(work) for work in works.order_by("-valid_from", "-id")),
        roles=_roles(scope, grants),
        is_user=user is not None,
        can_sign_in=user is not None and user.is_active and user.has_usable_password(),
        last_sign_in=user.last_login if user else None,
        can_be_invited=permissions.against_inviting_user(scope, user) is None,
    )


def _work(work: Employment) -> WorkView:
    place = work.organisation
    return WorkView(
        place.public_id, place.name, work.position, work.is_head, work.valid_from, work.valid_until
    )


def _standing(grants: QuerySet[RoleGrant], scope: Scope) -> QuerySet[RoleGrant]:
    not_over = Q(valid_until=None) | Q(valid_until__gte=scope.day)
    return grants.filter(not_over, revoked_at=None, user__is_active=True)


def _holders(grants: QuerySet[RoleGrant], scope: Scope) -> QuerySet[RoleGrant, int]:
    return _standing(grants, scope).values_list("user__person_id", flat=True)


def _roles(scope: Scope, grants: QuerySet[RoleGrant]) -> tuple[RoleView, ...]:
    """Roles that stand, by name, with the cases that gave them; two statements."""
    related = _standing(grants, scope).select_related("user__person", "organisation")
    rows = list(related.order_by("user__person__sort_key", "role", "id"))
    numbers = {row.case_number for row in rows if row.case_number}
    seen = Case.objects.visible_to(scope).filter(number__in=numbers)
    cases = dict(seen.values_list("number", "public_id")) if numbers else {}
    return tuple(
        RoleView(
            person_public_id=row.user.person.public_id,
            person=str(row.user.person),
            role=row.role,
            role_label=str(row.get_role_display()),
            organisation_public_id=row.organisation.public_id,
            organisation=row.organisation.name,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            case_number=row.case_number,
            case_public_id=cases.get(row.case_number),
        )
        for row in rows
    )
