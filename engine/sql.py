"""The statements of a step, written by hand; everything else goes through the ORM.

Each takes named parameters and is run by `rows`. None reads more for a long history than for a short one.
Many rows travel as one JSON parameter: cheaper to send than as many arrays, and PostgreSQL keeps one plan.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import local
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from engine.clock import SQL_NOW

# Waits at most `timeout` for the lock, then locks one instance and reads it.
SET_LOCK_TIMEOUT: Final = "SELECT set_config('lock_timeout', %(timeout)s::text, true)"
LOCK_INSTANCE: Final = """
SELECT id, public_id, definition_id, business_key, status, state, state_sha256, version
FROM engine_processinstance WHERE id = %(instance)s::bigint FOR UPDATE
"""

# An instance's open tasks and due timers, as expressions for a SELECT in which `{instance}` is its id and
# `{now}` business time. A caller may put them into a statement of its own and hand the result over; its names
# `ot` and `ow` are theirs.
OPEN_TASKS: Final = """
(SELECT coalesce(jsonb_agg(jsonb_build_array(ot.id, ot.public_id, ot.wait_id, ot.element, ot.form_key,
    ot."group", ot.assignee, ot.due_at) ORDER BY ot.id), '[]'::jsonb)
 FROM engine_task ot WHERE ot.instance_id = {instance} AND ot.status = 'open')
"""
DUE_TIMERS: Final = """
(SELECT coalesce(array_agg(ow.wait_id ORDER BY ow.due_at, ow.id), '{{}}'::text[])
 FROM engine_wait ow WHERE ow.instance_id = {instance} AND ow.kind = 'timer' AND ow.status = 'due'
    AND ow.due_at <= {now})
"""

# What is open at a locked instance: its tasks and its due timers.
OPEN_ROWS: Final = "SELECT {tasks} AS tasks, {timers} AS due_timers".format(
    tasks=OPEN_TASKS.format(instance="%(instance)s::bigint"),
    timers=DUE_TIMERS.format(instance="%(instance)s::bigint", now="%(now)s::timestamptz"),
)

# The version of a process that was deployed last, without its files.
CURRENT_VERSION: Final = """
SELECT id, key, version, digest, name, name_en, deployed_at FROM engine_processdefinition
WHERE key = %(key)s::text ORDER BY deployed_at DESC, version DESC LIMIT 1
"""

# A new instance, not yet moved; no row while its process rests. The process starts after all: incidents of
# starts that failed are resolved.
INSERT_INSTANCE: Final = """
WITH resolved AS (
    UPDATE engine_incident n SET resolved_at = %(now)s::timestamptz, resolved_by = 'system'
    FROM engine_processdefinition d
    WHERE d.id = %(definition)s::bigint AND n.process = d.key AND n.instance_id IS NULL
        AND n.wait_id IS NULL AND n.resolved_at IS NULL
)
INSERT INTO engine_processinstance
    (public_id, definition_id, business_key, status, state, state_sha256, version, started_at)
SELECT gen_random_uuid(), %(definition)s::bigint, %(business_key)s::text, 'running', '', '', 0,
    %(now)s::timestamptz
WHERE NOT EXISTS (
    SELECT FROM engine_suspension s WHERE s.process = %(process)s::text AND s.resumed_at IS NULL)
