"""Sets for how long a deadline runs from a day on, and takes back what was not in force yet.

Whoever sets it is told first how many open cases keep their rule and how many are counted anew.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db import transaction

from accounts.actors import Actor
from accounts.scope import Scope
from cases import calendar, deadlines, permissions, recounting
from cases.audit.record import record
from cases.deadline_uses import uses_of
from cases.deadlines import Count
from cases.errors import FieldError, FormInvalid, NotAllowed, NotFound
from cases.models import DeadlineRule

from .acting import act, begin

CHAIN: Final = "deadlines"
MOST_DAYS: Final = 1000
LONGEST_REFERENCE: Final = 300


@dataclass(frozen=True, slots=True)
class NewRule:
    """So many days of a unit from a day on; no legal reference means set by the ministry.

    `recounts`: what runs and began on that day or later is counted anew.
    """

    name: str
    days: int
    unit: str
    valid_from: date
    extension: int = 0
    stopped_day: str = DeadlineRule.StoppedDay.BEGUN
    legal_reference: str = ""
    recounts: bool = False

    @property
    def about(self) -> str:
        """The deadline as the audit names it."""
        return f"deadline:{self.name}"


@dataclass(frozen=True, slots=True)
class Effects:
    """What a rule does to open cases: how many keep theirs, how many get another, by which so many are late.

    `until` is the day from which another rule stands in its place already.
    """

    keep: int
    change: int
    late: int
    until: date | None = None


def effects_of(rule: NewRule, *, user: Actor) -> Effects:
    """What the rule would do if it were set now; NotFound, NotAllowed, FormInvalid."""
    with act(user, "deadline.check", rule.about):
        begun = begin(user)
        _refuse(rule, begun.scope, begun.now)
        return _effects(_row(rule, user, begun.now), begun.now)


def set_deadline(rule: NewRule, *, user: Actor) -> Effects:
    """Let the deadline run so many days from that day on; NotFound, NotAllowed, FormInvalid."""
    with act(user, "deadline.set", rule.about):
        begun = begin(user)
        _refuse(rule, begun.scope, begun.now)
        row = _row(rule, user, begun.now)
        effects = _effects(row, begun.now)
        row.save(force_insert=True)
        fields = {
            "days": rule.days,
            "unit": rule.unit,
            "extension": rule.extension,
            "stopped_day": rule.stopped_day,
            "valid_from": rule.valid_from.isoformat(),
            "legal_reference": row.legal_reference,
            "recounts": rule.recounts,
            "changes": effects.change,
        }
        record(CHAIN, user.name, "deadline.set", rule.about, fields, begun.now)
        if effects.change:
            recounting.ask_for(rule.name, row.pk, now=begun.now)
        return effects


def withdraw_rule(name: str, valid_from: date, *, user: Actor) -> None:
    """Take back the rule that was to be in force from a day still to come; NotFound, NotAllowed."""
    about = f"deadline:{name}"
    with act(user, "deadline.withdraw", about):
        begun = begin(user)
        against = permissions.against_setting_deadlines(begun.scope)
        if against is not None:
            raise NotAllowed(against)
        with transaction.atomic():
            rows = DeadlineRule.objects.select_for_update().filter(name=name, valid_from=valid_from)
            row = rows.filter(withdrawn_at=None).order_by("-entered_at").first()
            if row is None or valid_from <= begun.now.astimezone(calendar.RIGA).date():
                raise NotFound
            row.withdrawn_at, row.withdrawn_by = begun.now, user.name
            row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        fields = {"valid_from": valid_from.isoformat(), "days": row.days, "unit": row.unit}
        record(CHAIN, user.name, "deadline.withdrawn", about, fields, begun.now)


def _row(rule: NewRule, user: Actor, now: datetime) -> DeadlineRule:
    return DeadlineRule(
        name=rule.name,
        days=rule.days,
        unit=rule.unit,
        extension=rule.extension,
        stopped_day=rule.stopped_day,
        valid_from=rule.valid_from,
        legal_reference=rule.legal_reference.strip(),
        recounts=rule.recounts,
        entered_at=now,
        entered_by=user.name,
    )


def _effects(row: DeadlineRule, now: datetime) -> Effects:
    before = deadlines.rows_of(row.name).get(row.name, [])
    found: dict[int, tuple[bool, bool]] = {}
    for use in uses_of(row.name):
        old, new = (deadlines.chosen(row.name, rows, use.start) for rows in (before, [*before, row]))
        changed, late = found.get(use.instance, (False, False))
        if _counts(old) != _counts(new):
            changed, late = True, late or _becomes_late(use.due(old), use.due(new), now)
        found[use.instance] = changed, late
    change = sum(changed for changed, _late in found.values())
    later = (one.valid_from for one in before if one.withdrawn_at is None and one.valid_from > row.valid_from)
    return Effects(
        keep=len(found) - change,
        change=change,
        late=sum(late for _changed, late in found.values()),
        until=min(later, default=None),
    )


def _counts(count: Count) -> tuple[object, int]:
    return count.rule, count.extension


def _becomes_late(old: datetime | None, new: datetime | None, now: datetime) -> bool:
    return new is not None and new < now and (old is None or old >= now)


def _refuse(rule: NewRule, scope: Scope, now: datetime) -> None:
    if rule.name not in set(deadlines.names()):
        raise NotFound
    against = permissions.against_setting_deadlines(scope)
    if against is not None:
        raise NotAllowed(against)
    errors = list(faults(rule))
    if not errors and _stands(rule, now):
        lv = "Tieši tāds termiņš no šīs dienas jau ir spēkā. Mainiet kaut ko."
        errors.append(FieldError("days", "unchanged", lv, "Exactly this is in force from that day already."))
    if errors:
        raise FormInvalid(tuple(errors))


def faults(rule: NewRule) -> list[FieldError]:
    """What is wrong with what was typed, by its field."""
    errors = []
    if not 1 <= rule.days <= MOST_DAYS:
        lv, en = (
            f"Norādiet dienu skaitu no 1 līdz {MOST_DAYS}.",
            f"Give a number of days from 1 to {MOST_DAYS}.",
        )
        errors.append(FieldError("days", "out_of_range", lv, en))
    if rule.unit not in DeadlineRule.Unit.values:
        errors.append(
            FieldError("unit", "unknown", "Izvēlieties, kuras dienas skaita.", "Choose which days.")
        )
    if not 0 <= rule.extension <= MOST_DAYS:
        lv, en = (
            f"Norādiet dienu skaitu no 0 līdz {MOST_DAYS}.",
            f"Give a number of days from 0 to {MOST_DAYS}.",
        )
        errors.append(FieldError("extension", "out_of_range", lv, en))
    if rule.stopped_day not in DeadlineRule.StoppedDay.values:
        lv, en = "Izvēlieties, kuras dienas izlaiž.", "Choose which days are left out."
        errors.append(FieldError("stopped_day", "unknown", lv, en))
    if not calendar.FIRST_YEAR <= rule.valid_from.year <= calendar.LAST_YEAR:
        lv = f"Datums var būt no {calendar.FIRST_YEAR}. līdz {calendar.LAST_YEAR}. gadam."
        en = f"The date may be from {calendar.FIRST_YEAR} to {calendar.LAST_YEAR}."
        errors.append(FieldError("valid_from", "out_of_range", lv, en))
    if len(rule.legal_reference.strip()) > LONGEST_REFERENCE:
        lv = f"Te var būt ne vairāk kā {LONGEST_REFERENCE} rakstzīmju."
        en = f"It may have at most {LONGEST_REFERENCE} characters."
        errors.append(FieldError("legal_reference", "too_long", lv, en))
    return errors


def _stands(rule: NewRule, now: datetime) -> bool:
    """Whether the same is in force from that day on already, for what runs too if that is asked."""
    rows = deadlines.rows_of(rule.name).get(rule.name, [])
    first = datetime.combine(rule.valid_from, time.max, calendar.RIGA)
    standing = deadlines.in_force(rows, max(first, now))
    count = deadlines.chosen(rule.name, rows, max(first, now))
    same = (count.days, count.unit, count.extension, count.legal_reference) == (
        rule.days,
        rule.unit,
        rule.extension,
        rule.legal_reference.strip(),
    )
    whole = rule.stopped_day == DeadlineRule.StoppedDay.TOUCHED
    wider = rule.recounts and (standing is None or not standing.recounts)
    return same and count.whole == whole and not wider
