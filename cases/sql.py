"""The statements of a case's step, written by hand; everything else of cases goes through the ORM.

A step is: begin, lock, read, answers, the engine's three, end. None reads more for a long history.
"""

from typing import Final

from accounts.scope import ROLES
from cases.audit.record import INSERT_ENTRIES
from engine import sql as engine_sql
from engine.clock import SQL_NOW

LOCK_TIMEOUT: Final = "3s"

# Opens the step: how long to wait for a lock, who acts (for the database's own policies), business time, and
# the roles that they hold on that day.
BEGIN: Final = """
SELECT set_config('lock_timeout', '{timeout}', true) AS timeout,
    set_config('viis.actor', %(actor)s, true) AS actor, b.now, {roles} AS roles
FROM (SELECT {now} AS now) b
""".format(
    timeout=LOCK_TIMEOUT,
    now=SQL_NOW,
    roles=ROLES.format(user="%(user)s::bigint", day="(b.now AT TIME ZONE 'Europe/Riga')::date"),
)

# The same where the roles are known.
BEGIN_AGAIN: Final = f"""
SELECT set_config('lock_timeout', '{LOCK_TIMEOUT}', true) AS timeout,
    set_config('viis.actor', %(actor)s, true) AS actor, {SQL_NOW} AS now
"""

# Locks the process instance of a task that lies within the scope, and reads it. Positional parameters: the
# condition brings its own. What else the lock protects is read afterwards, with a snapshot of its own.
LOCK_BY_TASK: Final = """
SELECT i.id, i.public_id, i.definition_id, i.business_key, i.status, i.state, i.state_sha256, i.version,
    t.id AS task_id, t.element
FROM engine_task t
JOIN engine_processinstance i ON i.id = t.instance_id
JOIN cases_case c ON c.instance_id = i.id
JOIN registries_organisation o ON o.id = c.organisation_id
WHERE t.public_id = %s AND {condition}
FOR UPDATE OF i
"""
LOCK_BY_CASE: Final = """
SELECT i.id, i.public_id, i.definition_id, i.business_key, i.status, i.state, i.state_sha256, i.version,
    NULL::bigint AS task_id, '' AS element
FROM cases_case c
JOIN engine_processinstance i ON i.id = c.instance_id
JOIN registries_organisation o ON o.id = c.organisation_id
WHERE c.public_id = %s AND {condition}
FOR UPDATE OF i
"""

CASE_COLUMNS: Final = (
    "id",
    "public_id",
    "number",
    "process_key",
    "instance_id",
    "status",
    "outcome",
    "organisation_id",
    "applicant_id",
    "subject_id",
    "created_at",
    "submitted_at",
    "decided_at",
    "closed_at",
    "chain_head",
    "chain_length",
    "start_key",
)
TASK_COLUMNS: Final = (
    "id",
    "public_id",
    "instance_id",
    "wait_id",
    "element",
    "form_key",
    "group",
    "assignee",
    "status",
    "opened_at",
    "due_at",
    "claimed_at",
    "closed_at",
    "completed_by",
)
_CASE: Final = ", ".join(f"c.{column}" for column in CASE_COLUMNS)
_TASK: Final = ", ".join(f't."{column}"' for column in TASK_COLUMNS)

# The natural person behind a name in a row `b`: a user's, or the one that the name itself tells.
_PERSON: Final = """CASE WHEN starts_with(b.completed_by, 'person:') THEN substr(b.completed_by, 8)::bigint
    ELSE (SELECT u.person_id FROM accounts_user u WHERE u.username = b.completed_by) END"""

_ABOUT_CASE: Final = f"""{_CASE},
    (SELECT u.person_id FROM accounts_user u WHERE u.id = c.applicant_id) AS applicant_person"""  # noqa: S608

# What a step of a task must know, read under the lock of its instance; locks the case as well.
READ_TASK: Final = f"""
SELECT {_ABOUT_CASE}, {_TASK},
    (SELECT jsonb_build_array(d.version, d.author, d.saved_at) FROM cases_draft d WHERE d.task_id = t.id)
        AS draft,
    (SELECT jsonb_build_array(k.task_id, k.kind, k.body_sha256, a.result)
     FROM engine_completion k LEFT JOIN cases_answer a ON a.task_id = k.task_id
     WHERE k.actor = %(actor)s AND k.idempotency_key = %(key)s AND k.idempotency_key <> '') AS before,
    (SELECT jsonb_agg(DISTINCT {_PERSON}) FROM engine_task b
     WHERE b.instance_id = t.instance_id AND b.status = 'completed'
        AND b.element IN (SELECT jsonb_array_elements_text(%(differs)s::jsonb))) AS deciders,
    (SELECT jsonb_agg(m.field) FROM cases_fieldcomment m
     WHERE m.case_id = c.id AND m.form_key = t.form_key AND m.answered_at IS NULL) AS commented,
    {engine_sql.OPEN_TASKS.format(instance="t.instance_id")} AS tasks,
    {engine_sql.DUE_TIMERS.format(instance="t.instance_id", now="%(now)s::timestamptz")} AS due_timers
FROM engine_task t JOIN cases_case c ON c.instance_id = t.instance_id
WHERE t.id = %(task)s FOR UPDATE OF c
"""  # noqa: S608 (our constants)

