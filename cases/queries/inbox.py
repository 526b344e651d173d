"""The inbox: the tasks of a person and of their groups, most urgent first, with counts."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import CharField, F, Func, Q, Value

from accounts.models import User
from accounts.scope import Scope
from cases import audit, people, permissions
from cases.due_words import Explanation
from cases.errors import Reason
from cases.forms import Form
from cases.models import Case
from cases.querysets import names_of
from cases.services.answers import form_of
from cases.services.locking import uuid_of
from cases.visibility import tasks_visible_to
from engine import catalog, clock
from engine import sql as engine_sql
from engine.models import Task
from registries.models import Organisation, Person
from registries.text import search_words

from . import queues
from .barred import DID, barred, facts_of
from .counted import Counted, explanations
from .cursors import Cursor, decoded
from .queues import CAP, Selection
from .turn import places_of, who
from .views import Following, InboxFilters, InboxRow, Page, QueueCounts, State

MOST_FOUND: Final = 500
# The last part of a case's number; an index has it.
_RUNNING_NUMBER: Final = Func(
    F("number"), Value("-"), Value(4), function="split_part", output_field=CharField()
)
# What the beginning of a number looks like, from the abbreviation of its process on.
_NUMBER: Final = re.compile(r"VIIS-[A-Z]{2,5}(-\d{0,4}(-\d*)?)?")
_NOTHING: Final = QueueCounts(0, 0, 0, 0, 0)

# The rows of a page in its order, with what tells them apart and who did earlier tasks of the case.
_DETAILS: Final = """
WITH picked AS ({picked})
SELECT t.id, p.at, t.instance_id, t.public_id, t.element, t.form_key, t."group", t.assignee, t.status,
    t.opened_at, t.due_at, i.definition_id, i.status AS instance_status,
    c.public_id AS case_public_id, c.number, c.status AS case_status,
    c.process_key, c.subject_id, c.organisation_id, o.name AS organisation,
    coalesce(m.name, '') AS municipality,
    (SELECT u.person_id FROM accounts_user u WHERE u.id = c.applicant_id) AS applicant_person,
    EXISTS (SELECT 1 FROM cases_fieldcomment f
        WHERE f.case_id = c.id AND f.form_key = t.form_key AND f.answered_at IS NULL) AS returned,
    EXISTS (SELECT 1 FROM cases_fieldcomment f
        WHERE f.case_id = c.id AND f.answered_at = t.opened_at) AS corrected,
    concat_ws(' ', s.given_name, s.family_name) AS subject_name, {did} AS did
