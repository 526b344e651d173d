"""The saved views of a person and of their groups, and what each of them shows."""

from dataclasses import dataclass
from typing import Final, get_args
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.scope import Scope
from cases.models import DefaultView, SavedView

from .views import InboxFilters, Queue

LONGEST_SEARCH: Final = 100
LONGEST_PROCESS: Final = 60
_QUEUES: Final = get_args(Queue)


@dataclass(frozen=True, slots=True)
class SavedViewRow:
    """A saved view; `group` is empty for one's own, `opens_first` if the list opens with it."""

    public_id: UUID
    name: str
    query: str
    group: str
    opens_first: bool


def saved_views(scope: Scope) -> tuple[SavedViewRow, ...]:
    """One's own and those of one's groups, each in its order; one statement."""
    first = DefaultView.objects.filter(view=OuterRef("pk"), user_id=scope.actor.user_id or 0)
    found = SavedView.objects.visible_to(scope).annotate(opens_first=Exists(first))
    return tuple(
        SavedViewRow(view.public_id, view.name, view.query, view.group, view.opens_first)
        for view in found.order_by("group", "position", "pk")
    )


def filters_of(query: str) -> InboxFilters:
    """What a list shows whose address has this query; what is unknown there counts as not given."""
    given = dict(parse_qsl(query))
    queue, due = given.get("queue", ""), given.get("due", "")
    return InboxFilters(
        queue=queue if queue in _QUEUES else "all",  # type: ignore[arg-type]
        q=given.get("q", "").strip()[:LONGEST_SEARCH],
        process=given.get("process", "")[:LONGEST_PROCESS],
        overdue=due == "overdue",
        due_week=due == "week",
        sort="newest" if given.get("sort") == "newest" else "due",
    )


def query_of(filters: InboxFilters) -> str:
    """The query of the address of a list that shows this, as a view keeps it."""
    told = {
        "queue": filters.queue,
        "q": filters.q,
        "process": filters.process,
        "due": "overdue" if filters.overdue else "week" if filters.due_week else "",
        "sort": "newest" if filters.sort == "newest" else "",
    }
    return urlencode({name: value for name, value in told.items() if value})