RETURNING id, public_id
"""

# The step: the instance's next state, guarded by its version, the history entry, and its tasks. Open tasks
# equal the wait states: what no longer waits is closed, with the incidents of its failed steps, its reminders
# and its escalation; what is new is opened, with them. `same` marks elements whose next task goes to whoever
# completed the last one. One row without a task if no task changed; no row if the instance had moved.
MOVE_INSTANCE: Final = """
WITH moved AS (
    UPDATE engine_processinstance
    SET state = %(state)s::bytea, state_sha256 = %(sha256)s::bytea, status = %(status)s::text,
        version = version + 1,
        ended_at = CASE WHEN %(status)s::text IN ('running', 'suspended') THEN NULL
            ELSE %(now)s::timestamptz END
    WHERE id = %(instance)s::bigint AND version = %(version)s::integer
    RETURNING id, version
), completion AS (
    INSERT INTO engine_completion
        (instance_id, version, kind, element, task_id, actor, at, passed, decisions, idempotency_key,
         body_sha256)
    SELECT id, version, %(kind)s::text, %(element)s::text, %(task)s::bigint, %(actor)s::text,
        %(now)s::timestamptz, %(passed)s::jsonb, %(decisions)s::jsonb, %(key)s::text, %(body_sha256)s::text
    FROM moved
    RETURNING id
), closed AS (
    UPDATE engine_task
    SET status = CASE WHEN wait_id = %(done)s::text THEN 'completed' ELSE 'cancelled' END,
        completed_by = CASE WHEN wait_id = %(done)s::text THEN %(actor)s::text ELSE '' END,
        closed_at = %(now)s::timestamptz
    WHERE instance_id = %(instance)s::bigint AND status = 'open' AND wait_id <> ALL(%(waiting)s::text[])
    RETURNING id, public_id, wait_id, element, form_key, "group", assignee, due_at, status
), resolved AS (
    UPDATE engine_incident n SET resolved_at = %(now)s::timestamptz, resolved_by = %(actor)s::text
    FROM closed WHERE n.task_id = closed.id AND n.resolved_at IS NULL
), unwatched AS (
    UPDATE engine_wait w SET status = 'cancelled', closed_at = %(now)s::timestamptz, leased_by = '',
        lease_until = NULL
    FROM closed
    WHERE w.task_id = closed.id AND w.status IN ('due', 'held', 'incident', 'stopped')
        AND w.topic = ANY(%(task_topics)s::text[])
    RETURNING w.id
), untold AS (
    UPDATE engine_incident n SET resolved_at = %(now)s::timestamptz, resolved_by = %(actor)s::text
    FROM unwatched WHERE n.wait_id = unwatched.id AND n.resolved_at IS NULL
    RETURNING n.id
), opened AS (
    INSERT INTO engine_task
        (public_id, instance_id, wait_id, element, form_key, "group", assignee, status, opened_at, due_at,
         completed_by)
    SELECT gen_random_uuid(), %(instance)s::bigint, n.wait_id, n.element, n.form_key, n.grp,
        CASE WHEN n.assignee <> '' OR NOT n.same THEN n.assignee ELSE coalesce((
            SELECT t.completed_by FROM engine_task t
            WHERE t.instance_id = %(instance)s::bigint AND t.element = n.element AND t.status = 'completed'
            ORDER BY t.closed_at DESC, t.id DESC LIMIT 1), '') END,
        'open', %(now)s::timestamptz, n.due_at, ''
    FROM jsonb_to_recordset(%(new)s::jsonb)
        AS n (wait_id text, element text, form_key text, grp text, assignee text, same boolean,
            due_at timestamptz)
    ON CONFLICT (instance_id, wait_id) DO NOTHING
    RETURNING id, public_id, wait_id, element, form_key, "group", assignee, due_at, status
), watched AS (
    INSERT INTO engine_wait
        (public_id, instance_id, task_id, wait_id, kind, element, topic, arguments, natural_key,
         correlation_key, status, due_at, attempts, leased_by, created_at)
    SELECT gen_random_uuid(), %(instance)s::bigint, opened.id, '', 'job', opened.element, w.topic,
        w.arguments, '', '', w.status, w.due_at, 0, '', %(now)s::timestamptz
    FROM opened
    JOIN jsonb_to_recordset(%(new)s::jsonb) AS n (wait_id text, watched jsonb) ON n.wait_id = opened.wait_id
    CROSS JOIN jsonb_to_recordset(n.watched)
        AS w (topic text, arguments jsonb, status text, due_at timestamptz)
)
SELECT completion.id AS completion, (SELECT coalesce(array_agg(id), '{}') FROM untold) AS resolved, t.*
FROM completion LEFT JOIN (SELECT * FROM closed UNION ALL SELECT * FROM opened) t ON true
ORDER BY t.id
"""

# The decision tables that a step asked, beside its history entry; only a step that asked one runs it.
INSERT_DECISIONS: Final = """
INSERT INTO engine_decisionmade
    (instance_id, completion_id, position, element, decision, digest, rules, inputs, outputs, at)
SELECT %(instance)s::bigint, %(completion)s::bigint, n.position, n.element, n.decision, n.digest, n.rules,
    n.inputs, n.outputs, %(now)s::timestamptz
