"""Walks a recorded scenario over a diagram alone: no rows, no handlers, stored and reloaded after each step.

The words of a scenario: `start` has the variables at the start; a step is a `task` with `answers`, a
`service` with what it `gives` or `throws`, a timer to `fire`, or a message or signal to `receive` with what
it `gives`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.core.definition import Definition
from engine.core.errors import CoreError
from engine.core.machine import Machine
from engine.core.values import Value, decoded
from engine.core.waits import UserTaskWait, Wait


class WalkFailed(Exception):
    """The diagram does not take a step of the scenario."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What was passed as (kind, element) pairs, the rules that fired, and what is open at the end."""

    passed: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, tuple[str, ...]], ...]
    waits: tuple[str, ...]
    ended: bool


def walk(definition: Definition, content: Mapping[str, Any]) -> Walk:
    """Takes every step of a scenario; WalkFailed, CoreError."""
    walker = _Walker(definition, content)
    for step in content.get("step", ()):
        walker.take(step)
    return walker.walked()


def passed_before_failing(definition: Definition, content: Mapping[str, Any]) -> Walk:
    """What the walk passed until it came to its end, or to a step that cannot be taken."""
    try:
        walker = _Walker(definition, content)
    except CoreError:
        return Walk((), (), (), False)
    with suppress(WalkFailed, CoreError):
        for step in content.get("step", ()):
            walker.take(step)
    return walker.walked()


class _Walker:
    def __init__(self, definition: Definition, content: Mapping[str, Any]) -> None:
        self.definition = definition
        day = content.get("on")
        given = decoded(definition.variables, content.get("start", {}))
        self.passed: list[tuple[str, str]] = []
        self.rules: list[tuple[str, tuple[str, ...]]] = []
        self.machine = Machine.start(definition, given, _day(day), at=content.get("begins", ""))
        self.day = _day(day)
        self._store()

    def take(self, step: Mapping[str, Any]) -> None:
        """One step, then the state as it is stored."""
        self.day = _day(step.get("on")) or self.day
        self.machine.set_day(self.day) if self.day else None
        match step:
            case {"task": element}:
                self._complete(self._open(element, step.get("by", "")), step.get("answers", {}))
            case {"service": element, "throws": code}:
                self.machine.throw(self._open(element).id, code)
            case {"service": element}:
                self.machine.complete(self._open(element).id, self._values(step, element))
            case {"fire": element}:
                self.machine.fire(self._open(element).id)
            case {"receive": element}:
                self.machine.receive(self._open(element).id, self._values(step, element))
            case _:
                raise WalkFailed(f"a step of no known kind: {sorted(step)}")
        self._store()

    def walked(self) -> Walk:
        """What was passed so far, up to the last step that was taken whole."""
        waits = tuple(sorted(wait.element for wait in self.machine.waits()))
        return Walk(tuple(self.passed), tuple(self.rules), waits, self.machine.ended)

    def _open(self, element: str, by: str = "") -> Wait:
        waits = self.machine.waits()
        found = next((wait for wait in waits if wait.element == element), None)
        if found is None:
            raise WalkFailed(f"{element} is not open; open are {sorted(wait.element for wait in waits)}")
        role = found.group.partition("@")[0] if isinstance(found, UserTaskWait) else ""
        if by and role and by != role:
            raise WalkFailed(f"{element} is for {role}, not for {by}")
        return found

    def _complete(self, wait: Wait, answers: Mapping[str, Any]) -> None:
        element = self.definition.elements[wait.element]
        form = self.definition.forms.get(element.form_key)
        named = form.variables if form is not None else {}
        raw = {variable: answers.get(field) for field, variable in named.items()}
        self.machine.complete(wait.id, decoded(self.definition.types_in(element.parent), raw))

    def _values(self, step: Mapping[str, Any], element: str) -> dict[str, Value]:
        parent = self.definition.elements[element].parent
        return decoded(self.definition.types_in(parent), step.get("gives", {}))

    def _store(self) -> None:
        self.passed += [(thing.kind, thing.element) for thing in self.machine.passed()]
        self.rules += [(made.element, made.rule_ids) for made in self.machine.decisions()]
        self.machine = Machine.load(self.definition, self.machine.dump())


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
