"""How far an act on many tasks is, and what became of each; the page can be left and found again."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import queries
from cases.queries import BulkItemRow, BulkView
from cases.services import bulk as services
from cases.services.bulk import MOST_TASKS, BulkEnded
from web import words
from web.addresses import last_list
from web.bulk import answered, heading
from web.many import sentence
from web.pages import page, render
from web.progress import followed
from web.visitors import Visitor

_ORDER = ("refused", "waiting", "cancelled", "done")


@page
@require_safe
def result(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Progress while it goes on; at the end how many were done, how many not and why, and every task."""
    view = queries.bulk_view(visitor.scope, public_id)
    services.look_at(public_id, user=visitor.actor, now=visitor.now)
    items = queries.bulk_items(visitor.scope, public_id, limit=MOST_TASKS).items
    context = {
        "section": "inbox",
        "view": view,
        "heading": heading(view.kind, view.total, view.form),
        "sentence": sentence(view),
        "running": view.ended_at is None,
        "stuck": _is_stuck(view, items),
        "answers": answered(view.form, view.context, view.answers),
        "reasons": _reasons(items),
        "rows": sorted((_row(item) for item in items), key=lambda row: _ORDER.index(str(row["status"]))),
        "list_address": last_list(request),
    }
    return render(request, "bulk_result.html", context)


@page
@require_safe
def progress(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The sentence and the bar alone; once it ended, the page shows itself anew."""
    view = queries.bulk_view(visitor.scope, public_id)
    services.look_at(public_id, user=visitor.actor, now=visitor.now)
    context = {"view": view, "sentence": sentence(view), "running": view.ended_at is None}
    return followed(request, "parts/bulk_progress.html", context)


@page
@require_POST
def cancel(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Leaves undone what has had no turn yet."""
    try:
        services.cancel_bulk(public_id, user=visitor.actor)
    except BulkEnded as ended:
        messages.warning(request, str(ended.message))
    else:
        messages.success(request, _("What had no turn yet is left as it was."))
    return redirect("bulk_result", public_id)


def _is_stuck(view: BulkView, items: tuple[BulkItemRow, ...]) -> bool:
    return view.ended_at is None and any(item.status == "waiting" and item.tries > 1 for item in items)


def _reasons(items: tuple[BulkItemRow, ...]) -> list[tuple[str, int]]:
    """Why tasks were not done, the commonest reason first."""
    return Counter(words.pick(item, "because") for item in items if item.status == "refused").most_common()


def _row(item: BulkItemRow) -> dict[str, Any]:
    name = words.pick(item, "name")
    tags = {
        "done": (_("Done"), "govuk-tag--line"),
        "refused": (_("Not done"), "govuk-tag--late"),
        "cancelled": (_("Left as it was"), ""),
        "waiting": (_("Waiting for its turn"), ""),
    }
    tag, tag_class = tags[item.status]
    is_open = item.status in ("refused", "cancelled") and item.code != "task_not_open"
    return {
        "status": item.status,
        "title": name,
        "below": f"{item.number} · {item.subject_name}" if item.subject_name else item.number,
        "organisation": item.organisation,
        "address": reverse("task", args=[item.task_public_id])
        if is_open
        else reverse("case", args=[item.case_public_id]),
        "tag": tag,
        "tag_class": tag_class,
        "because": words.pick(item, "because"),
    }
