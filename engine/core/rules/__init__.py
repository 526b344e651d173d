"""The gate: which diagrams may be deployed, and what to draw instead of those that may not."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from engine.core.definition import Definition, Violation
from engine.core.regions import catcher
from engine.core.rules.calls import call_violations
from engine.core.rules.echoes import echo_violations
from engine.core.rules.elements import element_violations, size_violations
from engine.core.rules.found import Found
from engine.core.rules.known import Known
from engine.core.rules.names import name_violations
from engine.core.rules.people import people_violations
from engine.core.rules.repeated import repeated_violations
from engine.core.rules.shape import shape_violations
from engine.core.rules.starts import start_violations
from engine.core.rules.steps import step_violations
from engine.core.rules.tables import table_violations
from engine.core.rules.variables import variable_violations
from engine.core.rules.walks import walk_violations


def check(definition: Definition, known: Known) -> tuple[Violation, ...]:
    """Every rule that the definition breaks, none when it may be deployed; of what is too large only that."""
    whole = Found(definition, known)
    size_violations(whole)
    if whole.violations:
        return tuple(whole.violations)
    found = Found(definition.source or definition, known)
    element_violations(found)
    call_violations(found)
    start_violations(found)
    shape_violations(found)
    repeated_violations(found)
    variable_violations(found)
    table_violations(found)
    name_violations(found)
    people_violations(found)
    if not found.broken & {"P1", "P2", "P4", "P10", "P12"}:
        _together(found, definition)
    return tuple(found.violations)


def _together(found: Found, definition: Definition) -> None:
    """What shows only when everything moves, in what is called too."""
    whole = Found(_alone(definition), found.known)
    walk_violations(whole)
    echo_violations(whole)
    if "P5" not in found.broken and not whole.violations:
        step_violations(whole)
    found.violations.extend(whole.violations)


def _alone(definition: Definition) -> Definition:
    """The definition without a caller: an error that is left to one ends the scope that throws it."""
    if not definition.thrown:
        return definition
    ends = {
        key: replace(element, terminate=True)
        for key, element in definition.elements.items()
        if element.throws == "error" and catcher(definition, key) is None
    }
    return replace(definition, elements=MappingProxyType({**definition.elements, **ends}), private={})


def cautions(definition: Definition) -> tuple[Violation, ...]:
    """What one should know of a definition that may be deployed: where a decision table leaves a gap."""
    found = Found(definition, Known(topics={}, roles=()))
    table_violations(found)
    return tuple(found.cautions)
