"""Timers: each fires exactly once, under the lock of its instance, whoever comes first."""

from __future__ import annotations

from datetime import datetime

from engine.core.machine import Machine
from engine.core.waits import TimerWait
from engine.events import StepResult
from engine.locked import with_open_rows
from engine.steps import Command, Running, take


def fire_due(running: Running, *, now: datetime) -> list[StepResult]:
    """Fire the timers of a locked instance that are due, oldest first; a timer that another swept is gone."""
    if not any(isinstance(wait, TimerWait) for wait in running.waits):
        return []
    due = with_open_rows(running.locked, now).due_timers or ()
    steps = [fire_timer(running, wait_id, now=now) for wait_id in due]
    return [step for step in steps if step is not None]


def fire_timer(running: Running, wait_id: str, *, now: datetime) -> StepResult | None:
    """Fire one timer of a locked instance; None if it is not armed any more."""
    timer = next((w for w in running.waits if w.id == wait_id and isinstance(w, TimerWait)), None)
    if timer is None:
        return None

    def act(machine: Machine) -> None:
        machine.fire(wait_id)

    return take(
        running, Command(kind="timer", act=act, actor="system", now=now, element=timer.element, done=wait_id)
    )
