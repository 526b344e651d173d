"""What a leased job or timer does: its handler outside any transaction, then one step under the lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from engine import catalog, clock, events, handlers, triggers
from engine.causes import RepeatRefused
from engine.core.machine import Machine
from engine.delivery import deliver
from engine.errors import StateDamaged
from engine.events import TaskRow
from engine.handlers import BpmnError, Handler, HandlerContext
from engine.instants import ESCALATE, REMIND
from engine.leased import PATIENCE, Job, close, is_held
from engine.locked import instance_row, lock_instance, with_open_rows
from engine.messages import DELIVER, UNCLAIMED
from engine.models import ProcessInstance, Wait
from engine.starts import START, TICK
from engine.steps import Command, Running, load, take
from engine.timers import fire_due, fire_timer


def do(job: Job) -> None:
    """Do a leased job to its committed end; what it raises is an attempt that failed."""
    if job.kind == Wait.Kind.TIMER:
        _fire(job)
    elif job.topic == REMIND:
        _tell(job, events.remind)
    elif job.topic == ESCALATE:
        _tell(job, events.escalate)
    elif job.topic in (DELIVER, UNCLAIMED):
        deliver(job)
    elif job.topic == TICK:
        triggers.tick(job)
    elif job.topic == START:
        triggers.start(job)
    elif job.wait_id:
        _do_for_element(job)
    else:
        _call(job, _handler(job), {})
        _finish(job)


def _handler(job: Job) -> Handler:
    handler = handlers.handler_of(job.topic)
    if handler.repeat == "by_hand" and job.attempts > 1:
        raise RepeatRefused
    return handler


def _call(job: Job, handler: Handler, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    context = HandlerContext(
        instance_id=job.instance_id,
        element=job.element,
        topic=job.topic,
        variables=variables,
        now=clock.now(),
        actor="system",
        job_id=job.id,
        task_id=job.task_id,
        arguments=job.arguments,
    )
    return handler.call(context) or {}


def _do_for_element(job: Job) -> None:
    handler = _handler(job)
    try:
        found = _call(job, handler, _variables(job))
    except BpmnError as error:
        code = error.code
        _step(job, "error", lambda machine: machine.throw(job.wait_id, code))
    else:
        _step(job, "job", lambda machine: machine.complete(job.wait_id, found))


def _variables(job: Job) -> Mapping[str, Any]:
    """What the waiting element sees, read without a lock."""
    instance = ProcessInstance.objects.get(pk=_instance_of(job))
    machine = Machine.load(catalog.definition(instance.definition_id), bytes(instance.state))
    if any(wait.id == job.wait_id for wait in machine.waits()):
        return machine.variables_at(job.wait_id)
    # Swept away between the lease and here: then the row is closed too, and its step will see that.
    return machine.variables


def _step(job: Job, kind: events.StepKind, act: Callable[[Machine], None]) -> None:
    with transaction.atomic():
        locked = lock_instance(_instance_of(job), timeout=PATIENCE)
        if not is_held(job):
            return
        now, running = clock.now(), load(locked)
        _must_wait(job, running)
        fire_due(running, now=now)
        if _waits(job, running):
            command = Command(kind, act, actor="system", now=now, element=job.element, done=job.wait_id)
            take(running, command)


def _fire(job: Job) -> None:
    with transaction.atomic():
        locked = lock_instance(_instance_of(job), timeout=PATIENCE)
        if not is_held(job):
            return
        running = load(locked)
        _must_wait(job, running)
        fire_timer(running, job.wait_id, now=clock.now())


def _waits(job: Job, running: Running) -> bool:
    return any(wait.id == job.wait_id for wait in running.waits)


def _must_wait(job: Job, running: Running) -> None:
    if not _waits(job, running):
        raise StateDamaged(instance=running.locked.public_id, wait=job.wait_id)


def _tell(job: Job, listeners: Callable[[TaskRow, events.InstanceRow, datetime], None]) -> None:
    with transaction.atomic():
        locked = lock_instance(_instance_of(job), timeout=PATIENCE)
        if not is_held(job):
            return
        now = clock.now()
        for task in with_open_rows(locked, now).tasks or ():
            if task.id == job.task_id:
                listeners(task, instance_row(locked), now)
        close(job, now)


def _finish(job: Job) -> None:
    with transaction.atomic():
        if is_held(job):
            close(job, clock.now())


def _instance_of(job: Job) -> int:
    if job.instance_id is None:
        raise StateDamaged(job=job.id)
    return job.instance_id