FROM jsonb_to_recordset(%(made)s::jsonb)
    AS n (position smallint, element text, decision text, digest text, rules jsonb, inputs jsonb,
        outputs jsonb)
RETURNING id
"""

# Open jobs, timers and subscriptions equal the wait states; incidents go with what they stand on.
PROJECT_WAITS: Final = """
WITH closed AS (
    UPDATE engine_wait
    SET status = CASE WHEN wait_id <> '' AND wait_id = %(done)s::text THEN 'done' ELSE 'cancelled' END,
        closed_at = %(now)s::timestamptz, leased_by = '', lease_until = NULL
    WHERE instance_id = %(instance)s::bigint AND status IN ('due', 'held', 'incident', 'stopped', 'waiting')
        AND wait_id <> '' AND wait_id <> ALL(%(waiting)s::text[])
    RETURNING id
), resolved AS (
    UPDATE engine_incident SET resolved_at = %(now)s::timestamptz, resolved_by = %(actor)s::text
    WHERE resolved_at IS NULL AND wait_id IN (SELECT id FROM closed)
    RETURNING id
), opened AS (
    INSERT INTO engine_wait
        (public_id, instance_id, wait_id, kind, element, topic, arguments, natural_key, correlation_key,
         status, due_at, attempts, leased_by, created_at)
    SELECT gen_random_uuid(), %(instance)s::bigint, n.wait_id, n.kind, n.element, n.topic, n.arguments, '',
        n.key, n.status, n.due_at, 0, '', %(now)s::timestamptz
    FROM jsonb_to_recordset(%(new)s::jsonb) AS n (wait_id text, kind text, element text, topic text, key text,
        status text, due_at timestamptz, arguments jsonb)
    ON CONFLICT (instance_id, wait_id, kind) WHERE wait_id <> '' DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM opened) AS opened,
    (SELECT coalesce(array_agg(id), '{}') FROM resolved) AS resolved
"""

# Moves open tasks, timers, reminders and escalations to other instants, and opens reminders that were not
# needed before. What moved belongs to no worker any more, and its attempts are counted anew.
REARM: Final = """
WITH tasks AS (
    UPDATE engine_task t SET due_at = n.due_at
    FROM jsonb_to_recordset(%(tasks)s::jsonb) AS n (id bigint, due_at timestamptz)
    WHERE t.id = n.id AND t.status = 'open' RETURNING t.id
), waits AS (
    UPDATE engine_wait w
    SET due_at = n.due_at, status = n.status, attempts = 0, leased_by = '', lease_until = NULL,
        closed_at = CASE WHEN n.status = 'cancelled' THEN %(now)s::timestamptz END
    FROM jsonb_to_recordset(%(waits)s::jsonb) AS n (id bigint, due_at timestamptz, status text)
    WHERE w.id = n.id AND w.status IN ('due', 'stopped') RETURNING w.id
), opened AS (
    INSERT INTO engine_wait
        (public_id, instance_id, task_id, wait_id, kind, element, topic, arguments, natural_key,
         correlation_key, status, due_at, attempts, leased_by, created_at)
    SELECT gen_random_uuid(), %(instance)s::bigint, n.task_id, '', 'job', n.element, n.topic,
        jsonb_build_object('rule', n.rule), '', '', 'due', n.due_at, 0, '', %(now)s::timestamptz
    FROM jsonb_to_recordset(%(new)s::jsonb)
        AS n (task_id bigint, element text, topic text, rule text, due_at timestamptz)
    RETURNING id
)
SELECT (SELECT count(*) FROM tasks) + (SELECT count(*) FROM waits) + (SELECT count(*) FROM opened) AS moved
"""

# A job that no element waits for; asked for twice by the same key, it is there once.
INSERT_JOB: Final = """
INSERT INTO engine_wait
    (public_id, instance_id, task_id, wait_id, kind, element, topic, arguments, natural_key, correlation_key,
     status, due_at, attempts, leased_by, created_at)
VALUES (gen_random_uuid(), %(instance)s::bigint, %(task)s::bigint, '', 'job', '', %(topic)s::text,
    %(arguments)s::jsonb, %(natural_key)s::text, '', 'due', %(due)s::timestamptz, 0, '',
    %(now)s::timestamptz)
