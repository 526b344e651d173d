"""Does what a review decided: keeps, changes and ends roles, with the audit and the messages."""

from datetime import date
from typing import Final

from accounts.models import RoleGrant
from accounts.services import grant_role, invite
from cases import audit
from cases.errors import FormInvalid
from cases.heads import head_role
from cases.models import Case
from cases.notifications import notify
from cases.people import person_behind
from cases.services.leaving import end_roles
from cases.services.sweeping import ask_to_give_back
from engine import jobs
from engine.handlers import HandlerContext
from processes.shared import INVITATION

from .holders import TABLE, Decided, Holder, decided, holders
from .words import wrong

REQUEST: Final = "reattestation.request"


def apply(case: Case, form: str, context: HandlerContext, *, heads: bool) -> None:
    """Does what was answered about each; FormInvalid for what cannot be decided here or by this person."""
    answered = decided(case, form)
    deciding = person_behind(context.actor)
    faults = []
    chosen = []
    for holder in holders(case, heads=heads):
        given = answered.get(holder.key)
        if given is None or not holder.is_open:
            continue
        fault = _fault(holder, given, deciding)
        if fault:
            field, code = fault
            faults.append(wrong(f"{TABLE}-{holder.key}-{field}", code, str(holder.person)))
        chosen.append((holder, given))
    if faults:
        raise FormInvalid(tuple(faults))
    for holder, given in chosen:
        _do(case, holder, given, context)


def _fault(holder: Holder, given: Decided, deciding: int | None) -> tuple[str, str] | None:
    if holder.person.pk == deciding:
        return "decision", "own_row"
    if given.decision != "change":
        return None
    held = {grant.role: grant.valid_until for grant in holder.standing}
    if not set(given.roles) <= set(held):
        return "roles", "wider"
    if given.until is not None and any(given.until > (held[role] or date.max) for role in given.roles):
        return "until", "longer"
    if set(given.roles) == set(held) and (given.until is None or set(held.values()) == {given.until}):
        return "decision", "nothing_changed"
    return None


def _do(case: Case, holder: Holder, given: Decided, context: HandlerContext) -> None:
    match given.decision:
        case "keep" if not holder.grants:
            _make_head(case, holder, context)
        case "end" if not holder.grants:
            _tell(case, holder, "reattestation.not_head", context)
        case "end":
            end(case, holder, "reattestation.ended", context)
        case "change":
            _change(case, holder, given, context)
        case "wider":
            _record(case, holder, "role.confirmed", context)
            arguments = {"case": case.pk, "person": holder.person.pk, "actor": context.actor}
            key = f"{REQUEST}:{case.pk}:{holder.person.pk}"
            jobs.enqueue(REQUEST, arguments=arguments, now=context.now, natural_key=key)
        case _:
            _record(case, holder, "role.confirmed", context)


def end(case: Case, holder: Holder, kind: str, context: HandlerContext) -> None:
    """Ends all that the person holds there and tells them."""
    grants = [replaced(grant, case) for grant in holder.standing]
    end_roles(case, holder.person, grants, actor=context.actor, now=context.now)
    ask_to_give_back(holder.person, case.organisation, now=context.now)
    _tell(case, holder, kind, context)


def replaced(grant: RoleGrant, case: Case) -> RoleGrant:
    """The grant with the case's own organisation, which is read already."""
    grant.organisation = case.organisation
    return grant


def _change(case: Case, holder: Holder, given: Decided, context: HandlerContext) -> None:
    left_out = [replaced(grant, case) for grant in holder.standing if grant.role not in given.roles]
    end_roles(case, holder.person, left_out, actor=context.actor, now=context.now)
    for grant in holder.standing:
        if grant.role in given.roles and given.until not in (None, grant.valid_until):
            grant_role(
                holder.person,
                grant.role,
                case.organisation,
                valid_until=given.until,
                valid_from=grant.valid_from,
                case_number=case.number,
                now=context.now,
            )
            until = given.until.isoformat() if given.until else ""
            _record(case, holder, "role.shortened", context, role=grant.role, until=until)
    if left_out:
        ask_to_give_back(holder.person, case.organisation, now=context.now)
    _tell(case, holder, "reattestation.changed", context)


def _make_head(case: Case, holder: Holder, context: HandlerContext) -> None:
    """The register names the head and the founder confirms it: the head's role, and the way to sign in."""
    role = head_role(case.organisation)
    organisation, person = case.organisation, holder.person
    grant_role(person, role, organisation, valid_until=None, case_number=case.number, now=context.now)
    _record(case, holder, "role.granted", context, role=role)
    user = invite(person, now=context.now)
    if user.has_usable_password():
        _tell(case, holder, "reattestation.head", context)
        return
    jobs.enqueue(
        INVITATION,
        arguments={"user": user.pk, "case": case.pk},
        now=context.now,
        natural_key=f"{INVITATION}:{case.pk}:{person.pk}",
    )


def _record(case: Case, holder: Holder, action: str, context: HandlerContext, **more: str) -> None:
    about = {"organisation": str(case.organisation.public_id), **more}
    about.setdefault("role", " ".join(grant.role for grant in holder.standing))
    audit.record(case, context.actor, action, f"person:{holder.person.pk}", about, context.now)


def _tell(case: Case, holder: Holder, kind: str, context: HandlerContext) -> None:
    person = holder.person.pk
    key = f"{kind}:{case.pk}:{person}"
    notify(case.pk, kind=kind, recipient_id=person, natural_key=key, now=context.now)


def result(case: Case, holder: Holder, given: Decided | None) -> str:
    """What became of somebody's access, for the record of the review."""
    ended = [grant for grant in holder.grants if grant.revoked_at is not None]
    if given is None:
        by_this = any(grant.revoked_by_case == case.number for grant in ended)
        return "silent" if by_this else "gone" if holder.grants else "silent"
    if not holder.grants:
        return "granted" if given.decision == "keep" else "not_granted"
    return given.decision
