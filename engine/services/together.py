"""Starts many instances of one definition in one transaction: the machines one by one, the rows together.

What is written is what as many single starts would write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from engine import catalog, sql
from engine.core.definition import Definition
from engine.core.machine import Machine
from engine.core.waits import UserTaskWait
from engine.due import day_of
from engine.errors import ProcessSuspended, StaleVersion
from engine.events import StepResult, TaskRow
from engine.locked import RUNNING, LockedInstance
from engine.models import ProcessDefinition
from engine.place import Place, placed
from engine.reconcile import Armed, Projection, armed, brief, new_task, users, write_decisions
from engine.resting import share_process
from engine.starting import must_begin_alone
from engine.steps import Command, Running, Taken, finish, nothing_more, run

MOST: Final = 100

# New instances, not yet moved, in the order of their keys; none while the process rests. Incidents of starts
# that failed are resolved.
_OPEN: Final = """
WITH resolved AS (
    UPDATE engine_incident n SET resolved_at = %(now)s::timestamptz, resolved_by = 'system'
    FROM engine_processdefinition d
    WHERE d.id = %(definition)s::bigint AND n.process = d.key AND n.instance_id IS NULL
        AND n.wait_id IS NULL AND n.resolved_at IS NULL
)
INSERT INTO engine_processinstance
    (public_id, definition_id, business_key, status, state, state_sha256, version, started_at)
SELECT gen_random_uuid(), %(definition)s::bigint, n.key, 'running', '', '', 0, %(now)s::timestamptz
FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS n (key, position)
WHERE NOT EXISTS (
    SELECT FROM engine_suspension s WHERE s.process = %(process)s::text AND s.resumed_at IS NULL)
ORDER BY n.position
RETURNING id, public_id, business_key
"""

# The first step of many new instances: their states, history entries and tasks with their reminders.
_MOVE: Final = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%(moves)s::jsonb) AS m (position integer, instance bigint, state text,
        sha256 text, status text, element text, passed jsonb, decisions jsonb, tasks jsonb)
), moved AS (
    UPDATE engine_processinstance i
    SET state = decode(m.state, 'hex'), state_sha256 = decode(m.sha256, 'hex'), status = m.status,
        version = i.version + 1,
        ended_at = CASE WHEN m.status = 'running' THEN NULL ELSE %(now)s::timestamptz END
    FROM given m WHERE i.id = m.instance AND i.version = 0
    RETURNING i.id, i.version
), completion AS (
    INSERT INTO engine_completion
        (instance_id, version, kind, element, task_id, actor, at, passed, decisions, idempotency_key,
         body_sha256)
    SELECT moved.id, moved.version, 'start', m.element, NULL, %(actor)s::text, %(now)s::timestamptz,
        m.passed, m.decisions, '', ''
    FROM moved JOIN given m ON m.instance = moved.id ORDER BY m.position
    RETURNING id, instance_id
), opened AS (
    INSERT INTO engine_task
        (public_id, instance_id, wait_id, element, form_key, "group", assignee, status, opened_at, due_at,
         completed_by)
    SELECT gen_random_uuid(), m.instance, n.wait_id, n.element, n.form_key, n.grp, n.assignee, 'open',
        %(now)s::timestamptz, n.due_at, ''
    FROM given m CROSS JOIN LATERAL ROWS FROM (jsonb_to_recordset(m.tasks)
        AS (wait_id text, element text, form_key text, grp text, assignee text, due_at timestamptz))
        WITH ORDINALITY AS n (wait_id, element, form_key, grp, assignee, due_at, nr)
    ORDER BY m.position, n.nr
    RETURNING id, public_id, instance_id, wait_id, element, form_key, "group", assignee, due_at
), watched AS (
    INSERT INTO engine_wait
        (public_id, instance_id, task_id, wait_id, kind, element, topic, arguments, natural_key,
         correlation_key, status, due_at, attempts, leased_by, created_at)
    SELECT gen_random_uuid(), opened.instance_id, opened.id, '', 'job', opened.element, w.topic,
        w.arguments, '', '', w.status, w.due_at, 0, '', %(now)s::timestamptz
    FROM opened
    JOIN given m ON m.instance = opened.instance_id
    CROSS JOIN LATERAL jsonb_to_recordset(m.tasks) AS n (wait_id text, watched jsonb)
    CROSS JOIN LATERAL jsonb_to_recordset(n.watched)
        AS w (topic text, arguments jsonb, status text, due_at timestamptz)
    WHERE n.wait_id = opened.wait_id
)
SELECT completion.id AS completion, completion.instance_id AS instance, t.id, t.public_id, t.wait_id,
    t.element, t.form_key, t."group", t.assignee, t.due_at
FROM completion LEFT JOIN opened t ON t.instance_id = completion.instance_id
ORDER BY completion.id, t.id
"""

