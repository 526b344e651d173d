"""Our engine alone: the pure core, loaded and dumped around every step, no rows and no rules of cases."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.definition import Definition
from engine.core.machine import Machine
from engine.core.parser import parse
from engine.core.waits import ServiceWait, UserTaskWait


@dataclass(slots=True)
class Engine:
    """The parsed definition; `start` and `complete` are one step each."""

    definition: Definition

    @classmethod
    def prepare(cls, files: Mapping[str, bytes]) -> Engine:
        """Parse once, as the process does."""
        return cls(parse(files))

    def start(self, variables: Mapping[str, Any]) -> bytes:
        """The first step: up to the first user task."""
        return self._settled(Machine.start(self.definition, dict(variables)))

    def complete(self, state: bytes, answers: Mapping[str, Any]) -> bytes:
        """One step: load, complete the open user task, run on, dump."""
        machine = Machine.load(self.definition, state)
        (task,) = (wait for wait in machine.waits() if isinstance(wait, UserTaskWait))
        machine.complete(task.id, dict(answers))
        return self._settled(machine)

    def loop(self) -> Callable[[], float]:
        """A new case of the looping process, an iteration a call; the seconds of CPU of its completion."""
        state = self.start({"organisation": 1, "applicant": "somebody"})

        def step() -> float:
            nonlocal state
            begun = time.process_time()
            state = self.complete(state, {"again": True})
            return time.process_time() - begun

        return step

    def is_over(self, state: bytes) -> bool:
        """Whether the case came to its end."""
        return Machine.load(self.definition, state).ended

    @staticmethod
    def _settled(machine: Machine) -> bytes:
        """In-step service tasks are wait states of the core too: give each its result."""
        while services := [wait for wait in machine.waits() if isinstance(wait, ServiceWait)]:
            for wait in services:
                machine.complete(wait.id, {})
        return machine.dump()
