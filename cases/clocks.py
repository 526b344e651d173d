"""The legal clocks of cases: read from their rows, kept in step with their processes, written with a step."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from cases import deadlines
from cases.audit.chain import Entry
from cases.calendar import current, end_of_day
from cases.deadlines import Count
from cases.legal_clock import Clock, Extension, Reckoned, Segment, State, reckon, turned
from cases.models import Case, ClockSegment
from cases.permissions import TaskFacts
from cases.steps import CaseStep
from engine import catalog, sql
from engine.core.definition import Definition
from engine.core.waits import Deadline
from engine.events import StepResult
from engine.models import Task
from engine.services import rearm

# On the process: the name of the deadline by which the case is to be decided.
DEADLINE: Final = "case:deadline"
# On a user task: while it is open the authority waits for the applicant's side, and its clock stands.
STOPS: Final = "stops_clock"

_READ: Final = """
SELECT c.id AS case, c.instance_id AS instance, i.definition_id AS definition,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(s.runs, s.since, s.until, s.why, s.by)
        ORDER BY s.since, s.id), '[]'::jsonb)
    FROM cases_clocksegment s WHERE s.case_id = c.id) AS segments,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(e.days, e.at, e.by) ORDER BY e.at, e.id), '[]'::jsonb)
    FROM cases_clockextension e WHERE e.case_id = c.id) AS extensions
FROM cases_case c JOIN engine_processinstance i ON i.id = c.instance_id
WHERE c.instance_id = ANY(%(instances)s::bigint[])
"""

# What lasted is over, and what begins is written, in this order: one segment is open at a time.
_TURN: Final = """
WITH closed AS (
    UPDATE cases_clocksegment SET until = %(now)s::timestamptz
    WHERE case_id = %(case)s::bigint AND until IS NULL RETURNING id
)
INSERT INTO cases_clocksegment (case_id, runs, since, why, by)
SELECT %(case)s::bigint, %(runs)s::boolean, %(now)s::timestamptz, %(why)s::text, %(by)s::text
FROM (SELECT count(*) FROM closed) done WHERE NOT %(ended)s::boolean
RETURNING id
"""


def name_of(definition: Definition) -> str:
    """The name of the deadline by which a case of this process is to be decided; empty if it has none."""
    return definition.properties.get(DEADLINE, "")


def clock_of(instance_id: int) -> Clock | None:
    """The clock of the case behind a process instance; none before it is started. One statement."""
    return next((_clock(row) for row in _read([instance_id])), None)


def clocks_of(instances: Iterable[int]) -> dict[int, Clock]:
    """The clocks that were started, by the id of their case. One statement."""
    return {row["case"]: _clock(row) for row in _read(instances)}


def clocks_by_instance(instances: Iterable[int]) -> dict[int, Clock]:
    """The same by the id of their process instance. One statement."""
    return {row["instance"]: _clock(row) for row in _read(instances)}


def named_clock_of(instance_id: int) -> tuple[str, Clock] | None:
    """The name of the deadline of the case behind an instance, and its clock; none before it is started."""
    for row in _read([instance_id]):
        return name_of(catalog.definition(row["definition"])), _clock(row)
    return None


def _read(instances: Iterable[int]) -> list[dict[str, Any]]:
    return [row for row in sql.rows(_READ, {"instances": list(instances)}) if _decoded(row["segments"])]


def _clock(row: dict[str, Any]) -> Clock:
    segments = (_segment(*one) for one in _decoded(row["segments"]))
    extensions = (Extension(days, _moment(at), by) for days, at, by in _decoded(row["extensions"]))
    return Clock(tuple(segments), tuple(extensions))


def reckoned(clock: Clock, count: Count) -> Reckoned:
    """The last day of a case's clock; the days of the state count, whichever authority decides."""
    return reckon(clock, count.rule, current())


def due_of(clock: Clock, count: Count) -> datetime | None:
    """The end of the last day of a case's clock; none while it stands with days left."""
    last = reckoned(clock, count).last
    return end_of_day(last) if last is not None else None


def count_of(definition: Definition, clock: Clock) -> Count:
    """What the deadline of the case counts: by the rule under which its clock began, or was recounted."""
    return deadlines.named(name_of(definition), clock.since, clock.ended_at)


def follow(current: CaseStep, step: StepResult, status_before: str) -> None:
    """Let the clock follow what the step made of the case, and due dates that hang on it follow the clock.

    It runs from the submission to the decision, and stands while the applicant's side has the case: it was
    returned for correction, or waits for a task that `stops_clock`.
    """
    case = current.case
    definition = catalog.definition(step.instance.definition_id)
    if not name_of(definition):
        return
    touched = [*step.opened, *(closed.task for closed in step.closed)]
    stops = any(_stops(definition, task.element) for task in touched)
    if case.status == Case.Status.DRAFT or not (stops or case.status != status_before):
        return
    state, why = _state_of(case, definition)
    clock = clock_of(step.instance.id)
    after = turned(clock, state, why=why, by=step.actor, at=step.now)
    if after is None or after is clock:
        return
    _write(case, state, why, step)
    fields = {"since": step.now.isoformat(), **({"why": why} if why else {})}
    current.entries.append(Entry(f"clock.{state}", step.actor, step.now, f"case:{case.public_id}", fields))
    if hangs(definition) and not step.ended:
        rearm(step.instance, now=step.now)


def _state_of(case: Case, definition: Definition) -> tuple[State, str]:
    match case.status:
        case Case.Status.RETURNED:
            return "stopped", ClockSegment.Why.RETURNED
        case Case.Status.SUBMITTED:
            opened = Task.objects.filter(instance_id=case.instance_id, status=Task.Status.OPEN)
            waits = any(_stops(definition, name) for name in opened.values_list("element", flat=True))
            return ("stopped", ClockSegment.Why.WAITING) if waits else ("runs", "")
    return "ended", ""


def open_facts(case: Case, definition: Definition, applicant_person: int | None) -> list[TaskFacts]:
    """What decides about the open tasks of a case."""
    opened = Task.objects.filter(instance_id=case.instance_id, status=Task.Status.OPEN)
    return [
        TaskFacts(task, definition.elements[task.element], applicant_person, case.subject_id, frozenset())
        for task in opened
    ]


def hangs(definition: Definition) -> bool:
    """Whether a task, a timer or a reminder counts by the deadline of the case itself."""
    own = Deadline(name_of(definition))
    elements = definition.elements.values()
    return any(own in (element.due, element.timer, *element.reminders) for element in elements)


def _stops(definition: Definition, element: str) -> bool:
    return definition.elements[element].properties.get(STOPS, "") == "true"


def _write(case: Case, state: State, why: str, step: StepResult) -> None:
    parameters = {"case": case.pk, "runs": state == "runs", "ended": state == "ended", "why": why}
    sql.rows(_TURN, {**parameters, "now": step.now, "by": step.actor})


def _segment(runs: bool, since: str, until: str | None, why: str, by: str) -> Segment:
    return Segment(runs, _moment(since), _moment(until) if until else None, why, by)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
