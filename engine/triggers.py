"""Starts instances that nobody pressed: by a message, by a signal, by the calendar; each exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db import transaction

from engine import catalog, clock, schedules
from engine.core.values import Value, decoded
from engine.leased import Job, close, is_held
from engine.locked import LIVE
from engine.messages import meet
from engine.models import Message, ProcessDefinition, ProcessStart
from engine.queue import enqueue
from engine.starting import start_instance
from engine.starts import START, ask_at

SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What triggered a start event of a version, with the variables that it takes of the message or signal.

    `name` and `key` are the message's, the name is the signal's; `at` is when it was sent, or the hour of
    the calendar.
    """

    definition: ProcessDefinition
    element: str
    kind: Literal["message", "signal", "timer"]
    name: str
    key: str
    at: datetime
    variables: Mapping[str, Value]


# Starts the instance in the caller's transaction, and gives its id.
Starter = Callable[[Beginning, datetime], int]

_starters: list[Starter] = []


def register_starter(starter: Starter) -> None:
    """Let `starter` start what begins by itself; the last one registered does."""
    _starters.append(starter)


def begin(beginning: Beginning, now: datetime) -> int:
    """Start the instance in the caller's transaction; its id. What a start raises of CoreError."""
    if _starters:
        return _starters[-1](beginning, now)
    step = start_instance(
        beginning.definition,
        variables=beginning.variables,
        business_key="",
        actor=SYSTEM,
        now=now,
        at=beginning.element,
    )
    return step.instance.id


def by_message(job: Job, message: Message) -> bool:
    """Whether a kept message has started an instance, or another worker has the job now.

    A message with a key starts none while one that a message with the same name and key started still runs.
    """
    with transaction.atomic():
        meet([(f"message:{message.name}", message.correlation_key)])
        if not is_held(job):
            return True
        kept = Message.objects.select_for_update().get(pk=message.pk)
        start = ProcessStart.objects.filter(kind=ProcessStart.Kind.MESSAGE, name=kept.name).first()
        if start is None or not kept.is_kept or _lives(start, kept):
            return False
        now = clock.now()
        instance = begin(_of_message(start, kept), now)
        Message.objects.filter(pk=kept.pk).update(delivered_at=now, receiver=instance, started=True)
        close(job, now)
    return True


def _lives(start: ProcessStart, message: Message) -> bool:
    if not message.correlation_key:
        return False
    same = Message.objects.filter(name=message.name, correlation_key=message.correlation_key, started=True)
    running = same.filter(receiver__status__in=LIVE)
    return running.filter(receiver__definition__key=start.process_key).exists()


def by_signal(start: ProcessStart, message: Message, now: datetime) -> None:
    """Ask for the instance that a signal starts, once, in the caller's transaction."""
    arguments = {"process": start.process_key, "element": start.element, "message": message.pk}
    key = f"{START}:{message.pk}:{start.process_key}:{start.element}"
    enqueue(START, now=now, arguments=arguments, natural_key=key)


def tick(job: Job) -> None:
    """Ask for the instance of the last hour that has come, once, and for the next look."""
    with transaction.atomic():
        start = ProcessStart.objects.select_for_update().filter(pk=job.arguments["start"]).first()
        if not is_held(job):
            return
        now = clock.now()
        if start is not None and start.due_at is not None:
            _look(start, start.due_at, now)
        close(job, now)


def _look(start: ProcessStart, since: datetime, now: datetime) -> None:
    rule = catalog.definition(start.definition_id).elements[start.element].schedule
    if rule is None:
        return
    if (at := schedules.latest(rule, since, now)) is not None:
        arguments = {"process": start.process_key, "element": start.element, "at": at.isoformat()}
        key = f"{START}:{start.process_key}:{start.element}:{at.isoformat()}"
        enqueue(START, now=now, arguments=arguments, natural_key=key)
    start.due_at = schedules.following(rule, now)
    start.save(update_fields=["due_at"])
    ask_at(start, now)


def start(job: Job) -> None:
    """Start the one instance that was asked for; none if the current version begins so no more."""
    given = job.arguments
    with transaction.atomic():
        if not is_held(job):
            return
        now = clock.now()
        live = ProcessStart.objects.filter(process_key=given["process"], element=given["element"]).first()
        if live is not None and ("message" in given) == (live.kind != ProcessStart.Kind.TIMER):
            begin(_asked(live, given), now)
        close(job, now)


def _asked(live: ProcessStart, given: Mapping[str, str]) -> Beginning:
    if "message" in given:
        return _of_message(live, Message.objects.get(pk=given["message"]))
    at = datetime.fromisoformat(given["at"])
    return Beginning(catalog.row(live.definition_id), live.element, "timer", "", "", at, {})


def _of_message(live: ProcessStart, message: Message) -> Beginning:
    """WrongType for a variable that the process declares with another type."""
    parsed = catalog.definition(live.definition_id)
    writes = parsed.elements[live.element].writes
    taken = {name: value for name, value in message.variables.items() if name in writes}
    return Beginning(
        definition=catalog.row(live.definition_id),
        element=live.element,
        kind="signal" if message.kind == Message.Kind.SIGNAL else "message",
        name=message.name,
        key=message.correlation_key,
        at=message.received_at,
        variables=decoded(parsed.variables, taken),
    )
