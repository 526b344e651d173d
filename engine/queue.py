"""Asks for a job: a row in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from engine import sql, wake
from engine.models import Wait


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
