"""Starts one process for many organisations in one transaction, as many single starts would have done it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from accounts.actors import Actor
from cases import numbering, steps
from cases.audit.chain import chain_of, extend
from cases.audit.record import keyed, rows_of
from cases.errors import Busy
from cases.models import Case
from cases.notifications import told_together
from cases.steps import CaseStep
from cases.variables import ministry_of_the_day, start_variables
from engine import catalog
from engine import sql as engine_sql
from engine.models import ProcessDefinition
from engine.services import open_instances, run_opened
from registries.models import Organisation

_INSERT: Final = """
INSERT INTO cases_case (public_id, number, process_key, instance_id, status, outcome, organisation_id,
    applicant_id, subject_id, created_at, chain_head, chain_length, start_key)
SELECT n.public_id, n.number, %(process_key)s::text, n.instance, 'draft', '', n.organisation, NULL, NULL,
    %(now)s::timestamptz, '', 0, %(start_key)s::text
FROM jsonb_to_recordset(%(cases)s::jsonb)
    AS n (position integer, public_id uuid, number text, instance bigint, organisation bigint)
ORDER BY n.position
RETURNING id, instance_id
"""

# Ends the steps: the cases with their chains' heads, and the audit rows.
_END: Final = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%(cases)s::jsonb) AS n (id bigint, status text, outcome text,
        subject bigint, submitted_at timestamptz, decided_at timestamptz, closed_at timestamptz, chain text,
        head text, length integer, entries jsonb)
), entries AS (
    INSERT INTO cases_auditentry
        (chain, seq, at, actor, on_behalf_of, action, object, fields, previous, digest)
    SELECT given.chain, e.seq, e.at, e.actor, e.on_behalf_of, e.action, e.object, e.fields,
        decode(e.previous, 'hex'), decode(e.digest, 'hex')
    FROM given CROSS JOIN LATERAL jsonb_to_recordset(given.entries) AS e (seq integer, at timestamptz,
        actor text, on_behalf_of text, action text, object text, fields jsonb, previous text, digest text)
    ORDER BY given.id, e.seq
)
UPDATE cases_case c
SET status = n.status, outcome = n.outcome, subject_id = n.subject, submitted_at = n.submitted_at,
    decided_at = n.decided_at, closed_at = n.closed_at, chain_head = decode(n.head, 'hex'),
    chain_length = n.length
FROM given n WHERE c.id = n.id AND c.chain_length = 0
RETURNING c.id
"""


@dataclass(frozen=True, slots=True)
class Begin:
    """What many cases begin with: their process, who asks for them, when, the key that starts each once."""

    row: ProcessDefinition
    user: Actor
    now: datetime
    key: str


def start_many(begin: Begin, organisations: Sequence[Organisation]) -> dict[int, Case]:
    """A case without an applicant for each organisation, by its id, in the caller's transaction.

    What is raised, by whichever of them, undoes all.
    """
    definition = catalog.definition(begin.row.pk)
    numbers = numbering.next_numbers(definition, len(organisations), now=begin.now)
    opened = open_instances(begin.row, numbers, now=begin.now)
    cases = [
        Case(
            number=number,
            process_key=definition.key,
            instance_id=locked.id,
            organisation=organisation,
            created_at=begin.now,
            start_key=begin.key,
        )
        for number, locked, organisation in zip(numbers, opened, organisations, strict=True)
    ]
    _insert(begin, cases)
    taken = [CaseStep(case, begin.user, begin.now, "start") for case in cases]
    ministry = ministry_of_the_day()
    with told_together(begin.now):
        run_opened(
            opened,
            [_variables(definition.variables, one, ministry) for one in organisations],
            actor=begin.user.name,
            now=begin.now,
            around=lambda position: steps.under_way(taken[position]),
        )
    _end(taken)
    return {case.organisation_id: case for case in cases}


def _variables(
    declared: Mapping[str, Any], organisation: Organisation, ministry: int | None
) -> dict[str, Any]:
    given = start_variables(organisation, None, ministry=ministry)
    return {name: value for name, value in given.items() if name in declared}


def _insert(begin: Begin, cases: Sequence[Case]) -> None:
    rows = engine_sql.rows(
        _INSERT,
        {
            "process_key": begin.row.key,
            "start_key": begin.key,
            "now": begin.now,
            "cases": engine_sql.many(
                {
                    "position": position,
                    "public_id": str(case.public_id),
                    "number": case.number,
                    "instance": case.instance_id,
                    "organisation": case.organisation_id,
                }
                for position, case in enumerate(cases)
            ),
        },
    )
    ids = {row["instance_id"]: row["id"] for row in rows}
    for case in cases:
        case.pk = ids[case.instance_id]
        case._state.adding = False
        case._state.db = "default"


def _end(taken: Sequence[CaseStep]) -> None:
    rows = engine_sql.rows(_END, {"cases": engine_sql.many(_ended(step) for step in taken)})
    if len(rows) < len(taken):
        raise Busy
    for step in taken:
        step.entries.clear()


def _ended(step: CaseStep) -> dict[str, Any]:
    case = step.case
    chain = chain_of(case.pk)
    linked = extend(chain, b"", 0, keyed(step.entries, step.user))
    case.chain_head, case.chain_length = linked[-1].digest, linked[-1].seq
    return {
        "id": case.pk,
        "status": str(case.status),
        "outcome": case.outcome,
        "subject": case.subject_id,
        "submitted_at": case.submitted_at,
        "decided_at": case.decided_at,
        "closed_at": case.closed_at,
        "chain": chain,
        "head": linked[-1].digest.hex(),
        "length": linked[-1].seq,
        "entries": rows_of(linked),
    }
