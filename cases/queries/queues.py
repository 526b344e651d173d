"""The SQL of the inbox: one index range per candidate group, merged by urgency.

A task belongs to the queue `mine` by its assignee and to `group` by its group while nobody has it. Each name
is one range of a partial index that is ordered by due date, or by when the task came, read only as far as the
page goes; `= ANY(...)` over the same index would lose the order and read everything. Tasks without a due date
come last. There is no order by what stands in other tables, for no index could have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.scope import Scope
from cases.querysets import names_of
from engine import catalog
from engine.models import ProcessDefinition

from .cursors import Cursor
from .views import InboxFilters, Queue, Sort

CAP: Final = 1000

# One range: `{owner}` is the column that the names are matched with, `{free}` narrows to the partial index.
_RANGE: Final = """
SELECT x.id, x.at FROM unnest({names}::text[]) AS n (name){each} CROSS JOIN LATERAL (
    SELECT t.id, t.{column} AS at FROM engine_task t
    WHERE t.{owner} = n.name AND t.status = 'open' AND {free}{filters} AND {edge}
    {order} LIMIT %(limit)s
) x
"""
# Neither a join, which the planner would begin at all cases of the process, nor a plain comparison, which it
# would take for so rare that it would read and sort the whole queue.
_OF_PROCESS: Final = """
CASE WHEN (SELECT c.process_key FROM cases_case c WHERE c.instance_id = t.instance_id) = %(process)s
    THEN TRUE ELSE FALSE END"""

# A process has few pairs of element and form, and each pair of a group is one range of an index: what the
# group has of other processes is not read, however much it is. Written as ranges: what is equal the planner
# leaves out of the order, and may then read the index of the whole group to its end for a rare form.
_EACH_FORM: Final = " CROSS JOIN unnest(%(elements)s::text[], %(forms)s::text[]) AS e (element, form)"
_OF_FORM: Final = """ AND t.element BETWEEN e.element AND e.element
    AND t.form_key BETWEEN e.form AND e.form"""

# What waits for others: the newest cases that they submitted or returned, and what colleagues have taken.
_NOT_MINE: Final = """t.status = 'open' AND t.assignee <> ALL(%(names)s::text[])
    AND NOT (t.assignee = '' AND t."group" = ANY(%(groups)s::text[]))"""
_BARRED: Final = """
SELECT t.id, t.{column} AS at FROM engine_task t
WHERE t.id = ANY(%(barred)s::bigint[]) AND t.status = 'open'{filters} AND {edge}
{order} LIMIT %(limit)s
"""
_OTHERS: Final = """
SELECT t.id, t.{column} AS at FROM (
    (SELECT w.instance_id FROM cases_case w
     WHERE w.applicant_id = %(user)s::bigint AND w.status IN ('draft', 'submitted', 'returned', 'decided')
     ORDER BY w.instance_id DESC LIMIT 1000)
    UNION
    (SELECT w.instance_id FROM cases_fieldcomment m JOIN cases_case w ON w.id = m.case_id
     WHERE m.author = %(actor)s AND m.answered_at IS NULL ORDER BY m.case_id DESC LIMIT 1000)
) own JOIN engine_task t ON t.instance_id = own.instance_id
WHERE {not_mine}{filters} AND {edge}
{order} LIMIT %(limit)s
"""

# Within found cases (a search, an organisation) the way goes from the cases to their tasks.
_WITHIN: Final = """
SELECT t.id, t.{column} AS at FROM engine_task t
WHERE t.instance_id IN ({instances}) AND t.status = 'open' AND {owned}{filters} AND {edge}
{order} LIMIT %(limit)s
"""

_OWNERS: Final[Mapping[str, tuple[str, str, str]]] = {
    "mine": ("assignee", "t.assignee <> ''", "%(names)s"),
    "group": ('"group"', "t.assignee = '' AND t.id <> ALL(%(barred)s::bigint[])", "%(groups)s"),
}
_TAKEN: Final = ('"group"', "t.assignee <> '' AND t.assignee <> ALL(%(names)s::text[])", "%(groups)s")
_FREE: Final = """(t.assignee = '' AND t."group" = ANY(%(groups)s::text[])
    AND t.id <> ALL(%(barred)s::bigint[]))"""
_OWNED: Final[Mapping[Queue, str]] = {
    "mine": "t.assignee = ANY(%(names)s::text[])",
    "group": _FREE,
    "all": f"(t.assignee = ANY(%(names)s::text[]) OR {_FREE})",
}

# How many of each name's most urgent tasks there are, and how many of those are overdue: one pass, as an
# overdue task lies before all others in the index.
_TALLY: Final = """
SELECT count(*) AS n, count(*) FILTER (WHERE x.due_at < %(now)s) AS late
FROM unnest({names}::text[]) AS n (name) CROSS JOIN LATERAL (
    SELECT t.due_at FROM engine_task t WHERE t.{owner} = n.name AND t.status = 'open' AND {free}
    ORDER BY t.due_at, t.id LIMIT %(limit)s
) x
"""


@dataclass(frozen=True, slots=True)
class Order:
    """By which column of a task; `is_set` says that every task has it."""

    column: str
    descending: bool
    is_set: bool

    def direction(self, *, backward: bool) -> str:
        """Which way an index is read for a page that lies after the cursor, or before it."""
        return "DESC" if self.descending != backward else "ASC"


ORDERS: Final[Mapping[Sort, Order]] = {
    "due": Order("due_at", descending=False, is_set=False),
    "newest": Order("opened_at", descending=True, is_set=True),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of a queue: filters as SQL with parameters, and the cases found by a search, if any.

    `by_form` reads the group's range per form of the process that is asked for.
    """

    queue: Queue
    filters: str
    instances: str
    parameters: Mapping[str, Any]
    by_form: bool
    order: Order


