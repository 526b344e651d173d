"""Which rules of decision tables a case was decided by, in the words that the tables have for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.models import Case
from engine import catalog
from engine.core.decisions import Table
from engine.core.definition import Definition
from engine.models import DecisionMade


@dataclass(frozen=True, slots=True)
class RuleApplied:
    """A rule that fired, by its number in the table; none when the default of the table held."""

    decision: str
    table_lv: str
    table_en: str
    number: int | None
    words_lv: str
    words_en: str
    digest: str
    at: datetime


def rules_applied(case: Case, decision: str = "") -> tuple[RuleApplied, ...]:
    """The rules that fired in a case, of one decision or of all, oldest first."""
    made = DecisionMade.objects.filter(instance_id=case.instance_id).order_by("completion_id", "position")
    if decision:
        made = made.filter(decision=decision)
    definition = catalog.definition(case.instance.definition_id)
    return tuple(applied for row in made for applied in _applied(definition, row))


def newest_rule(case: Case, decision: str) -> RuleApplied | None:
    """The rule by which a decision was last made in a case; none if it was never asked."""
    found = rules_applied(case, decision)
    return found[-1] if found else None


def _applied(definition: Definition, row: DecisionMade) -> list[RuleApplied]:
    table = _table(definition, row)
    words = {} if table is None else {rule.id: (rule.words, rule.words_en) for rule in table.rules}
    name = (row.decision, row.decision) if table is None else (table.name or table.id, table.name_en)
    fired = [(number, *words.get(key, ("", ""))) for number, key in row.rules] or [(None, "", "")]
    return [
        RuleApplied(
            decision=row.decision,
            table_lv=name[0],
            table_en=name[1] or name[0],
            number=number,
            words_lv=latvian,
            words_en=english or latvian,
            digest=row.digest,
            at=row.at,
        )
        for number, latvian, english in fired
    ]


def _table(definition: Definition, row: DecisionMade) -> Table | None:
    """The version that was asked, while the case still runs by a definition that has it."""
    decision = definition.decisions.get(row.decision)
    versions = decision.versions if decision is not None else ()
    return next((table for table in versions if table.digest == row.digest), None)
