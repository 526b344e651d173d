"""Random walks through a diagram in the library itself, the same however the instance is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ConditionalEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from tests.core.library_reading import specification

STEPS, TRIGGERED = 40, 4
BEGINNING = datetime(2030, 1, 31, 9, 30, tzinfo=UTC)


class Clock(datetime):
    """The library's clock: it stands until a walk moves it."""

    at = BEGINNING

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # noqa: ARG003
        return cls.at


class Walk:
    """One walk: the ids, the clock and the choices depend on the seed and the instance alone."""

    def __init__(self, xml: bytes, seed: int, serializer: BpmnWorkflowSerializer, patch: Any) -> None:
        self.xml, self.serializer, self.patch = xml, serializer, patch
        self.random, self.ids = Random(f"{seed}"), Random(f"ids of {seed}")
        self.completed: set[str] = set()
        self.ended = False

    def states(self, stored: Callable[[Any], Any]) -> Iterator[dict[str, Any]]:
        """What the instance is after each step, when it is stored and loaded before each."""
        Clock.at = BEGINNING
        self.patch.setattr("SpiffWorkflow.bpmn.specs.event_definitions.timer.datetime", Clock)
        self.patch.setattr("SpiffWorkflow.task.uuid4", self._id)
        workflow = BpmnWorkflow(*specification(self.xml))
        _settle(workflow)
        for step in range(STEPS):
            workflow = stored(workflow)
            yield self._told(workflow)
            choices = [*self._choices(workflow), *(self._triggers(workflow) if step < TRIGGERED else ())]
            if not choices:
                break
            act, *how = self.random.choice(choices)
            getattr(self, f"_{act}")(workflow, *how)
            _settle(workflow)
        self.ended = workflow.completed

    def _id(self) -> UUID:
        return UUID(int=self.ids.getrandbits(128), version=4)

    def _choices(self, workflow: Any) -> Iterator[tuple[Any, ...]]:
        for at, _ in enumerate(workflow.get_tasks(state=TaskState.READY, manual=True)):
            yield "complete", at
        for at, task in enumerate(workflow.event_manager.tasks.values()):
            definition = task.task_spec.event_definition
            for part in (definition, *getattr(definition, "event_definitions", ())):
                if isinstance(part, ConditionalEventDefinition):
                    yield "fulfil", at
                elif isinstance(part, TimerEventDefinition):
                    yield ("wait",)
                else:
                    yield from self._sendings(part)

    def _triggers(self, workflow: Any) -> Iterator[tuple[Any, ...]]:
        for name in workflow.spec.start.trigger_specs:
            for task_spec in workflow.subprocess_specs[name].bpmn_start_events:
                yield from self._sendings(task_spec.event_definition)

    def _sendings(self, definition: Any) -> Iterator[tuple[Any, ...]]:
        for kind in (MessageEventDefinition, SignalEventDefinition):
            if isinstance(definition, kind):
                yield "send", kind, definition.name

    def _values(self) -> dict[str, Any]:
        pick = self.random.randint(0, 9)
        note = {"of": [pick, None]}
        return {"pick": pick, "note": note, "paper": f"p{pick}", "own": pick, "shelf": [pick], "topic": "x"}

    def _complete(self, workflow: Any, at: int) -> None:
        task = workflow.get_tasks(state=TaskState.READY, manual=True)[at]
        task.set_data(**self._values())
        task.run()

    def _fulfil(self, workflow: Any, at: int) -> None:
        task = list(workflow.event_manager.tasks.values())[at]
        task.set_data(pick=3)
        task.task_spec._update(task)

    def _wait(self, _: Any) -> None:
        Clock.at += timedelta(days=600)

    def _send(self, workflow: Any, kind: type, name: str) -> None:
        workflow.send_event(BpmnEvent(kind(name), self._values(), {"key": {"about": "x"}}))

    def _told(self, workflow: Any) -> dict[str, Any]:
        state = told(workflow, self.serializer)
        for scope in (state, *state["subprocesses"].values()):
            done = (task for task in scope["tasks"].values() if task["state"] == TaskState.COMPLETED)
            self.completed.update(task["task_spec"] for task in done)
        return state | {"listening": [str(key) for key in workflow.event_manager.tasks]}


def told(workflow: Any, serializer: BpmnWorkflowSerializer) -> dict[str, Any]:
    """All that the library's serializer keeps of an instance, but the times of day."""
    state: dict[str, Any] = json.loads(serializer.serialize_json(workflow))
    for scope in (state, *state["subprocesses"].values()):
        for task in scope["tasks"].values():
            del task["last_state_change"]
    return state


def without_specs(state: dict[str, Any]) -> dict[str, Any]:
    """What the library's own restore keeps: it loses parts of the wiring, and who began to listen first."""
    lost = ("spec", "subprocess_specs", "listening")
    return {part: value for part, value in state.items() if part not in lost}


def _settle(workflow: Any) -> None:
    workflow.do_engine_steps()
    while workflow.get_next_task(state=TaskState.READY, manual=False) is not None:
        workflow.do_engine_steps()
