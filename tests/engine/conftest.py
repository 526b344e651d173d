"""A clerk's small processes, and handlers that remember what they were asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet

from engine import catalog, clock, due, events, handlers, jobs, profile, recurring, triggers
from engine.events import StepResult
from engine.handlers import BpmnError, HandlerContext
from engine.models import ProcessDefinition, ProcessInstance, Task
from engine.services import complete_task, lock_instance, start_instance


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Whatever a test registers is gone after it."""
    kept = [
        (place, place.copy())
        for place in (
            handlers._handlers,
            events._listeners,
            events._reminders,
            events._escalations,
            events._incidents,
            recurring._EVERY,
            triggers._starters,
        )
    ]
    roles = set(profile._roles)
    profile.register_watch(profile.Watch())
    profile.register_deadlines(_one_deadline)
    for place, _ in kept[1:]:
        place.clear()
    profile.register_roles(["clerk"])
    yield
    profile._watches.pop()
    profile._deadlines.remove(_one_deadline)
    profile._roles.clear()
    profile._roles.update(roles)
    for place, before in kept:
        place.clear()
        place.update(before) if isinstance(place, dict) else place.extend(before)
    catalog.forget()


@pytest.fixture
def weekdays() -> Iterator[None]:
    """The state works from Monday to Friday."""
    due.register_working_days(lambda day: day.weekday() < 5)
    yield
    due._working_days.pop()


def _one_deadline() -> list[str]:
    return ["decision", "unheard"]


@dataclass
class Fake:
    """A handler that does as it is told and remembers every call."""

    answer: Mapping[str, Any] | None = None
    raises: BaseException | None = None
    then: Callable[[HandlerContext], Any] | None = None
    calls: list[HandlerContext] = field(default_factory=list)

    def __call__(self, context: HandlerContext) -> Mapping[str, Any] | None:
        self.calls.append(context)
        if self.then is not None:
            return self.then(context)
        if self.raises is not None:
            raise self.raises
        return self.answer


@pytest.fixture
def fake() -> Callable[..., Fake]:
    """Register a fake handler for a topic."""

    def make(topic: str, *, runs: str = "job", repeat: str = "safe", **said: Any) -> Fake:
        handler = Fake(**said)
        handlers._handlers[topic] = handlers.Handler(topic, handler, runs, repeat)  # type: ignore[arg-type]
        return handler

    return make


@pytest.fixture
def deploy(db: None) -> Callable[[Mapping[str, bytes]], ProcessDefinition]:
    """Deploy the files of a process."""
    return catalog.deploy


def begin(definition: ProcessDefinition, **variables: Any) -> StepResult:
    """Start an instance as the clerk."""
    with transaction.atomic():
        return start_instance(
            definition, variables=variables, business_key="T-1", actor="clerk", now=clock.now()
        )


def complete(step: StepResult, element: str, *, actor: str = "clerk", **variables: Any) -> StepResult:
    """Complete the open task of an element, or the last closed one if none is open."""
    tasks = Task.objects.filter(instance=step.instance.id, element=element).order_by("status", "-id")
    task = tasks.filter(status="open").first() or tasks.first()
    assert task is not None, element
    return complete_by_id(step.instance.id, task.pk, actor=actor, **variables)


def complete_by_id(instance_id: int, task_id: int, *, actor: str = "clerk", **variables: Any) -> StepResult:
    """Complete a task in a transaction of its own."""
    with transaction.atomic():
        locked = lock_instance(instance_id)
        return complete_task(locked, task_id, variables=variables, actor=actor, now=clock.now())


def run() -> int:
    """Let a worker do what is due, until nothing is."""
    return jobs.run_due("w", until_empty=True)


def instances(key: str) -> QuerySet[ProcessInstance]:
    """The instances of a process, oldest first."""
    return ProcessInstance.objects.filter(definition__key=key).order_by("id")


def later(**ahead: int) -> None:
    """Move business time on."""
    clock.set_offset(clock.offset() + timedelta(**ahead))


__all__ = ["BpmnError", "Fake", "begin", "complete", "complete_by_id", "instances", "later", "run"]
