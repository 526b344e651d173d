"""Process instances: lock, start, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine import catalog, events, sql
from engine.core.errors import StateUnreadable
from engine.core.machine import Machine
from engine.due import day_of
from engine.errors import InstanceEnded
from engine.events import StepResult
from engine.locked import RUNNING, LockedInstance, lock_instance
from engine.models import ProcessDefinition, ProcessInstance
from engine.reconcile import close_all
from engine.steps import Command, Running, moved, result, take

from .stuck import Place, placed

__all__ = ["LockedInstance", "cancel_instance", "lock_instance", "start_instance"]


def start_instance(
    definition: ProcessDefinition,
    *,
    variables: Mapping[str, Any],
    business_key: str,
    actor: str,
    now: datetime,
    idempotency_key: str = "",
    body_sha256: str = "",
) -> StepResult:
    """Start an instance in the caller's transaction and run it to its first wait states."""
    core = catalog.definition(definition.pk)
    (row,) = sql.rows(
        sql.INSERT_INSTANCE, {"definition": definition.pk, "business_key": business_key, "now": now}
    )
    locked = LockedInstance(
        id=row["id"],
        public_id=row["public_id"],
        definition_id=definition.pk,
        business_key=business_key,
        status=RUNNING,
        state=b"",
        state_sha256=b"",
        version=0,
    )
    command = Command(
        kind="start",
        act=_nothing_more,
        actor=actor,
        now=now,
        idempotency_key=idempotency_key,
        body_sha256=body_sha256,
    )
    with placed(Place(process=definition.key)):
        return take(Running(locked, Machine.start(core, variables, day_of(now)), ()), command)


def _nothing_more(_: Machine) -> None:
    """Starting is all that moves a new machine."""


def cancel_instance(locked: LockedInstance, *, actor: str, reason: str, now: datetime) -> StepResult:
    """End an instance from outside, a damaged one too: all that is open is cancelled. InstanceEnded.

    `reason` is a code.
    """
    if locked.status != RUNNING:
        raise InstanceEnded
    command = Command(kind="cancel", act=_nothing_more, actor=actor, now=now, element=reason[:100])
    cancelled = ProcessInstance.Status.CANCELLED
    projection = close_all(moved(command, locked, bytes(locked.state), cancelled))
    variables = _variables(locked)
    after = replace(locked, status=cancelled, version=locked.version + 1)
    step = result(after, command, projection, (), (), variables)
    events.publish(step)
    return step


def _variables(locked: LockedInstance) -> Mapping[str, Any]:
    """What the instance knew; nothing of a damaged one, whose only way on is to be ended."""
    try:
        return Machine.load(catalog.definition(locked.definition_id), bytes(locked.state)).variables
    except StateUnreadable:
        return {}
