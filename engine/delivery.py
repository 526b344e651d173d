"""Delivery: a message to the oldest wait for its name and key, else to what it starts; a signal to all."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.db import transaction

from engine import catalog, clock, triggers
from engine.core.definition import Definition
from engine.core.machine import Machine
from engine.core.values import decoded
from engine.core.waits import MessageWait, Variables
from engine.errors import MessageUnclaimed
from engine.leased import PATIENCE, Job, close, is_held
from engine.locked import lock_instance
from engine.messages import DELIVER, UNCLAIMED
from engine.models import Message, ProcessStart, Wait
from engine.queue import enqueue
from engine.steps import Command, load, take
from engine.timers import fire_due

MOST_LOOKS: Final = 100


def deliver(job: Job) -> None:
    """One delivery to its committed end; what nobody awaits stays kept, until MessageUnclaimed ends it."""
    message = Message.objects.get(pk=job.arguments["message"])
    if message.kind == Message.Kind.SIGNAL and "wait" not in job.arguments:
        _spread(job, message)
        return
    for _ in range(MOST_LOOKS):
        wait = _oldest(job)
        if wait is None:
            break
        if _given(job, wait):
            return
    if "wait" in job.arguments or not triggers.by_message(job, message):
        _rest(job)


def _oldest(job: Job) -> Wait | None:
    """The wait that the message or signal is for, now; none if a message has been delivered."""
    waiting = Wait.objects.filter(status=Wait.Status.WAITING)
    if "wait" in job.arguments:
        return _still(Wait.objects.get(pk=job.arguments["wait"]))
    message = Message.objects.get(pk=job.arguments["message"])
    if not message.is_kept:
        return None
    meant = waiting.filter(topic=f"message:{message.name}", correlation_key=message.correlation_key)
    return meant.order_by("id").first()


def _still(wait: Wait) -> Wait | None:
    """The wait that a signal was spread to, or as what it is armed anew since another one came to it."""
    if wait.status == Wait.Status.WAITING:
        return wait
    first = wait.arguments.get("first", wait.wait_id)
    again = Wait.objects.filter(instance=wait.instance_id, kind=wait.kind, arguments__first=first)
    return again.filter(status=Wait.Status.WAITING).first()


def _given(job: Job, wait: Wait) -> bool:
    """Whether the wait has taken it, in one step of its instance; False if it has to be looked for again."""
    if wait.instance_id is None:
        return False
    with transaction.atomic():
        locked = lock_instance(wait.instance_id, timeout=PATIENCE)
        if not is_held(job):
            return True
        message = Message.objects.select_for_update().get(pk=job.arguments["message"])
        is_signal = message.kind == Message.Kind.SIGNAL
        if not message.is_kept and not is_signal:
            return False
        now, running = clock.now(), load(locked)
        fire_due(running, now=now)
        if not any(isinstance(w, MessageWait) and w.id == wait.wait_id for w in running.waits):
            return False
        variables = _taken(catalog.definition(locked.definition_id), wait.element, message)
        if not is_signal:
            # Before the step, which asks for the next one that was kept where it arms the same again.
            Message.objects.filter(pk=message.pk).update(delivered_at=now, receiver=locked.id)
        act = partial(_receive, wait_id=wait.wait_id, variables=variables)
        take(running, Command("event", act, actor="system", now=now, element=wait.element, done=wait.wait_id))
        close(job, now)
    return True


def _taken(definition: Definition, element: str, message: Message) -> Variables:
    """What the element writes of a message, as the process that drew it declares it; WrongType."""
    catching = definition.elements[element]
    taken = {name: value for name, value in message.variables.items() if name in catching.writes}
    return decoded(definition.types_in(catching.parent), taken)


def _receive(machine: Machine, *, wait_id: str, variables: Variables) -> None:
    machine.receive(wait_id, variables)


def _spread(job: Job, message: Message) -> None:
    """A signal becomes a delivery for each wait and start event, each a step and a failure of its own."""
    with transaction.atomic():
        if not is_held(job):
            return
        now = clock.now()
        waiting = Wait.objects.filter(status=Wait.Status.WAITING, topic=f"signal:{message.name}")
        waits = waiting.values_list("pk", flat=True)
        for wait in waits:
            arguments = {"message": message.pk, "wait": wait}
            enqueue(DELIVER, now=now, arguments=arguments, natural_key=f"signal:{message.pk}:{wait}")
        starts = ProcessStart.objects.filter(kind=ProcessStart.Kind.SIGNAL, name=message.name)
        for start in starts:
            triggers.by_signal(start, message, now)
        Message.objects.filter(pk=message.pk).update(delivered_at=now, reached=len(waits) + len(starts))
        close(job, now)


def _rest(job: Job) -> None:
    """Nobody waits: the message stays kept, unless its time has come."""
    with transaction.atomic():
        if not is_held(job):
            return
        message = Message.objects.get(pk=job.arguments["message"])
        if job.topic == UNCLAIMED and message.is_kept:
            raise MessageUnclaimed(message=message.pk)
        close(job, clock.now())
