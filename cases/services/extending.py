"""Extends the deadline of a case: by who decides, with a reason that the applicant reads, up to a limit."""

from datetime import datetime
from uuid import UUID

from accounts.actors import Actor
from cases import clocks, permissions, steps
from cases.audit.chain import Entry
from cases.deadlines import Count
from cases.errors import FieldError, FormInvalid, NotAllowed, NotExtendable
from cases.legal_clock import Clock
from cases.models import Case, ClockExtension
from cases.notifications import notify
from cases.steps import CaseStep
from engine.services import rearm

from .acting import act
from .locking import LockedCase, lock_case
from .writing import end_step

LONGEST_REASON = 1000


def extend_deadline(
    case_public_id: UUID | str, *, user: Actor, days: int, reason: str, legal_reference: str = ""
) -> Case:
    """Extend the deadline by so many days of its unit; the applicant is told why.

    NotFound, NotAllowed, NotExtendable, FormInvalid, Busy.
    """
    with act(user, "case.extend", f"case:{case_public_id}"):
        held = lock_case(case_public_id, user)
        opened = clocks.open_facts(held.case, held.definition, held.applicant_person)
        against = permissions.against_extending(held.case, opened, held.scope, held.applicant_person)
        if against is not None:
            raise NotAllowed(against)
        most = most_days(clocks.clock_of(held.locked.id), held)
        _refuse(days, reason, legal_reference, most)
        _extend(held, user, days, reason.strip(), legal_reference.strip())
        return held.case


def left_to_extend(clock: Clock, count: Count, now: datetime) -> int:
    """By how many days more this clock may be extended; none once it has ended or its last day has passed."""
    due_at = clocks.due_of(clock, count)
    if clock.state == "ended" or (due_at is not None and due_at < now):
        return 0
    return max(0, count.extension - clock.extended)


def most_days(clock: Clock | None, held: LockedCase) -> int:
    """The same for a locked case; NotExtendable if it is nothing."""
    if clock is not None and clocks.name_of(held.definition):
        most = left_to_extend(clock, clocks.count_of(held.definition, clock), held.now)
        if most:
            return most
    raise NotExtendable


def _refuse(days: int, reason: str, legal_reference: str, most: int) -> None:
    errors = []
    if not 1 <= days <= most:
        lv, en = f"Norādiet dienu skaitu no 1 līdz {most}.", f"Give a number of days from 1 to {most}."
        errors.append(FieldError("days", "out_of_range", lv, en))
    if not reason.strip():
        lv, en = "Norādiet pamatojumu, ko lasīs iesniedzējs.", "Give the reason that the applicant will read."
        errors.append(FieldError("reason", "required", lv, en))
    if len(reason) > LONGEST_REASON:
        lv = f"Pamatojumā var būt ne vairāk kā {LONGEST_REASON} rakstzīmju."
        errors.append(
            FieldError("reason", "too_long", lv, f"The reason may have at most {LONGEST_REASON} characters.")
        )
    if len(legal_reference) > 300:
        lv = "Tiesību akta norādē var būt ne vairāk kā 300 rakstzīmju."
        errors.append(FieldError("legal_reference", "too_long", lv, "It may have at most 300 characters."))
    if errors:
        raise FormInvalid(tuple(errors))


def _extend(held: LockedCase, user: Actor, days: int, reason: str, legal_reference: str) -> None:
    row = ClockExtension.objects.create(
        case=held.case, days=days, reason=reason, legal_reference=legal_reference, at=held.now, by=user.name
    )
    fields = {"days": days, "extension": str(row.public_id), "legal_reference": legal_reference}
    step = CaseStep(held.case, user, held.now, "complete")
    step.entries.append(Entry("clock.extended", user.name, held.now, f"case:{held.case.public_id}", fields))
    with steps.under_way(step):
        if clocks.hangs(held.definition):
            rearm(held.locked, now=held.now)
        if held.applicant_person is not None:
            notify(
                held.case.pk,
                kind="case.extended",
                recipient_id=held.applicant_person,
                natural_key=f"case.extended:{row.public_id}",
                now=held.now,
            )
    end_step(step)