def selection(
    scope: Scope,
    filters: InboxFilters,
    times: Mapping[str, Any],
    found: list[int] | None,
    barred: list[int],
) -> Selection:
    """The selection for this person; `found` are the process instances of the cases that a search found.

    `barred` are free tasks of their groups that they may not do: others' turn.
    """
    parts: list[str] = []
    parameters: dict[str, Any] = {
        "names": names_of(scope.actor),
        "groups": sorted(scope.groups),
        "user": scope.actor.user_id,
        "actor": scope.actor.name,
        "barred": barred,
        **times,
    }
    if filters.overdue:
        parts.append("t.due_at < %(now)s")
    if filters.due_week:
        parts.append("t.due_at >= %(now)s AND t.due_at < %(week_end)s")
    if filters.process:
        parts.append(_OF_PROCESS)
        elements, forms = _forms_of(filters.process)
        parameters |= {"process": filters.process, "elements": elements, "forms": forms}
    instances = ""
    if found is not None:
        instances = "SELECT unnest(%(found)s::bigint[])"
        parameters["found"] = found
    if filters.organisation is not None:
        own = "SELECT i.instance_id FROM cases_case i WHERE i.organisation_id = %(organisation)s::bigint"
        instances = f"{instances} INTERSECT {own}" if instances else own
        parameters["organisation"] = filters.organisation
    text = "".join(f" AND {part}" for part in parts)
    by_form = bool(filters.process)
    return Selection(filters.queue, text, instances, parameters, by_form, ORDERS[filters.sort])


def _forms_of(process: str) -> tuple[list[str], list[str]]:
    """The user tasks of all versions of a process, as elements beside their forms; one statement."""
    versions = ProcessDefinition.objects.filter(key=process).values_list("pk", flat=True)
    pairs = {
        (element.id, element.form_key)
        for version in versions
        for element in catalog.definition(version).elements.values()
        if element.type == "userTask"
    }
    return [element for element, _form in sorted(pairs)], [form for _element, form in sorted(pairs)]


def picked(chosen: Selection, cursor: Cursor | None) -> str:
    """The SELECT of the ids of a page in its order, or of the page before the cursor backwards."""
    direction = chosen.order.direction(backward=cursor is not None and cursor.backward)
    edges = _after(cursor, direction, chosen.order) if chosen.order.is_set else _edges(cursor)
    union = _union(chosen, [arm for edge in edges for arm in _arms(chosen, edge, direction)])
    nulls = "NULLS FIRST" if direction == "DESC" else "NULLS LAST"
    order = f"ORDER BY at {direction} {nulls}, id {direction} LIMIT %(limit)s"
    return f"SELECT id, at FROM ({union}) a {order}"  # noqa: S608 (our constants)


def counted(chosen: Selection) -> str:
    """The SELECT of a number: how many tasks, at most CAP."""
    union = _union(chosen, _arms(chosen, "TRUE", ""))
    return f"SELECT count(*) FROM (SELECT 1 FROM ({union}) a LIMIT %(limit)s) n"  # noqa: S608 (our constants)


