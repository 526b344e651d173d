"""The gate: which diagrams may be deployed, and what to draw instead of those that may not."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.core.definition import Definition, Violation
from engine.core.rules.elements import element_violations
from engine.core.rules.names import name_violations
from engine.core.rules.shape import shape_violations
from engine.core.rules.tables import table_violations
from engine.core.rules.texts import Found
from engine.core.rules.variables import variable_violations
from engine.core.rules.walks import walk_violations


def check(
    definition: Definition, *, topics: Mapping[str, str], forms: Collection[str]
) -> tuple[Violation, ...]:
    """Every rule that the definition breaks, none when it may be deployed.

    `topics` names the handlers (topic to `in_step` or `job`), `forms` the form keys that exist
    apart from those in the folder itself.
    """
    found = Found(definition)
    element_violations(found, topics, {*forms, *definition.forms})
    shape_violations(found)
    variable_violations(found)
    table_violations(found)
    name_violations(found)
    if not {"P1", "P2", "P4", "P12"} & {violation.rule for violation in found.violations}:
        walk_violations(found)
    return tuple(found.violations)
