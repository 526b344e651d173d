"""Asks for a job: a row in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from engine import sql, wake
from engine.models import Wait

_INSERT_MANY: Final = """
INSERT INTO engine_wait
    (public_id, instance_id, task_id, wait_id, kind, element, topic, arguments, natural_key, correlation_key,
     status, due_at, attempts, leased_by, created_at)
SELECT gen_random_uuid(), NULL, NULL, '', 'job', '', %(topic)s::text, n.arguments, n.key, '', 'due',
    %(now)s::timestamptz, 0, '', %(now)s::timestamptz
FROM jsonb_to_recordset(%(jobs)s::jsonb) AS n (key text, arguments jsonb)
ON CONFLICT (natural_key) WHERE natural_key <> '' DO NOTHING
RETURNING id
"""


def enqueue(
    topic: str,
    *,
    now: datetime,
    instance_id: int | None = None,
    task_id: int | None = None,
    arguments: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    natural_key: str = "",
) -> int:
    """Ask for a job in the caller's transaction; its id, the earlier one's if the natural key has been used.

    `arguments` are ids and codes, never a person's data.
    """
    row = sql.row(
        sql.INSERT_JOB,
        {
            "instance": instance_id,
            "task": task_id,
            "topic": topic,
            "arguments": json.dumps(dict(arguments or {})),
            "natural_key": natural_key,
            "due": due_at or now,
            "now": now,
        },
    )
    if row is None:
        return Wait.objects.values_list("id", flat=True).get(natural_key=natural_key)
    if due_at is None or due_at <= now:
        transaction.on_commit(wake.workers, robust=True)
    return int(row["id"])


def enqueue_many(topic: str, asked: Iterable[tuple[str, Mapping[str, Any]]], *, now: datetime) -> None:
    """Ask for many jobs of one topic that are due now: natural keys and arguments. One statement."""
    jobs = [{"key": key, "arguments": dict(arguments)} for key, arguments in asked]
    if not jobs:
        return
    sql.rows(_INSERT_MANY, {"topic": topic, "now": now, "jobs": sql.many(jobs)})
    transaction.on_commit(wake.workers, robust=True)
