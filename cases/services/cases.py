"""Cases as a whole: withdraw, cancel, outcome and subject."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actors import SYSTEM, Actor
from cases import permissions, steps
from cases.audit.chain import Entry
from cases.errors import CaseNotOpen, NotAllowed
from cases.models import Case
from cases.steps import CaseStep, Intent
from engine import clock
from engine.services import cancel_instance
from registries.models import Person

from .acting import act
from .locking import LockedCase, lock_case, locked_case
from .writing import end_step


def withdraw_case(case_public_id: UUID | str, *, user: Actor) -> Case:
    """The applicant takes the case back before the decision. NotFound, NotAllowed, CaseNotOpen, Busy."""
    with act(user, "case.withdraw", f"case:{case_public_id}"):
        held = lock_case(case_public_id, user)
        reason = permissions.against_withdrawing(held.case, held.scope, held.applicant_person)
        if reason is not None:
            raise NotAllowed(reason)
        if held.case.status not in (Case.Status.DRAFT, Case.Status.SUBMITTED, Case.Status.RETURNED):
            raise CaseNotOpen
        return _end(held, user, "withdraw", "withdrawn")


def cancel_case(case_public_id: UUID | str, *, user: Actor, reason: str) -> Case:
    """An administrator ends the case; `reason` is a code. NotFound, NotAllowed, CaseNotOpen, Busy."""
    with act(user, "case.cancel", f"case:{case_public_id}"):
        held = lock_case(case_public_id, user)
        against = permissions.against_cancelling(held.scope)
        if against is not None:
            raise NotAllowed(against)
        if held.case.status in (Case.Status.CLOSED, Case.Status.WITHDRAWN):
            raise CaseNotOpen
        return _end(held, user, "cancel", reason)


def set_outcome(case_id: int, outcome: str) -> None:
    """Say how the case came out; in the step under way, or by itself."""
    change_case(Case.objects.get(pk=case_id), action="case.outcome", outcome=outcome)


def change_case(
    case: Case, *, action: str, outcome: str | None = None, subject: Person | None = None
) -> None:
    """Change what a case is about or how it came out; nothing happens if it is so already."""
    step = steps.of_case(case.pk)
    if step is not None:
        _change(step, action, outcome, subject)
    else:
        with transaction.atomic():
            fresh = locked_case(case.pk)
            step = CaseStep(fresh, SYSTEM, clock.now(), "complete")
            _change(step, action, outcome, subject)
            if step.entries:
                end_step(step)
    if outcome is not None:
        case.outcome = outcome
    if subject is not None:
        case.subject = subject


def _change(step: CaseStep, action: str, outcome: str | None, subject: Person | None) -> None:
    case = step.case
    fields: dict[str, Any] = {}
    if outcome is not None and outcome != case.outcome:
        case.outcome = outcome
        fields["outcome"] = outcome
    if subject is not None and subject.pk != case.subject_id:
        case.subject = subject
        fields["subject"] = f"person:{subject.pk}"
    if fields:
        entry = Entry(action, step.user.name, step.now, f"case:{case.public_id}", fields)
        step.entries.append(entry)


def _end(held: LockedCase, user: Actor, intent: Intent, reason: str) -> Case:
    step = CaseStep(held.case, user, held.now, intent, details={"reason": reason})
    with steps.under_way(step):
        cancel_instance(held.locked, actor=user.name, reason=reason, now=held.now)
    end_step(step)
    return held.case
