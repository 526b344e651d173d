"""Writes what a step leaves behind in cases: the new case, and at the end its row with the audit."""

import json
from collections.abc import Mapping
from typing import Any

from cases import sql
from cases.audit.chain import chain_of, extend
from cases.audit.record import columns, keyed
from cases.errors import Busy
from cases.models import Case
from cases.steps import CaseStep
from engine import sql as engine_sql


def save_new_case(step: CaseStep, instance_id: int) -> Case:
    """Save the case that this step starts; from now on handlers can refer to it."""
    case = step.case
    row = engine_sql.row(
        sql.INSERT_CASE,
        {
            "public_id": case.public_id,
            "number": case.number,
            "process_key": case.process_key,
            "instance": instance_id,
            "organisation": case.organisation_id,
            "applicant": case.applicant_id,
            "subject": case.subject_id,
            "now": step.now,
            "start_key": case.start_key,
        },
    )
    if row is None:
        raise Busy
    case.pk, case.instance_id = row["id"], instance_id
    case._state.adding = False
    case._state.db = "default"
    return case


def end_step(step: CaseStep, *, task_id: int | None = None, result: Mapping[str, Any] | None = None) -> None:
    """Write the case with its chain's head, the audit rows, and what the person is told."""
    case = step.case
    chain = chain_of(case.pk)
    linked = extend(chain, bytes(case.chain_head), case.chain_length, keyed(step.entries, step.user))
    row = engine_sql.row(
        sql.END,
        {
            **columns(chain, linked),
            "task": task_id,
            "result": json.dumps(dict(result or {})),
            "status": str(case.status),
            "outcome": case.outcome,
            "subject": case.subject_id,
            "submitted_at": case.submitted_at,
            "decided_at": case.decided_at,
            "closed_at": case.closed_at,
            "case": case.pk,
            "expected": case.chain_length,
        },
    )
    if row is None:
        raise Busy
    case.chain_head, case.chain_length = linked[-1].digest, linked[-1].seq
    step.entries.clear()
