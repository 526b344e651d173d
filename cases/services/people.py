"""What somebody does on the page of a person: sees the whole personal code, sends the first link again."""

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import RoleGrant, User
from accounts.scope import scope_of
from cases import audit, permissions
from cases.errors import NotAllowed, Reason
from cases.models import Case
from cases.queries.directory import reach, visible_person
from engine import clock, jobs
from registries.models import PersonCode

# The job that mails a new user the link to choose a password (processes/shared.py).
INVITATION: Final = "accounts.invite"

# Why somebody may need a whole code; the audit keeps which, and no words of theirs.
WHY_CODE: Final = {
    "identity": _("to check who a person is"),
    "document": _("to compare it with a document"),
    "correction": _("to correct the register"),
    "request": _("because the person asked"),
}


def show_code(public_id: UUID, *, why: str, user: Actor) -> str:
    """The whole personal code, eleven digits; who saw it and why is in the audit. NotFound, NotAllowed."""
    scope = scope_of(user, at=clock.now())
    person = visible_person(scope, public_id)
    against = permissions.against_showing_code(scope)
    if why not in WHY_CODE:
        against = against or Reason.NO_REASON
    if against is not None:
        refusal = NotAllowed(against)
        audit.record_refusal(user, "person.code", f"person:{public_id}", refusal)
        raise refusal
    codes = PersonCode.objects.visible_to(reach(scope)).filter(person=person, valid_until=None)
    found = codes.values_list("code", flat=True).first() or ""
    audit.record_read(
        user, f"person:{public_id}", {"shown": "personal_code", "why": why}, persons=[person.pk]
    )
    return found


@transaction.atomic
def invite_again(public_id: UUID, *, user: Actor) -> None:
    """Mails the person a fresh link to choose a password; once a minute is enough. NotFound, NotAllowed."""
    now = clock.now()
    scope = scope_of(user, at=now)
    person = visible_person(scope, public_id)
    invited: User | None = getattr(person, "user", None)
    against = permissions.against_inviting_user(scope, invited)
    case = _case_of(invited) if invited is not None else None
    if against is not None or invited is None or case is None:
        refusal = NotAllowed(against or Reason.NOT_INVITABLE)
        audit.record_refusal(user, "person.invite", f"person:{public_id}", refusal)
        raise refusal
    jobs.enqueue(
        INVITATION,
        arguments={"user": invited.pk, "case": case.pk},
        now=now,
        natural_key=f"{INVITATION}:{invited.pk}:{now:%Y%m%d%H%M}",
    )
    audit.record_act(user, "person.invited", f"person:{public_id}", {"case": case.number})


def _case_of(user: User) -> Case | None:
    """The newest case that gave the user a role."""
    grants = RoleGrant.objects.filter(user=user, revoked_at=None).exclude(case_number="")
    numbers = grants.order_by("-granted_at").values_list("case_number", flat=True)
    return Case.objects.filter(number__in=list(numbers)).order_by("-pk").first()