def tallied(waiting: Selection, due_this_week: Selection) -> str:
    """The SELECT of the numbers of QueueCounts, each at most CAP."""
    tallies = {
        queue: _TALLY.format(owner=owner, free=free, names=names)
        for queue, (owner, free, names) in _OWNERS.items()
    }
    return f"""SELECT least(m.n, %(limit)s), least(g.n, %(limit)s), ({counted(waiting)}),
        least(m.late + g.late, %(limit)s), ({counted(due_this_week)})
    FROM ({tallies["mine"]}) m, ({tallies["group"]}) g"""  # noqa: S608 (our constants)


def _union(chosen: Selection, arms: list[str]) -> str:
    # A task of one's own case that a colleague has taken is in both arms of `waiting`.
    word = "UNION" if chosen.queue == "waiting" else "UNION ALL"
    return f"\n{word}\n".join(f"({arm})" for arm in arms)


def _after(cursor: Cursor | None, direction: str, order: Order) -> list[str]:
    """The one condition that begins after the cursor, in an order in which every task has its place."""
    if cursor is None or cursor.at is None:
        return ["TRUE"]
    sign = "<" if direction == "DESC" else ">"
    return [f"(t.{order.column}, t.id) {sign} (%(edge_at)s, %(edge_id)s)"]


def _edges(cursor: Cursor | None) -> list[str]:
    """Conditions that begin after the cursor: one for tasks with a due date, one for those without."""
    dated, undated = "t.due_at IS NOT NULL", "t.due_at IS NULL"
    match cursor:
        case None:
            return [dated, undated]
        case Cursor(at=None, backward=False):
            return [f"{undated} AND t.id > %(edge_id)s"]
        case Cursor(at=None, backward=True):
            return [dated, f"{undated} AND t.id < %(edge_id)s"]
        case Cursor(backward=False):
            return ["(t.due_at, t.id) > (%(edge_at)s, %(edge_id)s)", undated]
        case _:
            return ["(t.due_at, t.id) < (%(edge_at)s, %(edge_id)s)"]


def _arms(chosen: Selection, edge: str, direction: str) -> list[str]:
    """The SELECTs whose union is the queue, each in the direction; in no order without one."""
    column = chosen.order.column
    common = {
        "column": column,
        "filters": chosen.filters,
        "edge": edge,
        "order": _order(direction, column, "id"),
    }
    if chosen.queue == "waiting":
        within = f" AND t.instance_id IN ({chosen.instances})" if chosen.instances else ""
        common["filters"] = chosen.filters + within
        owner, free, names = _TAKEN
        return [
            _OTHERS.format(not_mine=_NOT_MINE, **common),
            _RANGE.format(owner=owner, free=free, names=names, each="", **common),
            _BARRED.format(**common),
        ]
    if chosen.instances:
        return [_WITHIN.format(instances=chosen.instances, owned=_OWNED[chosen.queue], **common)]
    queues: tuple[Queue, ...] = ("mine", "group") if chosen.queue == "all" else (chosen.queue,)
    by_form = {
        **common,
        "edge": _of_form(edge, column),
        "filters": _OF_FORM + chosen.filters,
        # The whole order of the index, or the planner may take the group's and read what is of other forms.
        "order": _order(direction, "element", "form_key", column, "id"),
    }
    return [
        _range(queue, _EACH_FORM, by_form)
        if queue == "group" and chosen.by_form
        else _range(queue, "", common)
        for queue in queues
    ]


def _of_form(edge: str, column: str) -> str:
    """The same edge within one form, as the index of forms has it, so that a page begins where it is."""
    pair = f"(t.{column}, t.id)"
    if not edge.startswith(pair):
        return edge
    rest = edge.removeprefix(pair).replace("(%(edge_at)s", "(e.element, e.form, %(edge_at)s")
    return f"(t.element, t.form_key, t.{column}, t.id){rest}"


def _order(direction: str, *columns: str) -> str:
    return f"ORDER BY {', '.join(f't.{column} {direction}' for column in columns)}" if direction else ""


def _range(queue: Queue, each: str, common: Mapping[str, str]) -> str:
    owner, free, names = _OWNERS[queue]
    return _RANGE.format(owner=owner, free=free, names=names, each=each, **common)
