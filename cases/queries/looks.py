"""Who looked at a person's data, when and why, out of the audit, for that person alone."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.actors import Actor
from accounts.models import RoleGrant
from cases import people
from cases.models import Case, Document, LegalHold
from engine import catalog, sql
from engine.models import Task

from .cursors import cut, decoded
from .queues import CAP
from .views.looks import Look, LookPage, What

RIGA: Final = ZoneInfo("Europe/Riga")

# The condition is that of the index `audit_of_person`; a case whose looks an order hides is left out.
_FOUND: Final = """
FROM cases_auditentry e
WHERE e.fields ? 'persons' AND (e.fields -> 'persons') @> to_jsonb(%(person)s::bigint)
    AND (e.actor = ANY(%(own_names)s::text[])) = %(own)s::boolean
    AND e.at >= %(begin)s::timestamptz AND e.at < %(end)s::timestamptz
    AND NOT (coalesce(e.fields ->> 'case', split_part(e.object, ':', 2)) = ANY(%(hidden)s::text[]))
    AND NOT (coalesce(e.fields -> 'found', '[]'::jsonb) ?| %(hidden)s::text[])
    AND NOT (coalesce(e.fields -> 'cases', '[]'::jsonb) ?| %(hidden)s::text[])
"""
_PAGE: Final = f"""
SELECT e.id, e.at, e.actor, e.action, e.object, e.fields::text AS fields {_FOUND}
    AND (%(edge)s::bigint IS NULL OR CASE WHEN %(backward)s::boolean THEN e.id > %(edge)s::bigint
        ELSE e.id < %(edge)s::bigint END)
ORDER BY CASE WHEN %(backward)s::boolean THEN e.id ELSE -e.id END LIMIT %(limit)s::bigint
"""
_COUNT: Final = f"SELECT count(*) AS n FROM (SELECT 1 {_FOUND} LIMIT {CAP}) found"  # noqa: S608 (our constants)
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
_END: Final = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included, in Riga; an empty side is open."""

    first: date | None = None
    last: date | None = None

    @property
    def begin(self) -> datetime:
        """The first instant."""
        if self.first is None or self.first <= _BEGINNING.date():
            return _BEGINNING
        return min(datetime.combine(self.first, time.min, RIGA), _END)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        if self.last is None or self.last >= _END.date():
            return _END
        return datetime.combine(self.last + timedelta(days=1), time.min, RIGA)


def looks(
    actor: Actor,
    period: Period | None = None,
    *,
    own: bool = False,
    cursor: str | None = None,
    limit: int = 25,
) -> LookPage:
    """Who looked at the data of whoever asks, newest first; their own looks are apart."""
    if actor.person_id is None:
        return LookPage((), "", "", 0)
    edge = decoded(cursor)
    period = period or Period()
    backward = edge is not None and edge.backward
    parameters = {
        "person": actor.person_id,
        "own": own,
        "own_names": [actor.key, f"person:{actor.person_id}"],
        "begin": period.begin,
        "end": period.end,
        "hidden": _hidden(actor.person_id),
    }
    page = {"edge": edge.id if edge else None, "backward": backward, "limit": limit + 1}
    rows = [{**row, "fields": json.loads(row["fields"])} for row in sql.rows(_PAGE, {**parameters, **page})]
    turned = cut(rows, edge, limit, lambda row: int(row["id"]))
    return LookPage(
        items=_told(turned.rows, own=own),
        next_cursor=turned.next_cursor,
        previous_cursor=turned.previous_cursor,
        count=sql.rows(_COUNT, parameters)[0]["n"],
    )


def _hidden(person: int) -> list[str]:
    """Cases about the person, or from them, of which an order says so."""
    held = LegalHold.objects.filter(hides_looks=True, released_at=None)
    about = held.filter(case__subject_id=person) | held.filter(case__applicant__person_id=person)
    return [str(public_id) for public_id in about.values_list("case__public_id", flat=True)]


