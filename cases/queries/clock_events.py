"""The deadline of a case in its timeline: when it stopped, ran again, was extended or counted anew."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from cases import clocks, people
from cases.audit.chain import chain_of
from cases.clock_words import by_lv, why_en, why_lv
from cases.dates import date_en, date_lv
from cases.deadlines import Count
from cases.due_words import count_en, count_lv
from cases.legal_clock import Clock, Reckoned
from cases.models import AuditEntry, Case, ClockExtension
from cases.recounting import RECOUNTED
from engine.core.definition import Definition

from .views import TimelineItem


@dataclass(frozen=True, slots=True)
class _Told:
    """One thing that happened to the clock, in words without who did it."""

    at: datetime
    by: str
    kind: str
    text_lv: str
    text_en: str
    quote: str = ""


def clock_events(case: Case, definition: Definition) -> Iterator[TimelineItem]:
    """Each change of the deadline with what it was before and is after; nothing for a process without one."""
    clock = clocks.clock_of(case.instance_id) if clocks.name_of(definition) else None
    if clock is None:
        return
    count = clocks.count_of(definition, clock)
    told = [*_turns(clock, count), *_extensions(case, clock, count), *_recounts(case)]
    named = people.names(one.by for one in told)
    for one in told:
        yield _item(one, named)


def _item(one: _Told, named: Mapping[str, str]) -> TimelineItem:
    who = named.get(one.by, one.by)
    return TimelineItem(one.at, one.text_lv, one.text_en, f"{who[:1].upper()}{who[1:]}", one.kind, one.quote)


def _turns(clock: Clock, count: Count) -> Iterator[_Told]:
    """The stops, and the ends of stops."""
    before = clocks.reckoned(_as_of(clock, 0), count)  # a stop follows before anything runs again
    for number, segment in enumerate(clock.segments[1:], start=1):
        after = clocks.reckoned(_as_of(clock, number), count)
        if segment.runs:
            lv = f"atsāka lēmuma termiņu: {_was_is_lv(before, after)}."
            en = f"let the deadline for the decision run again: {_was_is_en(before, after)}."
            yield _Told(segment.since, segment.by, "clock_runs", lv, en)
        else:
            before = clocks.reckoned(_as_of(clock, number, until=segment.since), count)
            lv = (
                f"apturēja lēmuma termiņu, {why_lv(segment.why, yours=False, now=True)}: "
                f"bija {_until_lv(before)}, {_left_lv(after, count)}."
            )
            en = (
                f"stopped the deadline for the decision {why_en(segment.why, yours=False)}: "
                f"it was {_until_en(before)}, {_left_en(after, count)}."
            )
            yield _Told(segment.since, segment.by, "clock_stopped", lv, en)


def _extensions(case: Case, clock: Clock, count: Count) -> Iterator[_Told]:
    rows = list(ClockExtension.objects.filter(case=case).order_by("at", "id")) if clock.extensions else []
    for number, row in enumerate(rows):
        then = _at(clock, row.at)
        before = clocks.reckoned(replace(then, extensions=clock.extensions[:number]), count)
        after = clocks.reckoned(replace(then, extensions=clock.extensions[: number + 1]), count)
        more = Count(row.days, count.unit)
        quote = "\n".join(filter(None, (row.reason, row.legal_reference)))
        lv = f"pagarināja lēmuma termiņu par {by_lv(more)}{_moved_lv(before, after)}."
        en = f"extended the deadline for the decision by {count_en(more)}{_moved_en(before, after)}."
        yield _Told(row.at, row.by, "clock_extended", lv, en, quote)


def _recounts(case: Case) -> Iterator[_Told]:
    entries = AuditEntry.objects.filter(chain=chain_of(case.pk), action=RECOUNTED, fields__has_key="is")
    for entry in entries.order_by("seq"):
        was, now = (date.fromisoformat(entry.fields[name]) for name in ("was", "is"))
        lv = (
            "pārskaitīja lēmuma termiņu, jo mainījās kalendārs vai noteiktais termiņš: "
            f"bija līdz {date_lv(was, 'of')} beigām, tagad līdz {date_lv(now, 'of')} beigām."
        )
        en = (
            "counted the deadline for the decision anew, because the calendar or the deadline was changed: "
            f"it was the end of {date_en(was)}, now it is the end of {date_en(now)}."
        )
        yield _Told(entry.at, entry.actor, "clock_recounted", lv, en)


def _as_of(clock: Clock, number: int, until: datetime | None = None) -> Clock:
    """The clock when its segment of this number had just begun; with `until` just before that."""
    last = number - 1 if until is not None else number
    segments = (*clock.segments[:last], replace(clock.segments[last], until=None))
    at = until or clock.segments[number].since
    return Clock(segments, tuple(one for one in clock.extensions if one.at < at))


def _at(clock: Clock, moment: datetime) -> Clock:
    """The clock as it stood at this moment, with all its extensions."""
    segments = [one for one in clock.segments if one.since <= moment]
    return replace(clock, segments=(*segments[:-1], replace(segments[-1], until=None)))


def _was_is_lv(before: Reckoned, after: Reckoned) -> str:
    if before.last == after.last:
        return f"paliek {_until_lv(after)}"
    return f"bija {_until_lv(before)}, tagad {_until_lv(after)}"


def _was_is_en(before: Reckoned, after: Reckoned) -> str:
    if before.last == after.last:
        return f"it stays {_until_en(after)}"
    return f"it was {_until_en(before)}, now it is {_until_en(after)}"


def _moved_lv(before: Reckoned, after: Reckoned) -> str:
    """What it was and is; nothing while the clock stands, for then there is no day."""
    return f": {_was_is_lv(before, after)}" if before.last and after.last else ""


def _moved_en(before: Reckoned, after: Reckoned) -> str:
    return f": {_was_is_en(before, after)}" if before.last and after.last else ""


def _until_lv(found: Reckoned) -> str:
    return f"līdz {date_lv(found.last, 'of')} beigām" if found.last else "apturēts"


def _until_en(found: Reckoned) -> str:
    return f"the end of {date_en(found.last)}" if found.last else "stopped"


def _left_lv(found: Reckoned, count: Count) -> str:
    return f"palika {count_lv(Count(found.left, count.unit))}" if found.left else "palika pēdējā diena"


def _left_en(found: Reckoned, count: Count) -> str:
    return f"{count_en(Count(found.left, count.unit))} left" if found.left else "the last day left"
