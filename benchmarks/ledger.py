"""The ledger equation and the audit over very many cases: `python -m benchmarks.ledger --cases 100000`.

Half of the cases are closed, half wait for somebody; each has a chain of ten entries.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from benchmarks.ground import ground

if TYPE_CHECKING:
    from cases.audit.chain import Entry, Linked

ENTRIES = 10
BATCH = 5_000
# Copies of one case, batch after batch: what is newer than `after` is of this batch.
COPIES = (
    """
INSERT INTO engine_processinstance
    (public_id, definition_id, business_key, status, state, state_sha256, version, started_at, ended_at)
SELECT gen_random_uuid(), definition_id, 'L-' || n, status, state, state_sha256, version, started_at, ended_at
FROM engine_processinstance, generate_series(%(first)s, %(last)s) AS n WHERE id = %(instance)s
""",
    """
INSERT INTO cases_case
    (public_id, number, process_key, instance_id, status, outcome, organisation_id, applicant_id, subject_id,
     created_at, submitted_at, decided_at, closed_at, chain_head, chain_length)
SELECT gen_random_uuid(), i.business_key, c.process_key, i.id, c.status, c.outcome, c.organisation_id,
    c.applicant_id, c.subject_id, c.created_at, c.submitted_at, c.decided_at, c.closed_at, '', 0
FROM cases_case c, engine_processinstance i WHERE c.instance_id = %(instance)s AND i.id > %(after)s
""",
    """
INSERT INTO engine_task
    (public_id, instance_id, wait_id, element, form_key, "group", assignee, status, opened_at, due_at,
     claimed_at, closed_at, completed_by)
SELECT gen_random_uuid(), i.id, t.wait_id, t.element, t.form_key, t."group", t.assignee, t.status,
    t.opened_at, t.due_at, t.claimed_at, t.closed_at, t.completed_by
FROM engine_task t, engine_processinstance i WHERE t.instance_id = %(instance)s AND i.id > %(after)s
""",
    """
INSERT INTO engine_wait
    (public_id, instance_id, wait_id, kind, element, topic, arguments, natural_key, correlation_key, status,
     due_at, attempts, leased_by, created_at, closed_at)
SELECT gen_random_uuid(), i.id, w.wait_id, w.kind, w.element, w.topic, w.arguments, '', '', w.status,
    w.due_at, w.attempts, '', w.created_at, w.closed_at
FROM engine_wait w, engine_processinstance i
WHERE w.instance_id = %(instance)s AND w.task_id IS NULL AND i.id > %(after)s
""",
    """
INSERT INTO engine_completion
    (instance_id, version, kind, element, task_id, actor, at, passed, decisions, idempotency_key, body_sha256)
SELECT i.id, k.version, k.kind, k.element, own.id, k.actor, k.at, k.passed, k.decisions, '', k.body_sha256
FROM engine_completion k CROSS JOIN engine_processinstance i
LEFT JOIN engine_task t ON t.id = k.task_id
LEFT JOIN engine_task own ON own.instance_id = i.id AND own.wait_id = t.wait_id
WHERE k.instance_id = %(instance)s AND i.id > %(after)s
""",
    """