# Their jobs, timers and subscriptions.
_ARM: Final = """
INSERT INTO engine_wait
    (public_id, instance_id, wait_id, kind, element, topic, arguments, natural_key, correlation_key,
     status, due_at, attempts, leased_by, created_at)
SELECT gen_random_uuid(), n.instance, n.wait_id, n.kind, n.element, n.topic, '{}', '', n.key, n.status,
    n.due_at, 0, '', %(now)s::timestamptz
FROM jsonb_to_recordset(%(rows)s::jsonb) AS n (instance bigint, wait_id text, kind text, element text,
    topic text, key text, status text, due_at timestamptz)
RETURNING id
"""

Around = Callable[[int], AbstractContextManager[object]]


def open_instances(
    definition: ProcessDefinition, keys: Sequence[str], *, now: datetime
) -> tuple[LockedInstance, ...]:
    """New instances for these business keys, in their order, that have not moved yet; at most `MOST`.

    ProcessSuspended, OnlyCalled.
    """
    must_begin_alone(catalog.definition(definition.pk))
    told = {"definition": definition.pk, "process": definition.key, "keys": list(keys), "now": now}
    share_process(definition.key)
    rows = sql.rows(_OPEN, told)
    if keys and not rows:
        raise ProcessSuspended(process=definition.key)
    found = {row["business_key"]: row for row in rows}
    return tuple(
        LockedInstance(
            id=found[key]["id"],
            public_id=found[key]["public_id"],
            definition_id=definition.pk,
            business_key=key,
            status=RUNNING,
            state=b"",
            state_sha256=b"",
            version=0,
        )
        for key in keys
    )


def run_opened(
    opened: Sequence[LockedInstance],
    variables: Sequence[Mapping[str, Any]],
    *,
    actor: str,
    now: datetime,
    around: Around,
) -> tuple[StepResult, ...]:
    """Run new instances of one definition to their first wait states; what is raised undoes all of them.

    `around(position)` is open while handlers of an instance run and while those who listen hear of it.
    """
    definition = catalog.definition(opened[0].definition_id)
    command = Command("start", nothing_more, actor, now)
    running, taken = [], []
    for position, (locked, given) in enumerate(zip(opened, variables, strict=True)):
        running.append(Running(locked, Machine.start(definition, given, day_of(now)), ()))
        with around(position), placed(Place(process=definition.key)):
            taken.append(run(running[position], command))
    results = []
    for position, projection in enumerate(_write(definition, taken, command, around)):
        with around(position):
            results.append(finish(running[position], command, taken[position], projection))
    return tuple(results)


def _write(
    definition: Definition, taken: Sequence[Taken], command: Command, around: Around
) -> tuple[Projection, ...]:
    moves: list[dict[str, Any]] = []
    waits: list[tuple[int, Armed]] = []
    for position, one in enumerate(taken):
        # When something is due may hang on the case.
        with around(position):
            moves.append(_move(definition, position, one))
            waits += [(one.move.locked.id, row) for row in _armed(definition, one)]
    now = command.now
    rows = sql.rows(_MOVE, {"moves": sql.many(moves), "actor": command.actor, "now": now})
    completions = {row["instance"]: int(row["completion"]) for row in rows}
    tasks: dict[int, list[TaskRow]] = {}
    for row in rows:
        instance, _completion = row.pop("instance"), row.pop("completion")
        if row["id"] is not None:
            tasks.setdefault(instance, []).append(TaskRow(**row))
    if waits:
        _arm(waits, now)
    woken = {instance for instance, row in waits if row.kind == "job" and row.due_at <= now}
    projections = []
    for one in taken:
        locked = one.move.locked
        if locked.id not in completions:
            raise StaleVersion(instance=locked.public_id)
        write_decisions(one.move, completions[locked.id])
        opened = tuple(tasks.get(locked.id, ()))
        projections.append(Projection(completions[locked.id], opened, woke=locked.id in woken))
    return tuple(projections)


def _move(definition: Definition, position: int, taken: Taken) -> dict[str, Any]:
    move = taken.move
    return {
        "position": position,
        "instance": move.locked.id,
        "state": move.state.hex(),
        "sha256": sha256(move.state).hexdigest(),
        "status": move.status,
        "element": move.element,
        "passed": move.passed,
        "decisions": [brief(made) for made in move.decisions],
        "tasks": [new_task(definition, wait, "", move) for wait in users(taken.after)],
    }


def _armed(definition: Definition, taken: Taken) -> list[Armed]:
    groups = {wait.element: wait.group for wait in users(taken.after)}
    new = [wait for wait in taken.after if not isinstance(wait, UserTaskWait)]
    return list(armed(taken.move, definition, new, groups))


def _arm(waits: Sequence[tuple[int, Armed]], now: datetime) -> None:
    rows = [{"instance": instance, **asdict(row)} for instance, row in waits]
    sql.rows(_ARM, {"rows": sql.many(rows), "now": now})
