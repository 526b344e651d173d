"""After the calendar or a deadline has changed: counts the due dates of open cases anew, as jobs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import transaction

from accounts.actors import SYSTEM
from cases import calendar, clocks, deadlines
from cases.audit.chain import Entry, chain_of
from cases.audit.record import append
from cases.deadline_uses import definitions_with
from cases.legal_clock import reckon
from cases.models import AuditEntry, Case
from engine import catalog, jobs, sql
from engine.core.waits import Deadline, WorkingDays
from engine.errors import InstanceBusy
from engine.handlers import HandlerContext, handler
from engine.models import ProcessInstance, Task
from engine.services import lock_instance, rearm

TOPIC: Final = "calendar.recount"
# In the audit of a case: the days on which its last day was and is now, if it moved.
RECOUNTED: Final = "clock.recounted"
BATCH: Final = 200
# Who had read the calendar before it changed may count with the old one for a while: look once more then.
SECOND_LOOK: Final = timedelta(seconds=calendar.KEPT_SECONDS + 60)

# Open tasks that began before the day and are due on it or later, by element.
_OVER_THE_DAY: Final = """
SELECT i.definition_id AS definition, t.element, count(*) AS tasks
FROM engine_task t JOIN engine_processinstance i ON i.id = t.instance_id
WHERE t.status = 'open' AND (t.opened_at AT TIME ZONE 'Europe/Riga')::date < %(day)s::date
    AND (t.due_at AT TIME ZONE 'Europe/Riga')::date >= %(day)s::date
    AND (%(place)s::text = '' OR right(t."group", length(%(place)s::text)) = %(place)s::text)