FROM picked p
JOIN engine_task t ON t.id = p.id
JOIN engine_processinstance i ON i.id = t.instance_id
JOIN cases_case c ON c.instance_id = t.instance_id
JOIN registries_organisation o ON o.id = c.organisation_id
LEFT JOIN registries_organisation m ON m.id = o.municipality_id
LEFT JOIN registries_person s ON s.id = c.subject_id
ORDER BY p.at {direction} NULLS LAST, p.id {direction}
"""


def inbox(
    scope: Scope, *, filters: InboxFilters | None = None, cursor: str | None = None, limit: int = 25
) -> Page:
    """A page of the inbox, in the order asked for; a search is recorded with what it found."""
    filters = filters or InboxFilters()
    if scope.actor.channel == "link" or scope.reads_only:
        return Page((), "", "", 0, _NOTHING)
    now = clock.now()
    found = _found(scope, filters.q)
    kept_from = barred(scope)
    chosen = queues.selection(scope, filters, _times(now), found, kept_from)
    edge = decoded(cursor)
    rows = _rows(chosen, edge, limit)
    more = len(rows) > limit
    backward = edge is not None and edge.backward
    rows = (rows[1:] if backward else rows[:limit]) if more else rows
    numbers = _counts(scope, now, kept_from)
    items = tuple(_items(rows, scope, now))
    persons = [person for row in rows for person in (row["subject_id"], row["applicant_person"])]
    cases = [str(item.case_public_id) for item in items]
    audit.record_list(scope.actor, "inbox", filters.q, cases, persons=persons)
    return Page(
        items=items,
        next_cursor=_edge(rows[-1]) if rows and (more or backward) else "",
        previous_cursor=_edge(rows[0], backward=True) if rows and edge and (more or not backward) else "",
        count=_count(chosen, filters, numbers),
        counts=numbers,
    )


def following(scope: Scope, task: UUID | str, *, filters: InboxFilters) -> Following | None:
    """The task that comes after this one in the list, also if this one has just left it.

    After the last comes the first again; none if nothing is left or they may not see the task.
    """
    found = (
        tasks_visible_to(scope)
        .filter(public_id=uuid_of(task))
        .values_list(queues.ORDERS[filters.sort].column, "pk")
        .first()
    )
    if found is None:
        return None
    below = inbox(scope, filters=filters, cursor=Cursor(*found).encoded(), limit=1)
    first = below if below.items else inbox(scope, filters=filters, limit=1)
    if not first.items or first.items[0].public_id == uuid_of(task):
        return None
    return Following(first.items[0], first.count, is_below=bool(below.items))


def rows_of(scope: Scope, tasks: Sequence[int]) -> tuple[InboxRow, ...]:
    """Tasks by their ids as rows of a list, most urgent first; whoever asks has looked whether they may."""
    picked = "SELECT t.id, t.due_at AS at FROM engine_task t WHERE t.id = ANY(%(tasks)s::bigint[])"
    statement = _DETAILS.format(picked=picked, did=DID, direction="ASC")
    rows = engine_sql.rows(statement, {"tasks": list(tasks)})
    return tuple(_items(rows, scope, clock.now()))


def counts(scope: Scope) -> QueueCounts:
    """How many tasks wait in each part of the inbox, each counted up to 1000."""
    if scope.actor.channel == "link" or scope.reads_only:
        return _NOTHING
    return _counts(scope, clock.now(), barred(scope))


def count(scope: Scope, filters: InboxFilters) -> int:
    """How many tasks these filters leave, counted up to 1000."""
    if scope.actor.channel == "link" or scope.reads_only:
        return 0
    now, kept_from = clock.now(), barred(scope)
    chosen = queues.selection(scope, filters, _times(now), _found(scope, filters.q), kept_from)
    return _number(chosen)


def week_end(now: datetime) -> datetime:
    """The end of the present week in Riga, Monday 00:00."""
    there = now.astimezone(ZoneInfo("Europe/Riga"))
    monday = there.date() + timedelta(days=7 - there.weekday())
    return datetime.combine(monday, time.min, ZoneInfo("Europe/Riga")).astimezone(UTC)


def _times(now: datetime) -> dict[str, Any]:
    return {"now": now, "week_end": week_end(now)}


def found_cases(scope: Scope, text: str) -> list[Case]:
    """At most 500 visible cases by number, by organisation, or by the person who applied or is concerned."""
    if not search_words(text):
        return []
    persons = list(Person.objects.matching(text).values_list("pk", flat=True)[:MOST_FOUND])
    users = list(User.objects.filter(person_id__in=persons).values_list("pk", flat=True))
    organisations = list(Organisation.objects.matching(text).values_list("pk", flat=True))
    found = Q(organisation_id__in=organisations) | Q(subject_id__in=persons) | Q(applicant_id__in=users)
    number = text.strip().upper()
    found |= Q(running_number=number.zfill(4)) if number.isdecimal() else _begun_with(number)
    cases = Case.objects.visible_to(scope).annotate(running_number=_RUNNING_NUMBER).filter(found)
    return list(cases.only("id", "public_id", "instance_id").order_by("-id")[:MOST_FOUND])


def _begun_with(number: str) -> Q:
    """The cases of this number, or whose numbers begin so: `PIE`, `PIE-2026`, `VIIS-PIE-2026-00`."""
    whole = number if number.startswith("VIIS-") else f"VIIS-{number}"
    return Q(number__startswith=whole) if _NUMBER.fullmatch(whole) else Q(number=number)


def _found(scope: Scope, text: str) -> list[int] | None:
    return [case.instance_id for case in found_cases(scope, text)] if text.strip() else None


def _rows(chosen: Selection, edge: Cursor | None, limit: int) -> list[dict[str, Any]]:
    direction = chosen.order.direction(backward=False)
    statement = _DETAILS.format(picked=queues.picked(chosen, edge), did=DID, direction=direction)
    parameters = {**chosen.parameters, "limit": limit + 1}
    if edge is not None:
        parameters |= {"edge_at": edge.at, "edge_id": edge.id}
    return engine_sql.rows(statement, parameters)


def _edge(row: dict[str, Any], *, backward: bool = False) -> str:
    return Cursor(row["at"], row["id"], backward).encoded()


def _count(chosen: Selection, filters: InboxFilters, numbers: QueueCounts) -> int:
    if filters == InboxFilters(queue=filters.queue, sort=filters.sort):
        known = {"mine": numbers.mine, "group": numbers.group, "waiting": numbers.waiting}
        return known.get(filters.queue, min(CAP, numbers.mine + numbers.group))
    return _number(chosen)


def _number(chosen: Selection) -> int:
    with connection.cursor() as cursor:
        cursor.execute(queues.counted(chosen), {**chosen.parameters, "limit": CAP})
        return int(cursor.fetchone()[0])


def _counts(scope: Scope, now: datetime, kept_from: list[int]) -> QueueCounts:
    waiting = queues.selection(scope, InboxFilters(queue="waiting"), _times(now), None, kept_from)
    week = queues.selection(scope, InboxFilters(queue="all", due_week=True), _times(now), None, kept_from)
    with connection.cursor() as cursor:
        cursor.execute(queues.tallied(waiting, week), {**waiting.parameters, "limit": CAP})
        return QueueCounts(*cursor.fetchone())


def _items(rows: Sequence[dict[str, Any]], scope: Scope, now: datetime) -> list[InboxRow]:
    named = people.names(row["assignee"] for row in rows)
    places = places_of(row["group"] for row in rows)
    told = explanations(_counted(row) for row in rows)
    return [_item(row, named, places, told[row["id"]], scope, now) for row in rows]


def _counted(row: Mapping[str, Any]) -> Counted:
    definition = catalog.definition(row["definition_id"])
    return Counted(
        task=row["id"],
        instance=row["instance_id"],
        definition=definition,
        rule=catalog.element_of(definition, row["element"]).due,
        start=row["opened_at"],
        due_at=row["due_at"],
        group=row["group"],
    )


def _item(
    row: dict[str, Any],
    named: Mapping[str, str],
    places: Mapping[int, str],
    told: Explanation,
    scope: Scope,
    now: datetime,
) -> InboxRow:
    facts = facts_of(row, Task(pk=row["id"], group=row["group"], assignee=row["assignee"]))
    definition, element = catalog.definition(row["definition_id"]), facts.element
    is_mine = row["assignee"] in names_of(scope.actor)
    return InboxRow(
        public_id=row["public_id"],
        element=row["element"],
        name_lv=element.name,
        name_en=element.name_en,
        form_key=row["form_key"],
        status=row["status"],
        group=row["group"],
        assignee=row["assignee"],
        assignee_name=named.get(row["assignee"], row["assignee"]),
        whose_lv="" if is_mine else who(row["group"], row["assignee"], named, places, "lv"),
        whose_en="" if is_mine else who(row["group"], row["assignee"], named, places, "en"),
        is_mine=is_mine,
        state=_state(row, is_mine),
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        counted_lv=told.text_lv,
        counted_en=told.text_en,
        is_overdue=row["due_at"] is not None and row["due_at"] < now,
        blocked=Reason.SUSPENDED
        if row["instance_status"] == "suspended"
        else permissions.against_person(facts, scope.actor.person_id),
        case_public_id=row["case_public_id"],
        case_number=row["number"],
        case_status=row["case_status"],
        subject_name=row["subject_name"],
        process_key=row["process_key"],
        process_lv=definition.name,
        process_en=definition.name_en,
        organisation_id=row["organisation_id"],
        organisation=row["organisation"],
        municipality=row["municipality"],
        **_bulk(form_of(definition, row["definition_id"], row["form_key"])),
    )


def _bulk(form: Form) -> dict[str, str]:
    asked = bool(form.schema.get("x-bulk"))
    return {"bulk_lv": form.submit_lv if asked else "", "bulk_en": form.submit_en if asked else ""}


def _state(row: dict[str, Any], is_mine: bool) -> State:
    if row["returned"]:
        return "returned"
    if row["corrected"]:
        return "corrected"
    if row["assignee"]:
        return "mine" if is_mine else "taken"
    return "new"
