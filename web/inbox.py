"""The inbox: what is my turn, what waits for others, filtered by the address."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases import queries
from cases.errors import NotFound
from cases.queries import InboxFilters, InboxRow, QueueCounts, SavedViewRow
from engine import catalog
from web import words
from web.addresses import LIST_KEY, place, remember_list, with_query
from web.listing import filters_in, row_of
from web.many import bulks_told, selecting
from web.pages import page, render
from web.visitors import Visitor

ROWS = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A queue in the list at the side."""

    label: str
    count: int
    address: str
    here: bool


@page
@require_safe
def inbox(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The tasks of a queue or of a saved view, most urgent first unless asked otherwise."""
    saved = () if visitor.is_applicant else queries.saved_views(visitor.scope)
    if not request.GET and (first := next((view for view in saved if view.opens_first), None)):
        return redirect(address_of(first))
    filters = filters_in(request.GET)
    cursor = request.GET.get("cursor")
    found = queries.inbox(visitor.scope, filters=filters, cursor=cursor, limit=_many(request))
    if cursor and not found.items:
        # The last of this page were done; what is left begins anew.
        return redirect(_address(request, filters))
    remember_list(request)
    here = place(request.GET.urlencode()) or "queue=all"
    view = next((one for one in saved if str(one.public_id) == request.GET.get("view")), None)
    context = {
        "section": "inbox",
        "heading": _("Tasks") if visitor.is_applicant else _("My work"),
        "counts": found.counts,
        "sentence": sentence(found.counts),
        "open_count": found.counts.mine + found.counts.group,
        "queues": _queues(found.counts, filters, in_view=view is not None),
        "views": [_view_entry(one, view) for one in saved],
        "saves_views": not visitor.is_applicant,
        "here": here,
        "view": view,
        "filters": filters,
        "filtered": filters != InboxFilters(queue=filters.queue, sort=filters.sort),
        "unfiltered": with_query(reverse("inbox"), queue=filters.queue, sort=_sort(filters)),
        "row_choices": ROWS,
        "row_count": _many(request),
        "processes": process_choices(),
        "rows": [_row(request, item, visitor, here) for item in found.items],
        "offer": _offer(request, visitor, filters, here),
        **_words(filters),
        "everywhere": "" if filters.queue == "all" else _queue_address(replace(filters, queue="all")),
        "below": below_list(len(found.items), found.count),
        "next": _address(request, filters, found.next_cursor) if found.next_cursor else "",
        "previous": _address(request, filters, found.previous_cursor) if found.previous_cursor else "",
        **selecting(request, found.items, visitor),
        "told": bulks_told(visitor),
        **_empty(filters),
    }
    return render(request, "inbox.html", context)


def _many(request: HttpRequest) -> int:
    """How many rows a page has: as the address says, if that is one of the offered numbers."""
    asked = request.GET.get("rows", "")
    return int(asked) if asked in map(str, ROWS) else ROWS[0]


def _words(filters: InboxFilters) -> dict[str, object]:
    waiting = filters.queue == "waiting"
    return {
        "caption": _("Tasks, newest first") if filters.sort == "newest" else _("Tasks, most urgent first"),
        "waiting": waiting,
        "last_column": _("Whose turn") if waiting else _("State"),
    }


def _row(request: HttpRequest, item: InboxRow, visitor: Visitor, here: str) -> dict[str, object]:
    claimable = bool(item.group) and not item.is_mine and item.blocked is None and not visitor.is_applicant
    claim = with_query(reverse("task_claim", args=[item.public_id]), **{LIST_KEY: here}) if claimable else ""
    is_here = request.GET.get("row") == str(item.public_id)
    return {**row_of(item, visitor, here), "is_here": is_here, "claim": claim}


def _offer(request: HttpRequest, visitor: Visitor, filters: InboxFilters, here: str) -> dict[str, str]:
    """After completing a task: the one that follows it in this list, and how many the list still has."""
    done = request.GET.get("done", "")
    if not done:
        return {}
    try:
        following = queries.following(visitor.scope, done, filters=filters)
    except NotFound:
        return {}
    if following is None:
        return {"left": _("Nothing is left in this list.")}
    n = following.left
    left = ngettext("%(n)s task is left in this list.", "%(n)s tasks are left in this list.", n) % {"n": n}
    row = row_of(following.row, visitor, here)
    return {
        "address": str(row["address"]),
        "title": str(row["title"]),
        "below": str(row["below"]),
        "left": left,
    }


def address_of(view: SavedViewRow) -> str:
    """The list as a saved view shows it."""
    whole = "&".join(part for part in (view.query or "queue=all", f"view={view.public_id}") if part)
    return f"{reverse('inbox')}?{whole}"


def _view_entry(view: SavedViewRow, here: SavedViewRow | None) -> dict[str, object]:
    return {
        "label": view.name,
        "address": address_of(view),
        "here": here is not None and here.public_id == view.public_id,
        "team": bool(view.group),
        "public_id": view.public_id,
    }


def _queue_address(filters: InboxFilters) -> str:
    due = "overdue" if filters.overdue else "week" if filters.due_week else ""
    queue = "" if filters.queue == "all" else filters.queue
    return with_query(
        reverse("inbox"), queue=queue, q=filters.q, process=filters.process, due=due, sort=_sort(filters)
    )


def _sort(filters: InboxFilters) -> str:
    """The order as an address has it; nothing for the usual one."""
    return "" if filters.sort == "due" else filters.sort


def _address(request: HttpRequest, filters: InboxFilters, cursor: str = "") -> str:
    """This list at another page."""
    due = "overdue" if filters.overdue else "week" if filters.due_week else ""
    return with_query(
        reverse("inbox"),
        queue=filters.queue,
        q=filters.q,
        process=filters.process,
        due=due,
        sort=_sort(filters),
        view=request.GET.get("view", "")[:40],
        rows=request.GET.get("rows", "") if _many(request) != ROWS[0] else "",
        cursor=cursor,
    )


def sentence(counts: QueueCounts) -> list[dict[str, object]]:
    """What a colleague would say about the work, in parts; the numbers are links."""
    due = counts.due_this_week
    parts: list[dict[str, object]] = []
    if due:
        text = ngettext("%(n)s task is due this week", "%(n)s tasks are due this week", due) % {"n": due}
        parts.append({"text": text, "address": with_query(reverse("inbox"), due="week"), "late": False})
    if counts.overdue:
        n = counts.overdue
        text = ngettext("%(n)s task is overdue", "%(n)s tasks are overdue", n) % {"n": n}
        parts.append({"text": text, "address": with_query(reverse("inbox"), due="overdue"), "late": True})
    return parts


def _queues(counts: QueueCounts, filters: InboxFilters, *, in_view: bool) -> list[dict[str, object]]:
    def entry(label: str, queue: str, count: int) -> QueueEntry:
        address = with_query(reverse("inbox"), queue=queue)
        return QueueEntry(label, count, address, filters.queue == queue and not in_view)

    mine = [
        entry(_("All"), "all", counts.mine + counts.group),
        entry(_("Taken by me"), "mine", counts.mine),
        entry(_("Free for my team"), "group", counts.group),
    ]
    return [
        {"title": _("My turn"), "entries": mine},
        {
            "title": _("Waiting for others"),
            "entries": [entry(_("Turn of others"), "waiting", counts.waiting)],
        },
    ]


def _empty(filters: InboxFilters) -> dict[str, str]:
    if filters.queue == "waiting":
        return {
            "empty_title": _("Nothing waits for others"),
            "empty_text": _("What you sent or returned appears here until somebody has done their part."),
        }
    return {
        "empty_title": _("All done"),
        "empty_text": _("There is no task in which it is your turn. When there is one, it appears here."),
    }


def process_choices() -> list[dict[str, str]]:
    """The processes to filter by."""
    return [
        {"key": row.key, "label": row.name if words.is_latvian() else row.name_en or row.name}
        for row in catalog.all_current()
    ]


def below_list(shown: int, count: int) -> str:
    """How much of the list is on the page."""
    if shown == count:
        return ngettext("%(n)s task, all shown.", "%(n)s tasks, all shown.", count) % {"n": count}
    if count >= 1000:
        return _("%(shown)s shown of more than 1000.") % {"shown": shown}
    return _("%(shown)s shown of %(n)s.") % {"shown": shown, "n": count}