def _told(rows: Sequence[Mapping[str, Any]], *, own: bool) -> tuple[Look, ...]:
    named = people.names(row["actor"] for row in rows)
    grants = _grants(row["actor"] for row in rows)
    abouts = [_about(row) for row in rows]
    cases = _cases(case for _what, case, _other in abouts)
    titles = _titles((what, other) for what, _case, other in abouts)
    found = []
    for row, (what, case_id, other) in zip(rows, abouts, strict=True):
        case = cases.get(case_id) if case_id else None
        definition = catalog.definition(case.instance.definition_id) if case else None
        title = titles.get(other, ("", ""))
        found.append(
            Look(
                id=row["id"],
                at=row["at"],
                who=str(named.get(row["actor"], "")),
                roles=tuple(_held(grants.get(row["actor"], ()), row["at"])),
                is_own=own,
                what=what,
                channel=str(row["fields"].get("channel", "")),
                case_public_id=case.public_id if case else None,
                case_number=case.number if case else "",
                process_lv=definition.name if definition else "",
                process_en=definition.name_en if definition else "",
                title_lv=title[0],
                title_en=title[1],
                cases=int(row["fields"].get("count", len(row["fields"].get("cases", ())))),
            )
        )
    return tuple(found)


def _about(row: Mapping[str, Any]) -> tuple[What, UUID | None, UUID | None]:
    """What was looked at, the case it belongs to, and which task or document it is."""
    kind, _, rest = row["object"].partition(":")
    if row["action"] in ("list", "search"):
        return ("search" if row["action"] == "search" else "list"), None, None
    if kind in ("tasks", "bulk"):
        return "list", None, None
    if kind == "message":
        return "message", _uuid(row["fields"].get("case", "")), None
    if kind == "case":
        return "case", _uuid(rest), None
    if kind in ("task", "document"):
        return ("task" if kind == "task" else "document"), _uuid(row["fields"].get("case", "")), _uuid(rest)
    return "account", None, None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _cases(public_ids: Iterable[UUID | None]) -> Mapping[UUID, Case]:
    wanted = {public_id for public_id in public_ids if public_id}
    cases = Case.objects.select_related("instance").defer("instance__state", "instance__state_sha256")
    return {case.public_id: case for case in cases.filter(public_id__in=wanted)}


def _titles(wanted: Iterable[tuple[str, UUID | None]]) -> Mapping[UUID | None, tuple[str, str]]:
    """What tasks and documents are called."""
    kinds = list(wanted)
    documents = Document.objects.filter(public_id__in=[one for what, one in kinds if what == "document"])
    titles: dict[UUID | None, tuple[str, str]] = {
        row.public_id: (row.title_lv, row.title_en) for row in documents.defer("file_name")
    }
    tasks = Task.objects.filter(public_id__in=[one for what, one in kinds if what == "task"])
    for public_id, element, definition in tasks.values_list(
        "public_id", "element", "instance__definition_id"
    ):
        known = catalog.definition(definition).elements.get(element)
        titles[public_id] = (known.name, known.name_en) if known else ("", "")
    return titles


def _grants(actors: Iterable[str]) -> Mapping[str, list[RoleGrant]]:
    ids = {int(actor.removeprefix("user:")) for actor in actors if actor.startswith("user:")}
    found: dict[str, list[RoleGrant]] = {}
    for grant in RoleGrant.objects.filter(user_id__in=ids).select_related("organisation").order_by("id"):
        found.setdefault(f"user:{grant.user_id}", []).append(grant)
    return found


def _held(grants: Iterable[RoleGrant], at: datetime) -> Iterable[tuple[str, str]]:
    """The roles that stood at that moment, each with its organisation."""
    for grant in grants:
        if grant.granted_at <= at and (grant.revoked_at is None or grant.revoked_at > at):
            yield grant.role, grant.organisation.name