# The case of an instance that is locked, or about to be written without a step.
READ_CASE: Final = f"SELECT {_ABOUT_CASE} FROM cases_case c WHERE c.id = %(case)s FOR UPDATE OF c"  # noqa: S608
READ_CASE_OF_INSTANCE: Final = (
    f"SELECT {_ABOUT_CASE} FROM cases_case c WHERE c.instance_id = %(instance)s FOR UPDATE OF c"  # noqa: S608
)

# The newest answers given to a form of the case.
NEWEST_ANSWER: Final = """
SELECT a.content FROM cases_answer a
WHERE a.case_id = %(case)s AND a.form_key = %(form)s ORDER BY a.id DESC LIMIT 1
"""

# What the person entered: the answer, without its draft; comments answered by it, comments made with it.
ANSWER: Final = """
WITH sent AS (
    DELETE FROM cases_draft WHERE task_id = %(task)s
), answered AS (
    UPDATE cases_fieldcomment SET answered_at = %(now)s
    WHERE case_id = %(case)s AND form_key = %(form_key)s AND answered_at IS NULL
), commented AS (
    INSERT INTO cases_fieldcomment (case_id, task_id, form_key, field, text, author, written_at)
    SELECT %(case)s, %(task)s, %(returned_form)s, n.field, n.text, %(author)s, %(now)s
    FROM unnest(%(fields)s::text[], %(texts)s::text[]) AS n (field, text)
)
INSERT INTO cases_answer (case_id, task_id, form_key, form_digest, content, author, given_at, result)
VALUES (%(case)s, %(task)s, %(form_key)s, %(form_digest)s, %(content)s::jsonb, %(author)s, %(now)s, '{}')
RETURNING id
"""

# A draft, if the version that is replaced still stands (0: there is none yet). No row: it does not.
SAVE_DRAFT: Final = """
INSERT INTO cases_draft (task_id, content, version, author, saved_at)
SELECT %(task)s, %(content)s::jsonb, 1, %(author)s, %(now)s
WHERE %(version)s = 0 OR EXISTS (SELECT 1 FROM cases_draft d WHERE d.task_id = %(task)s)
ON CONFLICT (task_id) DO UPDATE
SET content = excluded.content, version = cases_draft.version + 1, author = excluded.author,
    saved_at = excluded.saved_at
WHERE cases_draft.version = %(version)s
RETURNING version
"""

# Ends a step: the case with its chain's head, the audit rows, and what the person is told.
END: Final = f"""
WITH entries AS ({INSERT_ENTRIES}), told AS (
    UPDATE cases_answer SET result = %(result)s::jsonb WHERE task_id = %(task)s
)
UPDATE cases_case
SET status = %(status)s, outcome = %(outcome)s, subject_id = %(subject)s, submitted_at = %(submitted_at)s,
    decided_at = %(decided_at)s, closed_at = %(closed_at)s, chain_head = %(head)s, chain_length = %(length)s
WHERE id = %(case)s AND chain_length = %(expected)s
RETURNING id
"""  # noqa: S608 (our constants)

INSERT_CASE: Final = """
INSERT INTO cases_case (public_id, number, process_key, instance_id, status, outcome, organisation_id,
    applicant_id, subject_id, created_at, chain_head, chain_length, start_key)
VALUES (%(public_id)s, %(number)s, %(process_key)s, %(instance)s, 'draft', '', %(organisation)s,
    %(applicant)s, %(subject)s, %(now)s, '', 0, %(start_key)s)
RETURNING id
"""

# The ministry of the day: the place of whoever is missing between an organisation and the state.
MINISTRY: Final = """
SELECT o.id FROM registries_organisation o
WHERE o.kind = 'ministry' AND o.status = 'active' ORDER BY o.id LIMIT 1
"""

# The last of so many next numbers of a process in a year; who takes them holds the counter until the end of
# the transaction.
NEXT_NUMBERS: Final = """
INSERT INTO cases_casecounter (process_key, year, last) VALUES (%(process_key)s, %(year)s, %(many)s::integer)
ON CONFLICT (process_key, year) DO UPDATE SET last = cases_casecounter.last + %(many)s::integer
RETURNING last
"""

# Between two steps of a bulk act: what became of the last item, and the turn of the next, unless somebody has
# cancelled it. Cancelled while its step was under way: what was done is told as done. It waits for no disk:
# the commit of the next step carries it there, and a step that is repeated is known by its key.
TURN: Final = f"""
WITH settled AS (
    UPDATE cases_bulkitem
    SET status = %(status)s::text, code = %(code)s::text, because_lv = %(lv)s::text,
        because_en = %(en)s::text, at = {SQL_NOW}
    WHERE id = %(done)s::bigint AND status IN ('waiting', 'cancelled')
), taken AS (
    UPDATE cases_bulkitem SET tries = tries + 1 WHERE id = %(next)s::bigint AND status = 'waiting'
    RETURNING id, task_id, tries
)
SELECT set_config('synchronous_commit', 'off', true) AS commit, taken.id, taken.task_id, taken.tries,
    t.public_id, t.assignee
FROM (SELECT 1) AS one LEFT JOIN (taken JOIN engine_task t ON t.id = taken.task_id) ON true
"""  # noqa: S608 (our constants)
