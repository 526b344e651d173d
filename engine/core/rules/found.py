"""Collects what the gate finds in one definition."""

from __future__ import annotations

from engine.core.definition import Definition, Element, Flow, Lane, Violation
from engine.core.rules.known import Known
from engine.core.rules.texts import TEXTS


class Found:
    """Collects violations of one definition."""

    def __init__(self, definition: Definition, known: Known) -> None:
        self.definition = definition
        self.known = known
        self.violations: list[Violation] = []

    @property
    def broken(self) -> frozenset[str]:
        """The rules that are broken so far."""
        return frozenset(violation.rule for violation in self.violations)

    def add(self, kind: str, where: str, detail: object = "") -> None:
        """Adds a finding at an element, a sequence flow, a lane or a variable."""
        text = TEXTS[kind]
        definition = self.definition
        things: tuple[Element | Flow | Lane | None, ...] = (
            definition.elements.get(where),
            definition.flows.get(where),
            definition.lanes.get(where),
        )
        thing = next((one for one in things if one is not None), None)
        name = thing.name if thing is not None else definition.name if where == definition.key else ""
        said = [part.replace("{detail}", str(detail)) for part in text[1:]]
        violation = Violation(text.rule, where, name, *said)
        if violation not in self.violations:
            self.violations.append(violation)
