"""Starts a process instance: its row, and its first step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import catalog, sql
from engine.core.definition import Definition
from engine.core.machine import Machine
from engine.due import day_of
from engine.errors import OnlyCalled, ProcessSuspended
from engine.events import StepResult
from engine.locked import RUNNING, LockedInstance
from engine.models import ProcessDefinition
from engine.place import Place, placed
from engine.resting import share_process
from engine.steps import Command, Running, nothing_more, take


def must_begin_alone(definition: Definition) -> None:
    """Refuses to start what leaves errors or escalations to its caller; OnlyCalled."""
    if definition.thrown:
        raise OnlyCalled(process=definition.key)


def start_instance(
    definition: ProcessDefinition,
    *,
    variables: Mapping[str, Any],
    business_key: str,
    actor: str,
    now: datetime,
    idempotency_key: str = "",
    body_sha256: str = "",
    at: str = "",
) -> StepResult:
    """Start an instance in the caller's transaction and run it to its first wait states.

    `at` is the start event that was triggered; without it a process begins at its plain one. StartNotFound,
    ProcessSuspended, OnlyCalled.
    """
    core = catalog.definition(definition.pk)
    must_begin_alone(core)
    share_process(definition.key)
    row = sql.row(
        sql.INSERT_INSTANCE,
        {"definition": definition.pk, "process": definition.key, "business_key": business_key, "now": now},
    )
    if row is None:
        raise ProcessSuspended(process=definition.key)
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
        act=nothing_more,
        actor=actor,
        now=now,
        element=at,
        idempotency_key=idempotency_key,
        body_sha256=body_sha256,
    )
    with placed(Place(process=definition.key)):
        return take(Running(locked, Machine.start(core, variables, day_of(now), at=at), ()), command)