GROUP BY 1, 2
"""


def would_move(day: date, organisation_id: int | None, works: bool) -> int:
    """How many deadlines of open tasks and cases count this day, if it comes to be worked or not."""
    if calendar.is_working_day(day, organisation_id) == works:
        return 0
    place = f"@{organisation_id}" if organisation_id is not None else ""
    found = 0
    for row in sql.rows(_OVER_THE_DAY, {"day": day, "place": place}):
        definition = catalog.definition(row["definition"])
        rule = definition.elements[row["element"]].due
        if organisation_id is not None and rule == Deadline(clocks.name_of(definition)):
            continue  # The deadline of the case counts by the days of the state.
        found += row["tasks"] if isinstance(rule, WorkingDays | Deadline) else 0
    return found + (_cases_over(day) if organisation_id is None else 0)


def _cases_over(day: date) -> int:
    """How many cases have a clock that runs over the day in working days."""
    open_status = (Case.Status.SUBMITTED, Case.Status.RETURNED)
    cases = Case.objects.filter(status__in=open_status, clock_segments__until=None)
    running = cases.filter(clock_segments__since__isnull=False).distinct().select_related("instance")
    found, keys = 0, {case.pk: case for case in running.defer("instance__state", "instance__state_sha256")}
    for key, clock in clocks.clocks_of(case.instance_id for case in keys.values()).items():
        count = clocks.count_of(catalog.definition(keys[key].instance.definition_id), clock)
        reckoned = clocks.reckoned(clock, count)
        found += count.working and reckoned.last is not None and reckoned.first < day <= reckoned.last
    return found


def ask(organisation_id: int | None, *, day: date, worked: bool, now: datetime) -> None:
    """Ask for what hangs on the days of the state, or of this organisation, to be counted anew.

    `worked` is whether the changed day was worked before.
    """
    change = uuid4().hex
    what = {"organisation": organisation_id, "day": day.isoformat(), "worked": worked}
    for number, at in enumerate((now, now + SECOND_LOOK)):
        _next({**what, "change": f"{change}-{number}", "after": 0}, now=now, at=at)


def ask_for(name: str, rule: int, *, now: datetime) -> None:
    """Ask for what counts by this deadline to be counted anew, because a rule was set."""
    what = {"organisation": None, "deadline": name, "rule": rule}
    _next({**what, "change": f"{uuid4().hex}-0", "after": 0}, now=now, at=now)


def _next(arguments: dict[str, Any], *, now: datetime, at: datetime) -> None:
    key = f"{TOPIC}:{arguments['change']}:{arguments['after']}"
    jobs.enqueue(TOPIC, arguments=arguments, now=now, due_at=at, natural_key=key)


@handler(
    TOPIC,
    runs="job",
    title=(
        "Termiņu pārskaitīšana pēc kalendāra maiņas",
        "Counting deadlines anew after a change of the calendar",
    ),
)
def recount(context: HandlerContext) -> None:
    """Counts a batch of open instances anew and asks for the next one; who is busy makes it come back."""
    calendar.forget()
    given = context.arguments
    batch = list(_instances(given))
    busy = [instance for instance in batch if not _recount(instance, given, context.now)]
    if len(batch) == BATCH:
        _next({**given, "after": batch[-1]}, now=context.now, at=context.now)
    if busy:
        raise InstanceBusy(instances=len(busy))


def _instances(given: Mapping[str, Any]) -> Iterable[int]:
    running = ProcessInstance.objects.filter(status=ProcessInstance.Status.RUNNING, pk__gt=given["after"])
    if given["organisation"] is not None:
        theirs = Task.objects.filter(status=Task.Status.OPEN, group__endswith=f"@{given['organisation']}")
        running = running.filter(pk__in=theirs.values("instance_id"))
    if "deadline" in given:
        running = running.filter(definition__in=list(definitions_with(given["deadline"])))
    return running.order_by("pk").values_list("pk", flat=True)[:BATCH]


def _recount(instance_id: int, given: Mapping[str, Any], now: datetime) -> bool:
    """Count one instance anew in a transaction of its own; not if somebody is at it this moment."""
    try:
        with transaction.atomic():
            locked = lock_instance(instance_id)
            moved = rearm(locked, now=now)
            days = _days(locked.definition_id, instance_id, given)
            case = Case.objects.filter(instance_id=instance_id).first() if moved or days else None
            if case is not None:
                about = f"case:{case.public_id}"
                fields = {"moved": moved, "change": given["change"], **days}
                append(case, [Entry(RECOUNTED, SYSTEM.name, now, about, fields)])
    except InstanceBusy:
        return False
    return True


def _days(definition_id: int, instance_id: int, given: Mapping[str, Any]) -> Mapping[str, str]:
    """What the last day of the case was before the change and is now; nothing if it stays, or was told."""
    definition = catalog.definition(definition_id)
    clock = clocks.clock_of(instance_id) if clocks.name_of(definition) else None
    if clock is None or clock.state == "ended":
        return {}
    now_counted = clocks.count_of(definition, clock)
    counted, known = now_counted, calendar.current()
    if "deadline" in given:
        rows = deadlines.rows_of(given["deadline"]).get(given["deadline"], [])
        rows = [row for row in rows if row.pk != given["rule"]]
        if clocks.name_of(definition) == given["deadline"]:
            counted = deadlines.chosen(given["deadline"], rows, clock.since)
        was = reckon(clock, counted.rule, known).last
    elif given["organisation"] is None and "day" in given:
        day = date.fromisoformat(given["day"])
        was = reckon(clock, counted.rule, _Before(known, day, worked=given["worked"])).last
    else:
        return {}
    last = reckon(clock, now_counted.rule, known).last
    if was == last or was is None or last is None or _is_told(instance_id, given["change"]):
        return {}
    return {"was": was.isoformat(), "is": last.isoformat()}


def _is_told(instance_id: int, change: str) -> bool:
    """Whether the case's audit has the change already: a job may run twice, and looks a second time."""
    case = Case.objects.filter(instance_id=instance_id).values_list("pk", flat=True).get()
    entries = AuditEntry.objects.filter(chain=chain_of(case), action=RECOUNTED)
    return entries.filter(fields__change__startswith=change.partition("-")[0]).exists()


@dataclass(frozen=True, slots=True)
class _Before:
    """The calendar as it was before one of its days changed."""

    known: calendar.Calendar
    day: date
    worked: bool

    def is_working_day(self, day: date, organisation_id: int | None = None) -> bool:
        """Whether work was done on this day."""
        return self.worked if day == self.day else self.known.is_working_day(day, organisation_id)