ON CONFLICT (natural_key) WHERE natural_key <> '' DO NOTHING
RETURNING id
"""

# Leases due jobs and timers that nobody holds and counts the attempt before the work.
# Leases live by the real clock of the database, dues by business time.
LEASE: Final = f"""
WITH chosen AS (
    SELECT id FROM engine_wait
    WHERE status = 'due' AND due_at <= {SQL_NOW} AND (lease_until IS NULL OR lease_until < clock_timestamp())
    ORDER BY due_at, id LIMIT %(limit)s::bigint FOR UPDATE SKIP LOCKED
)
UPDATE engine_wait w
SET leased_by = %(worker)s::text, lease_until = clock_timestamp() + %(lease)s::interval,
    attempts = attempts + 1
FROM chosen WHERE w.id = chosen.id
RETURNING w.id, w.instance_id, w.task_id, w.wait_id, w.kind, w.element, w.topic, w.arguments, w.attempts,
    w.leased_by, w.due_at
"""  # noqa: S608 (constants of this house only)

# A person's retry: leases the job of an incident, its attempts counted from one.
LEASE_INCIDENT: Final = """
UPDATE engine_wait w
SET status = 'due', attempts = 1, leased_by = %(worker)s::text,
    lease_until = clock_timestamp() + %(lease)s::interval
WHERE w.id = %(job)s::bigint AND w.status = 'incident'
RETURNING w.id, w.instance_id, w.task_id, w.wait_id, w.kind, w.element, w.topic, w.arguments, w.attempts,
    w.leased_by, w.due_at
"""

# A leased job, locked to be finished: no row if it is not open any more or another worker holds it now.
LOCK_LEASED: Final = """
SELECT id FROM engine_wait
WHERE id = %(job)s::bigint AND status = 'due' AND leased_by = %(worker)s::text FOR UPDATE
"""


# Whoever sends a message and whoever begins to wait for it come here first, so that one sees the other.
MEET: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%(topic)s || chr(31) || %(key)s, 0))"

# A message or signal, kept once for its id.
INSERT_MESSAGE: Final = """
INSERT INTO engine_message
    (public_id, message_id, kind, name, correlation_key, variables, sender_id, received_at, expires_at,
     started, sent_by, withdrawn_by, because)
VALUES (gen_random_uuid(), %(message_id)s::text, %(kind)s::text, %(name)s::text, %(key)s::text,
    %(variables)s::jsonb, %(sender)s::bigint, %(now)s::timestamptz, %(expires)s::timestamptz,
    false, %(sent_by)s::text, '', %(because)s::text)
ON CONFLICT (message_id) DO NOTHING
RETURNING id
"""

# The oldest message that came before somebody began to wait for it.
KEPT_MESSAGE: Final = """
SELECT id FROM engine_message
WHERE delivered_at IS NULL AND withdrawn_at IS NULL AND kind = 'message' AND name = %(name)s::text
    AND correlation_key = %(key)s::text AND expires_at > %(now)s::timestamptz
ORDER BY id LIMIT 1
"""

_names: Final[dict[str, tuple[str, ...]]] = {}


class _Kept(local):
    """A thread's cursor, used again as long as its connection stands: making one for each statement costs."""

    cursor: CursorWrapper | None = None


_kept: Final = _Kept()


def rows(statement: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that one of our constant statements returns, by column name."""
    cursor = _cursor()
    cursor.execute(statement, parameters)
    answer = cursor.cursor
    names = _names.get(statement)
    if names is None:
        names = _names[statement] = tuple(column.name for column in answer.description)
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _cursor() -> CursorWrapper:
    if connection.queries_logged:
        return connection.cursor()
    connection.close_if_health_check_failed()
    cursor = _kept.cursor
    if cursor is None or cursor.cursor.closed or cursor.cursor.connection is not connection.connection:
        cursor = _kept.cursor = connection.cursor()
    return cursor


def row(statement: str, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    """The first row that a statement returns."""
    found = rows(statement, parameters)
    return found[0] if found else None


def many(records: Iterable[Mapping[str, Any]]) -> str:
    """Rows as one parameter, for `jsonb_to_recordset`."""
    return json.dumps(list(records), ensure_ascii=False, default=_as_json)


def _as_json(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
