"""Collects what the gate finds in one definition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from engine.core.definition import Definition, Element, Flow, Lane, Violation
from engine.core.rules.known import Known
from engine.core.rules.texts import TEXTS

_SLOT: Final = re.compile(r"\{([a-z]+)\}")


class Found:
    """Collects violations of one definition."""

    def __init__(self, definition: Definition, known: Known) -> None:
        self.definition = definition
        self.known = known
        self.violations: list[Violation] = []
        self.cautions: list[Violation] = []
        self._told: set[tuple[bool, Violation]] = set()

    @property
    def broken(self) -> frozenset[str]:
        """The rules that are broken so far."""
        return frozenset(violation.rule for violation in self.violations)

    def add(self, kind: str, where: str, detail: object = "", **slots: object) -> None:
        """Adds a finding at an element, a sequence flow, a lane, a variable or a decision."""
        self._keep(self.violations, kind, where, {"detail": detail, **slots})

    def caution(self, kind: str, where: str, **slots: object) -> None:
        """Adds what whoever deploys should know, and what refuses nothing."""
        self._keep(self.cautions, kind, where, slots)

    def _keep(self, kept: list[Violation], kind: str, where: str, slots: Mapping[str, object]) -> None:
        text = TEXTS[kind]
        violation = Violation(
            text.rule, where, self._name(where), *(_filled(part, slots) for part in text[1:])
        )
        told = (kept is self.violations, violation)
        if told not in self._told:
            self._told.add(told)
            kept.append(violation)

    def _name(self, where: str) -> str:
        definition = self.definition
        things: tuple[Element | Flow | Lane | None, ...] = (
            definition.elements.get(where),
            definition.flows.get(where),
            definition.lanes.get(where),
        )
        thing = next((one for one in things if one is not None), None)
        if thing is None and where in definition.decisions:
            return definition.decisions[where].newest.name
        return thing.name if thing is not None else definition.name if where == definition.key else ""


def _filled(text: str, slots: Mapping[str, object]) -> str:
    """The text with each `{slot}` replaced once, so that what somebody wrote is never read as a slot."""
    return _SLOT.sub(lambda found: str(slots.get(found[1], found[0])), text)
