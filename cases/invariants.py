"""The cases' part of the ledger equation: what must hold between any two steps."""

from collections.abc import Iterator
from typing import Final

from django.db import connection

from cases.audit import verify

# A step is a completion of the engine and an audit row of the case; neither is without the other.
_STEPS: Final = """
SELECT c.number, i.version, count(e.id) AS steps, count(DISTINCT e.fields -> 'version') AS versions
FROM cases_case c
JOIN engine_processinstance i ON i.id = c.instance_id
LEFT JOIN cases_auditentry e ON e.chain = 'case:' || c.id AND e.fields ? 'version'
    AND e.action IN ('case.started', 'task.completed', 'job.done', 'timer.fired', 'event.arrived',
        'error.caught', 'case.cancelled', 'case.repaired', 'case.migrated')
GROUP BY c.id, i.id
HAVING count(e.id) <> i.version OR count(DISTINCT e.fields -> 'version') <> i.version
ORDER BY c.id
"""
_STATUSES: Final = """
SELECT c.number, c.status, i.status FROM cases_case c
JOIN engine_processinstance i ON i.id = c.instance_id
WHERE (c.status IN ('closed', 'withdrawn')) <> (i.status NOT IN ('running', 'suspended')) ORDER BY c.id
"""
_ANSWERS: Final = """
SELECT t.id FROM engine_task t JOIN cases_case c ON c.instance_id = t.instance_id
LEFT JOIN cases_answer a ON a.task_id = t.id
WHERE (t.status = 'completed') <> (a.id IS NOT NULL) ORDER BY t.id
"""
_KEYS: Final = """
SELECT k.id FROM engine_completion k JOIN cases_answer a ON a.task_id = k.task_id
WHERE k.kind = 'task' AND k.idempotency_key <> '' AND a.result = '{}'::jsonb ORDER BY k.id
"""
# A message that was not mailed has the job that mails it.
_MESSAGES: Final = """
SELECT m.id FROM cases_message m WHERE m.sent_at IS NULL AND NOT EXISTS (
    SELECT FROM engine_wait w WHERE w.natural_key <> ''
        AND w.natural_key IN ('notifications.mail:' || m.id, 'links.invite:message:' || m.id)) ORDER BY m.id
"""
_FILES: Final = """
SELECT sha256 FROM cases_blob WHERE encode(sha256(content), 'hex') <> sha256 OR size <> length(content)
"""


def invariants() -> list[str]:
    """What does not hold in cases, one sentence each; empty when all is well."""
    return [*_ledger(), *(f"audit: {finding}" for finding in verify())]


def _ledger() -> Iterator[str]:
    for number, version, steps, versions in _rows(_STEPS):
        yield f"case {number}: {version} completions, but {steps} audit rows of {versions} of them"
    for number, status, running in _rows(_STATUSES):
        yield f"case {number}: is {status}, but its process instance is {running}"
    for (task,) in _rows(_ANSWERS):
        yield f"task {task}: either completed without an answer, or answered without being completed"
    for (completion,) in _rows(_KEYS):
        yield f"completion {completion}: has an idempotency key, but no stored answer to repeat"
    for (message,) in _rows(_MESSAGES):
        yield f"message {message}: was not mailed, and no job is there that mails it"
    for (digest,) in _rows(_FILES):
        yield f"file {digest}: its content does not match its hash"


def _rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
