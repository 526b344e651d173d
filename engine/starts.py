"""The triggered start events that are live: those of the current version of each process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from engine import schedules
from engine.core.definition import Definition, Element
from engine.errors import MessageStartTaken
from engine.models import ProcessDefinition, ProcessStart, Wait
from engine.queue import enqueue

# A timer start event is asked whether its hour has come.
TICK: Final = "engine.tick"
# One instance is started: for one signal, or for one hour of the calendar.
START: Final = "engine.start"


def subscribe(row: ProcessDefinition, parsed: Definition, now: datetime) -> None:
    """Let the start events of this version be the live ones of its process; MessageStartTaken.

    A schedule that stays as it was misses nothing between two versions.
    """
    before = {start.element: start for start in ProcessStart.objects.filter(process_key=row.key)}
    ProcessStart.objects.filter(process_key=row.key).delete()
    gone = [start.pk for start in before.values() if start.kind == ProcessStart.Kind.TIMER]
    ticks = Wait.objects.filter(topic=TICK, status__in=Wait.OPEN, arguments__start__in=gone)
    ticks.update(status=Wait.Status.CANCELLED, closed_at=now)
    taken = started_messages()
    for element in parsed.children():
        if not element.is_triggered:
            continue
        if element.catches == "message" and element.code in taken:
            raise MessageStartTaken(message=element.code, process=taken[element.code])
        _subscribe(row, element, before.get(element.id), now)


def _subscribe(row: ProcessDefinition, element: Element, before: ProcessStart | None, now: datetime) -> None:
    name, due_at = element.code, None
    if element.schedule is not None:
        name = element.texts["schedule"]
        stays = before is not None and before.name == name
        due_at = before.due_at if stays and before else schedules.following(element.schedule, now)
    start = ProcessStart.objects.create(
        definition=row,
        process_key=row.key,
        element=element.id,
        kind=element.catches or ProcessStart.Kind.TIMER,
        name=name[:100],
        due_at=due_at,
    )
    ask_at(start, now)


def ask_at(start: ProcessStart, now: datetime) -> None:
    """Ask for the look at a timer start event when it is due, once for each due time."""
    if start.due_at is not None:
        enqueue(
            TICK,
            now=now,
            due_at=start.due_at,
            arguments={"start": start.pk},
            natural_key=f"{TICK}:{start.pk}:{start.due_at.isoformat()}",
        )


def started_messages() -> Mapping[str, str]:
    """The names of the messages that start an instance, each with the key of its process."""
    rows = ProcessStart.objects.filter(kind=ProcessStart.Kind.MESSAGE)
    return dict(rows.values_list("name", "process_key"))