INSERT INTO cases_answer (case_id, task_id, form_key, form_digest, content, author, given_at, result)
SELECT c.id, own.id, a.form_key, a.form_digest, a.content, a.author, a.given_at, a.result
FROM cases_answer a JOIN engine_task t ON t.id = a.task_id
JOIN engine_task own ON own.instance_id > %(after)s AND own.wait_id = t.wait_id
JOIN cases_case c ON c.instance_id = own.instance_id
WHERE t.instance_id = %(instance)s
""",
)
NEWEST = "SELECT coalesce(max(id), 0) FROM engine_processinstance"
NEW_CASES = "SELECT id FROM cases_case WHERE instance_id > %s ORDER BY id"
KEEP = """
COPY cases_auditentry (chain, seq, at, actor, on_behalf_of, action, object, fields, previous, digest)
FROM STDIN
"""
ENDS = """
UPDATE cases_case c SET chain_head = n.head, chain_length = n.length
FROM unnest(%s::bigint[], %s::bytea[], %s::int[]) AS n (id, head, length) WHERE c.id = n.id
"""


def main() -> None:
    """Fill the tables, then time both commands; both must find everything whole."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=100_000)
    cases = options.parse_args().cases
    with ground():
        from django.core.management import call_command

        for instance in walked():
            fill(instance, cases // 2)
        timed(f"check_invariants, {cases} cases", lambda: call_command("check_invariants"))
        timed(f"verify_audit, {cases * ENTRIES} rows", lambda: call_command("verify_audit"))


def walked() -> tuple[int, int]:
    """A case that is closed and one that waits for its first decision: their instances."""
    from benchmarks.approval import KEY, SUBMITTED
    from benchmarks.service import Service
    from engine.models import ProcessInstance

    service = Service.prepare(KEY)
    service.case()
    service.complete(service.start(), service.applicant, SUBMITTED)
    closed = ProcessInstance.objects.get(status="completed")
    waiting = ProcessInstance.objects.get(status="running")
    return closed.pk, waiting.pk


def fill(instance: int, copies: int) -> None:
    """So many copies of a case, each with a chain of its own."""
    from django.db import connection

    entries = entries_of(instance)
    for first in range(1, copies + 1, BATCH):
        with connection.cursor() as cursor:
            after = cursor.execute(NEWEST).fetchone()[0]
            last = min(first + BATCH - 1, copies)
            # The numbers of the copies of two cases must not meet.
            place = instance * 10**9
            values = {"instance": instance, "after": after, "first": place + first, "last": place + last}
            for statement in COPIES:
                cursor.execute(statement, values)
            keep([row[0] for row in cursor.execute(NEW_CASES, [after])], entries)
            cursor.execute("ANALYZE")


def entries_of(instance: int) -> list[Entry]:
    """What the audit says of a case, and that somebody read it, again and again."""
    from cases.audit.chain import Entry, chain_of
    from cases.models import AuditEntry, Case

    chain = chain_of(Case.objects.get(instance_id=instance).pk)
    rows = AuditEntry.objects.filter(chain=chain).order_by("seq")
    columns = ("action", "actor", "at", "object", "fields", "on_behalf_of")
    told = [Entry(*row) for row in rows.values_list(*columns)]
    fields = {"channel": "page", "part": "answers"}
    read = Entry("read", "karlis.paraugs", told[0].at, told[0].object, fields)
    return [*told, *[read] * (ENTRIES - len(told))]


def keep(cases: Sequence[int], entries: Sequence[Entry]) -> None:
    """The entries as a chain of each case."""
    from django.db import connection

    from cases.audit.chain import chain_of, extend

    heads = []
    with connection.cursor() as cursor:
        with cursor.copy(KEEP) as copy:
            for case in cases:
                linked = extend(chain_of(case), b"", 0, entries)
                heads.append(linked[-1].digest)
                for row in linked:
                    copy.write_row(columns_of(chain_of(case), row))
        cursor.execute(ENDS, [list(cases), heads, [len(entries)] * len(cases)])


def columns_of(chain: str, row: Linked) -> tuple[object, ...]:
    """A row of the audit, in the order of KEEP."""
    entry = row.entry
    told = (entry.at, entry.actor, entry.on_behalf_of, entry.action, entry.object)
    return (chain, row.seq, *told, json.dumps(dict(entry.fields)), row.previous, row.digest)


def timed(what: str, act: Callable[[], object]) -> None:
    """Say how long something took."""
    begun, worked = time.perf_counter(), time.process_time()
    act()
    took, worked = time.perf_counter() - begun, time.process_time() - worked
    print(f"{what:<44} {took:>8.1f} s   ({worked:.1f} s of them in this process)")


if __name__ == "__main__":
    main()
