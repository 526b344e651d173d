"""The decision as values, and what forbids granting."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from cases.errors import FormInvalid
from cases.models import Answer, Case

from .request import Request, agreed
from .words import wrong

Outcome = Literal["granted", "granted_in_part", "changed", "changed_in_part", "revoked", "refused"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by whom; `roles` is what the person has from now on in the organisation."""

    outcome: Outcome
    roles: tuple[str, ...]
    valid_until: date | None
    reasons: str
    author: str


def decision_of(case: Case, request: Request) -> Decision:
    """The newest decision on the request."""
    form = "decide_revocation" if request.kind == "revoke" else "decide_access"
    answer = Answer.objects.filter(case=case, form_key=form).latest("id")
    given = answer.content
    until = given.get("valid_until")
    partial = given["decision"] == "partial"
    refused = given["decision"] not in ("grant", "partial")
    return Decision(
        outcome=_outcome(request.kind, given["decision"]),
        roles=() if refused else tuple(sorted(given["roles_granted"])) if partial else request.roles,
        valid_until=date.fromisoformat(until) if until else request.valid_until,
        reasons=given.get("reasons", ""),
        author=answer.author,
    )


def _outcome(kind: str, decision: str) -> Outcome:
    match kind, decision:
        case "revoke", "grant":
            return "revoked"
        case "change", "grant":
            return "changed"
        case "change", "partial":
            return "changed_in_part"
        case _, "grant":
            return "granted"
        case _, "partial":
            return "granted_in_part"
    return "refused"


def refuse_to_grant(case: Case, request: Request, decision: Decision, today: date) -> None:
    """FormInvalid if who had to agree did not, a part is all or longer, or the last day has passed."""
    if request.kind == "revoke":
        return
    for form, code in (("countersign", "founder_against"), ("second_review", "second_against")):
        if (agreed(case, form, request) or {}).get("agrees") == "no":
            raise FormInvalid((wrong("decision", code),))
    is_part = decision.outcome in ("granted_in_part", "changed_in_part")
    if is_part and decision.roles == request.roles and decision.valid_until == request.valid_until:
        raise FormInvalid((wrong("roles_granted", "all_granted"),))
    if (decision.valid_until or date.max) > (request.valid_until or date.max):
        # Nobody agreed to longer: neither the head who asked nor the user who accepted.
        raise FormInvalid(
            (wrong("valid_until", "longer_than_asked", until=f"{request.valid_until:%d.%m.%Y.}"),)
        )
    if decision.valid_until is not None and decision.valid_until < today:
        raise FormInvalid((wrong("decision", "validity_past"),))
