"""Starts the case of a scenario by a message, a signal or the calendar, as the diagram draws it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cases.models import Case
from engine import clock, jobs
from engine.models import ProcessStart
from engine.services import broadcast_signal, correlate_message


def begun_by_event(process: str, element: str, variables: Mapping[str, Any]) -> Case:
    """The case that begins at this start event of a process."""
    start = ProcessStart.objects.get(process_key=process, element=element)
    before = set(Case.objects.filter(process_key=process).values_list("pk", flat=True))
    said: Any = {
        "message_id": f"scenario:{process}:{len(before)}",
        "variables": variables,
        "now": clock.now(),
    }
    with transaction.atomic():
        if start.kind == ProcessStart.Kind.MESSAGE:
            correlate_message(start.name, key="", **said)
        elif start.kind == ProcessStart.Kind.SIGNAL:
            broadcast_signal(start.name, **said)
        elif start.due_at is not None:
            clock.set_offset(clock.offset() + (start.due_at - clock.now()))
    jobs.run_due("scenarios", until_empty=True)
    (case,) = Case.objects.filter(process_key=process).exclude(pk__in=before)
    return case
