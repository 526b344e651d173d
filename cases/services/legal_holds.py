"""Holding a case from being emptied, and releasing it: by an administrator, on the law that they name."""

from uuid import UUID

from accounts.actors import Actor
from accounts.scope import Scope
from cases import permissions, retention
from cases.errors import NotAllowed, NotFound
from cases.models import Case, LegalHold
from cases.queries.detail import visible_case

from .acting import act, begin


def held_cases(scope: Scope) -> list[LegalHold]:
    """The holds that stand on visible cases, newest first, for who may hold; NotAllowed."""
    _require(scope)
    cases = Case.objects.visible_to(scope).values("pk")
    holds = LegalHold.objects.filter(released_at=None, case__in=cases)
    return list(
        holds.select_related("case__subject", "case__applicant__person").order_by("-placed_at", "-id")
    )


def hold_of(scope: Scope, case_public_id: UUID | str) -> LegalHold | None:
    """What holds a visible case, for who may hold; NotFound, NotAllowed."""
    case = visible_case(scope, case_public_id)
    _require(scope)
    return retention.standing_hold(case)


def case_by_number(scope: Scope, number: str) -> Case:
    """The visible case of this number; NotFound."""
    found = Case.objects.visible_to(scope).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound
    return found


def hold_case(case_public_id: UUID | str, *, user: Actor, basis: str, hides_looks: bool = False) -> LegalHold:
    """Nothing of the case goes until it is released. NotFound, NotAllowed, Refused."""
    with act(user, "hold.place", f"case:{case_public_id}"):
        case = _locked(case_public_id, user)
        return retention.place_hold(case, user, basis=basis, hides_looks=hides_looks)


def release_case(case_public_id: UUID | str, *, user: Actor) -> None:
    """The case is not held any more. NotFound if nothing held it, NotAllowed."""
    with act(user, "hold.release", f"case:{case_public_id}"):
        retention.release_hold(_locked(case_public_id, user), user)


def _locked(case_public_id: UUID | str, user: Actor) -> Case:
    scope = begin(user).scope
    case = visible_case(scope, case_public_id)
    _require(scope)
    return Case.objects.select_for_update(of=("self",)).get(pk=case.pk)


def _require(scope: Scope) -> None:
    against = permissions.against_retaining(scope)
    if against is not None:
        raise NotAllowed(against)
