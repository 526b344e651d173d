"""The inbox: what is my turn, what waits for others, filtered by the address."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases import queries
from cases.calendar import working_days_between
from cases.queries import InboxFilters, InboxRow, QueueCounts
from engine import catalog
from web import words
from web.addresses import remember_list, with_query
from web.pages import page, render
from web.visitors import Visitor

QUEUES = ("mine", "group", "waiting", "all")


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
    """The tasks of a queue, most urgent first."""
    filters = filters_of(request)
    found = queries.inbox(visitor.scope, filters=filters, cursor=request.GET.get("cursor"))
    remember_list(request)
    waiting = filters.queue == "waiting"
    context = {
        "section": "inbox",
        "heading": _("Tasks") if visitor.is_applicant else _("My work"),
        "counts": found.counts,
        "sentence": sentence(found.counts),
        "open_count": found.counts.mine + found.counts.group,
        "queues": _queues(found.counts, filters),
        "filters": filters,
        "filtered": filters != InboxFilters(queue=filters.queue),
        "unfiltered": _address(InboxFilters(queue=filters.queue)),
        "processes": process_choices(),
        "rows": [row_of(item, visitor) for item in found.items],
        "caption": _("Tasks, most urgent first"),
        "waiting": waiting,
        "last_column": _("Whose turn") if waiting else _("State"),
        "everywhere": "" if filters.queue == "all" else _address(replace(filters, queue="all")),
        "below": below_list(len(found.items), found.count),
        "next": _address(filters, found.next_cursor) if found.next_cursor else "",
        "previous": _address(filters, found.previous_cursor) if found.previous_cursor else "",
        **_empty(filters),
    }
    return render(request, "inbox.html", context)


def filters_of(request: HttpRequest) -> InboxFilters:
    """The filters that stand in the address; what is unknown there counts as not given."""
    given = request.GET
    queue = given.get("queue", "")
    due = given.get("due", "")
    return InboxFilters(
        queue=queue if queue in QUEUES else "all",  # type: ignore[arg-type]
        q=given.get("q", "").strip()[:100],
        process=given.get("process", "")[:60],
        overdue=due == "overdue",
        due_week=due == "week",
    )


def _address(filters: InboxFilters, cursor: str = "") -> str:
    due = "overdue" if filters.overdue else "week" if filters.due_week else ""
    queue = "" if filters.queue == "all" else filters.queue
    return with_query(
        reverse("inbox"), queue=queue, q=filters.q, process=filters.process, due=due, cursor=cursor
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


def _queues(counts: QueueCounts, filters: InboxFilters) -> list[dict[str, object]]:
    def entry(label: str, queue: str, count: int) -> QueueEntry:
        address = reverse("inbox") if queue == "all" else with_query(reverse("inbox"), queue=queue)
        return QueueEntry(label, count, address, filters.queue == queue)

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


def row_of(item: InboxRow, visitor: Visitor) -> dict[str, object]:
    """A task as a row of the list or a card."""
    today = words.day_of(visitor.now)
    return {
        "public_id": item.public_id,
        "number": item.case_number,
        "title": words.pick(item, "name"),
        "below": f"{item.case_number} · {title_of(item)}",
        "organisation": item.organisation,
        "place": item.municipality,
        "address": reverse("task", args=[item.public_id])
        if item.is_mine or not item.assignee
        else reverse("case", args=[item.case_public_id]),
        "waits": waits(words.days_waited(item.opened_at, visitor.now)),
        "late": item.is_overdue,
        "today": item.due_at is not None and words.day_of(item.due_at) == today,
        **due_words(item, visitor),
        **_tag(item),
        "whose": words.pick(item, "whose"),
        "returned": item.state == "returned",
        "blocked": item.blocked.label if item.blocked is not None else "",
    }


def title_of(thing: object) -> str:
    """What a case is called: its process and the person it is about."""
    process, subject = words.pick(thing, "process"), getattr(thing, "subject_name", "")
    return f"{process}: {subject}" if subject else process


def waits(days: int) -> str:
    """How long something waits, short."""
    return _("today") if days < 1 else _("%(n)s d.") % {"n": days}


def due_words(item: InboxRow, visitor: Visitor) -> dict[str, str]:
    """The due date in words, and below it the date."""
    if item.due_at is None:
        return {"due": _("no due date"), "due_below": ""}
    today, day = words.day_of(visitor.now), words.day_of(item.due_at)
    written = words.on_day(item.due_at, today)
    if item.is_overdue:
        late = max(1, working_days_between(day, today, item.organisation_id))
        text = ngettext("Overdue by %(n)s working day", "Overdue by %(n)s working days", late) % {"n": late}
        return {"due": text, "due_below": written}
    left = working_days_between(today, day, item.organisation_id)
    below = ngettext("in %(n)s working day", "in %(n)s working days", left) % {"n": left} if left else ""
    return {"due": words.weekday(item.due_at, today), "due_below": below}


def _tag(item: InboxRow) -> dict[str, str]:
    if item.blocked is not None:
        return {"tag": _("Not for you"), "tag_class": "govuk-tag--line"}
    match item.state:
        case "returned" if item.assignee and not item.is_mine:
            told = _("Returned for correction: %(who)s") % {"who": item.assignee_name}
            return {"tag": told, "tag_class": "govuk-tag--line"}
        case "returned":
            return {"tag": _("To be corrected"), "tag_class": "govuk-tag--turn"}
        case "corrected":
            return {"tag": _("Corrected"), "tag_class": "govuk-tag--turn"}
        case "mine":
            return {"tag": _("Taken by you"), "tag_class": "govuk-tag--line"}
        case "taken":
            return {"tag": item.assignee_name, "tag_class": "govuk-tag--line"}
    return {"tag": _("New"), "tag_class": ""}
