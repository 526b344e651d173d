"""After the calendar has changed: counts the due dates of open cases anew, in batches, as jobs."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import transaction

from accounts.actors import SYSTEM
from cases import calendar, clocks
from cases.audit.chain import Entry
from cases.audit.record import append
from cases.models import Case
from engine import catalog, jobs, sql
from engine.core.waits import Deadline, WorkingDays
from engine.errors import InstanceBusy
from engine.handlers import HandlerContext, handler
from engine.models import ProcessInstance, Task
from engine.services import lock_instance, rearm

TOPIC: Final = "calendar.recount"
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


def ask(organisation_id: int | None, *, now: datetime) -> None:
    """Ask for what hangs on the days of the state, or of this organisation, to be counted anew."""
    change = uuid4().hex
    for number, at in enumerate((now, now + SECOND_LOOK)):
        _next({"organisation": organisation_id, "change": f"{change}-{number}", "after": 0}, now=now, at=at)


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
    batch = list(_instances(given["organisation"], given["after"]))
    busy = [instance for instance in batch if not _recount(instance, context.now)]
    if len(batch) == BATCH:
        _next({**given, "after": batch[-1]}, now=context.now, at=context.now)
    if busy:
        raise InstanceBusy(instances=len(busy))


def _instances(organisation_id: int | None, after: int) -> Iterable[int]:
    running = ProcessInstance.objects.filter(status=ProcessInstance.Status.RUNNING, pk__gt=after)
    if organisation_id is not None:
        theirs = Task.objects.filter(status=Task.Status.OPEN, group__endswith=f"@{organisation_id}")
        running = running.filter(pk__in=theirs.values("instance_id"))
    return running.order_by("pk").values_list("pk", flat=True)[:BATCH]


def _recount(instance_id: int, now: datetime) -> bool:
    """Count one instance anew in a transaction of its own; not if somebody is at it this moment."""
    try:
        with transaction.atomic():
            moved = rearm(lock_instance(instance_id), now=now)
            case = Case.objects.filter(instance_id=instance_id).first() if moved else None
            if case is not None:
                about = f"case:{case.public_id}"
                append(case, [Entry("clock.recounted", SYSTEM.name, now, about, {"moved": moved})])
    except InstanceBusy:
        return False
    return True
