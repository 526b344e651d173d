"""Writes rows into the chain of this process and day: one statement, whatever their number."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from engine import clock, sql

from .chain import CANONICAL

if TYPE_CHECKING:
    from .gathering import Look

RIGA: Final = ZoneInfo("Europe/Riga")

# The digests are counted where the end of the chain is locked: what `chain.canonical` writes, with the
# place and the time put in between. A chain that is not there yet gives no row.
_WRITE: Final = f"""
WITH RECURSIVE given AS (
    SELECT * FROM jsonb_to_recordset(%(looks)s::jsonb) AS n
        (n integer, rest text, actor text, action text, object text, fields jsonb)
), ending AS (
    SELECT head, length FROM cases_auditchain WHERE chain = %(chain)s FOR UPDATE
), moment AS (
    SELECT b.at, to_char(b.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00' AS written
    FROM (SELECT {clock.SQL_NOW} AS at) b
), linked AS (
    SELECT 0 AS n, length::integer AS seq, ''::bytea AS previous, head AS digest FROM ending
    UNION ALL
    SELECT g.n, l.seq + 1, l.digest, sha256(l.digest || convert_to(
        %(before)s::text || (l.seq + 1)::text || ',"' || m.written || '",' || g.rest, 'UTF8'))
    FROM linked l JOIN given g ON g.n = l.n + 1 CROSS JOIN moment m
), entries AS (
    INSERT INTO cases_auditentry (chain, seq, at, actor, on_behalf_of, action, object, fields,
        previous, digest)
    SELECT %(chain)s::text, l.seq, m.at, g.actor, '', g.action, g.object, g.fields, l.previous, l.digest
    FROM linked l JOIN given g ON g.n = l.n CROSS JOIN moment m ORDER BY l.n
)
UPDATE cases_auditchain c SET head = l.digest, length = l.seq
FROM linked l WHERE l.n = %(count)s::integer AND c.chain = %(chain)s RETURNING c.length
"""  # noqa: S608 (our constants)
_BEGIN: Final = (
    "INSERT INTO cases_auditchain (chain, head, length) VALUES (%(chain)s, '', 0) "
    "ON CONFLICT DO NOTHING RETURNING chain"
)


def chain_of_today() -> str:
    """The name of this process's chain; the day is the machine's own, each row has its time."""
    return f"day:{datetime.now(RIGA):%Y-%m-%d}:{socket.gethostname()[:40]}:{os.getpid()}"


def write(looks: Sequence[Look]) -> None:
    """Add the rows to the chain of the day, all or none."""
    chain = chain_of_today()
    parameters = {
        "chain": chain,
        "before": f"[{CANONICAL.encode(chain)},",
        "count": len(looks),
        "looks": sql.many(_row(number, look) for number, look in enumerate(looks, start=1)),
    }
    if sql.row(_WRITE, parameters) is None:
        sql.row(_BEGIN, {"chain": chain})
        if sql.row(_WRITE, parameters) is None:
            raise LookupError(chain)


def _row(number: int, look: Look) -> dict[str, Any]:
    fields = json.loads(json.dumps(dict(look.fields)))
    about = look.object.replace("\x00", "")[:100]
    rest = CANONICAL.encode([look.actor, "", look.action, about, fields])[1:]
    return {
        "n": number,
        "rest": rest,
        "actor": look.actor,
        "action": look.action,
        "object": about,
        "fields": fields,
    }
