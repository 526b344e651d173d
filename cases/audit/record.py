"""Writes audit rows: into the chain of a case under its lock, or into a chain of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.actors import SYSTEM, Actor
from accounts.models import User
from cases import steps
from cases.models import Case
from engine import sql

from .chain import Entry, Linked, chain_of, extend

INSERT_ENTRIES: Final = """
INSERT INTO cases_auditentry (chain, seq, at, actor, on_behalf_of, action, object, fields, previous, digest)
SELECT %(chain)s::text, n.seq, n.at, n.actor, n.on_behalf_of, n.action, n.object, n.fields,
    decode(n.previous, 'hex'), decode(n.digest, 'hex')
FROM jsonb_to_recordset(%(entries)s::jsonb) AS n (seq integer, at timestamptz, actor text, on_behalf_of text,
    action text, object text, fields jsonb, previous text, digest text)
"""

# A chain that belongs to no case: made if it is not there, locked, its end read.
_LOCK_CHAIN: Final = """
INSERT INTO cases_auditchain (chain, head, length) VALUES (%(chain)s, '', 0)
ON CONFLICT (chain) DO UPDATE SET length = cases_auditchain.length
RETURNING head, length
"""
_APPEND_TO_CHAIN: Final = f"""
WITH entries AS ({INSERT_ENTRIES})
UPDATE cases_auditchain SET head = %(head)s, length = %(length)s WHERE chain = %(chain)s RETURNING length
"""  # noqa: S608 (our constants)

# The chain of a case, under the case's own lock.
_LOCK_CASE: Final = (
    "SELECT chain_head AS head, chain_length AS length FROM cases_case WHERE id = %(case)s FOR UPDATE"
)
_APPEND_TO_CASE: Final = f"""
WITH entries AS ({INSERT_ENTRIES})
UPDATE cases_case SET chain_head = %(head)s, chain_length = %(length)s WHERE id = %(case)s RETURNING id
"""  # noqa: S608 (our constants)


def record(
    chain: str | Case,
    actor: Actor | str,
    action: str,
    object: str,  # noqa: A002 (the audit's own word)
    fields: Mapping[str, Any],
    now: datetime,
) -> None:
    """Add an entry to a case's chain, with the step under way if there is one, or to a chain by name."""
    append(chain, [Entry(action, actor.name if isinstance(actor, Actor) else actor, now, object, fields)])


def keyed(entries: Iterable[Entry], known: Actor = SYSTEM) -> list[Entry]:
    """The entries with `user:<id>` for each username: a name is a person's, an id is ours."""
    ids = {known.name: known.key, SYSTEM.name: SYSTEM.key}
    kept = []
    for entry in entries:
        if entry.actor not in ids:
            ids[entry.actor] = key_of(entry.actor)
        kept.append(replace(entry, actor=ids[entry.actor]))
    return kept


def key_of(actor: str) -> str:
    """What the audit keeps of who acts, where only a row's word for them is known."""
    user = None if ":" in actor else User.objects.filter(username=actor).values_list("pk", flat=True).first()
    return actor if user is None else f"user:{user}"


def append(chain: str | Case, entries: Iterable[Entry]) -> None:
    """Add entries to the end of a chain, in a transaction of their own or the caller's."""
    if isinstance(chain, Case):
        chain = chain_of(chain.pk)
    case_id = int(chain.removeprefix("case:")) if chain.startswith("case:") else None
    current = steps.of_case(case_id)
    if current is not None:
        current.entries.extend(entries)
        return
    entries = keyed(entries)
    with transaction.atomic():
        if case_id is None:
            _append(chain, entries, _LOCK_CHAIN, _APPEND_TO_CHAIN, {})
        else:
            _append(chain, entries, _LOCK_CASE, _APPEND_TO_CASE, {"case": case_id})


def _append(chain: str, entries: Iterable[Entry], lock: str, write: str, keys: dict[str, Any]) -> None:
    end = sql.row(lock, {"chain": chain, **keys})
    if end is None:
        raise LookupError(chain)
    linked = extend(chain, bytes(end["head"]), end["length"], entries)
    if linked:
        sql.row(write, {**columns(chain, linked), **keys})


def columns(chain: str, linked: list[Linked]) -> dict[str, Any]:
    """The parameters of INSERT_ENTRIES, with the chain's new head and length."""
    return {
        "chain": chain,
        "head": linked[-1].digest,
        "length": linked[-1].seq,
        "entries": sql.many(rows_of(linked)),
    }


def rows_of(linked: Iterable[Linked]) -> list[dict[str, Any]]:
    """Linked entries as the statements that write them take them."""
    return [
        {
            "seq": row.seq,
            "at": row.entry.at,
            "actor": row.entry.actor,
            "on_behalf_of": row.entry.on_behalf_of,
            "action": row.entry.action,
            "object": row.entry.object,
            "fields": dict(row.entry.fields),
            "previous": row.previous.hex(),
            "digest": row.digest.hex(),
        }
        for row in linked
    ]
