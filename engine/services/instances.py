"""Process instances: lock, start, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine import catalog, events, messages
from engine.core.errors import StateUnreadable
from engine.core.machine import Machine
from engine.errors import InstanceEnded
from engine.events import StepResult
from engine.locked import LIVE, SUSPENDED, LockedInstance, lock_instance
from engine.models import ProcessInstance, Suspension
from engine.reconcile import close_all
from engine.resting import release_jobs
from engine.starting import start_instance
from engine.steps import Command, moved, nothing_more, result

__all__ = ["LockedInstance", "cancel_instance", "lock_instance", "start_instance"]


def cancel_instance(locked: LockedInstance, *, actor: str, reason: str, now: datetime) -> StepResult:
    """End an instance from outside, a damaged one too: all that is open is cancelled. InstanceEnded.

    `reason` is a code.
    """
    if locked.status not in LIVE:
        raise InstanceEnded
    command = Command(kind="cancel", act=nothing_more, actor=actor, now=now, element=reason[:100])
    cancelled = ProcessInstance.Status.CANCELLED
    projection = close_all(moved(command, locked, bytes(locked.state), cancelled))
    if locked.status == SUSPENDED:
        # What rested with it for others, such as a message that nobody takes now.
        release_jobs(locked.id)
        Suspension.objects.filter(instance=locked.id, resumed_at=None).update(
            resumed_at=now, resumed_by=actor
        )
    variables = _variables(locked)
    after = replace(locked, status=cancelled, version=locked.version + 1)
    step = result(after, command, projection, (), (), variables)
    messages.let_next_start(messages.freed(catalog.definition(locked.definition_id), locked.id), now)
    events.publish(step)
    return step


def _variables(locked: LockedInstance) -> Mapping[str, Any]:
    """What the instance knew; nothing of a damaged one, whose only way on is to be ended."""
    try:
        return Machine.load(catalog.definition(locked.definition_id), bytes(locked.state)).variables
    except StateUnreadable:
        return {}
