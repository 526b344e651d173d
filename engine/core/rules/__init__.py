"""The gate: which diagrams may be deployed, and what to draw instead of those that may not."""

from __future__ import annotations

from engine.core.definition import Definition, Violation
from engine.core.rules.elements import element_violations
from engine.core.rules.found import Found
from engine.core.rules.known import Known
from engine.core.rules.names import name_violations
from engine.core.rules.people import people_violations
from engine.core.rules.shape import shape_violations
from engine.core.rules.steps import step_violations
from engine.core.rules.tables import table_violations
from engine.core.rules.variables import variable_violations
from engine.core.rules.walks import walk_violations


def check(definition: Definition, known: Known) -> tuple[Violation, ...]:
    """Every rule that the definition breaks, none when it may be deployed."""
    found = Found(definition, known)
    element_violations(found)
    shape_violations(found)
    variable_violations(found)
    table_violations(found)
    name_violations(found)
    people_violations(found)
    if not found.broken & {"P1", "P2", "P4", "P12"}:
        walk_violations(found)
    if not found.broken & {"P1", "P2", "P4", "P5", "P10", "P12"}:
        step_violations(found)
    return tuple(found.violations)


def cautions(definition: Definition) -> tuple[Violation, ...]:
    """What one should know of a definition that may be deployed: where a decision table leaves a gap."""
    found = Found(definition, Known(topics={}, roles=()))
    table_violations(found)
    return tuple(found.cautions)
