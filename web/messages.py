"""One's own messages: the archive with search and filters, one as it was sent, the digest of a day."""

from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cases import queries
from cases.queries import MessageFilters, MessageRow, MessageView
from cases.services import messages as services
from web import words
from web.addresses import remember_list, with_query
from web.mail_text import pieces_of
from web.message_wishes import group_labels
from web.pages import page, render
from web.visitors import Visitor


@page
@require_safe
def archive(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Every message that this person got, newest first."""
    given = request.GET
    labels = group_labels()
    filters = MessageFilters(
        q=given.get("q", "").strip()[:100],
        group=given.get("group", "") if given.get("group", "") in labels else "",
        unread=given.get("unread") == "1",
    )
    found = queries.messages_list(visitor.scope, filters, given.get("cursor"))
    remember_list(request)
    context = {
        "section": "messages",
        "filters": filters,
        "filtered": filters != MessageFilters(),
        "groups": [{"value": name, "label": label} for name, label in labels.items()],
        "rows": [_row(item, visitor) for item in found.items],
        "unread_count": queries.unread_count(visitor.scope),
        "below": _below(len(found.items), found.count),
        "next": _address(filters, found.next_cursor),
        "previous": _address(filters, found.previous_cursor),
    }
    return render(request, "messages.html", context)


def _address(filters: MessageFilters, cursor: str) -> str:
    if not cursor:
        return ""
    unread = "1" if filters.unread else ""
    return with_query(reverse("messages"), q=filters.q, group=filters.group, unread=unread, cursor=cursor)


def _below(shown: int, count: int) -> str:
    if shown == count:
        return ngettext("%(n)s message, all shown.", "%(n)s messages, all shown.", count) % {"n": count}
    if count >= 1000:
        return _("%(shown)s shown of more than 1000.") % {"shown": shown}
    return _("%(shown)s shown of %(n)s.") % {"shown": shown, "n": count}


def _row(item: MessageRow, visitor: Visitor) -> dict[str, Any]:
    return {
        "subject": item.subject or words.pick(item, "title"),
        "kind": words.pick(item, "title"),
        "address": reverse("message", args=[item.public_id]),
        "case_address": reverse("case", args=[item.case_public_id]) if item.case_public_id else "",
        "case_number": item.case_number,
        "at": words.stamp(item.created_at, words.day_of(visitor.now)),
        "unread": item.read_at is None,
    }


@page
@require_safe
def message(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """One message in the words that were sent; opening it marks it as read."""
    view = queries.message_detail(visitor.scope, public_id)
    services.set_read(public_id, user=visitor.actor)
    row = view.row
    context = {
        "section": "messages",
        "back": request.session.get("list", ""),
        "view": view,
        "kind": words.pick(row, "title"),
        "subject": view.subject or words.pick(row, "title"),
        "pieces": pieces_of(view.text),
        "delivered": _delivered(view, visitor),
        "digest_address": _digest_address(view),
        "case_address": reverse("case", args=[row.case_public_id]) if row.case_public_id else "",
        "task_address": reverse("task", args=[view.task_public_id]) if view.task_public_id else "",
    }
    return render(request, "message.html", context)


def _digest_address(view: MessageView) -> str:
    return reverse("message_digest", args=[view.digest_public_id]) if view.digest_public_id else ""


def _delivered(view: MessageView, visitor: Visitor) -> str:
    """How and when it came to the person."""
    today = words.day_of(visitor.now)
    row = view.row
    if row.delivery == "at_once" and row.sent_at and view.has_address:
        return _("Sent by mail %(at)s.") % {"at": words.day_and_clock(row.sent_at, today)}
    if row.delivery == "digest" and row.sent_at:
        return _("Sent in the daily digest %(at)s.") % {"at": words.on_day(row.sent_at, today)}
    if row.delivery == "digest":
        return _("It will be in the next daily digest.")
    if row.delivery == "app":
        return _("Only in the application.")
    return _("It was not sent by mail, because the register has no address of yours.") if row.sent_at else ""


@page
@require_safe
def digest(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The digest of a day as it was sent."""
    view = queries.digest_detail(visitor.scope, public_id)
    context = {"section": "messages", "view": view, "pieces": pieces_of(view.text)}
    return render(request, "message_digest.html", context)


@page
@require_POST
def unread(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Marks the message as unread, to come back to it."""
    services.set_read(public_id, user=visitor.actor, read=False)
    return redirect("messages")


@page
@require_POST
def read_all(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Marks every message as read."""
    count = services.read_all(user=visitor.actor)
    told = ngettext("%(n)s message is marked as read.", "%(n)s messages are marked as read.", count)
    said.success(request, told % {"n": count})
    return redirect("messages")
