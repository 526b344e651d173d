"""The link of a case's task, for who may send another: how it stands, and a button that sends it again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases import queries
from cases.queries import LinkView
from cases.queries.detail import visible_case
from cases.services.links import send_link_again
from web import words
from web.pages import page
from web.visitors import Visitor


@page
@require_POST
def link_again(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Has a fresh link mailed to the person of the task."""
    case_id = send_link_again(public_id, user=visitor.actor)
    link = queries.link_of(visible_case(visitor.scope, case_id), visitor.scope)
    told = _("A new link is on its way to %(to)s. The earlier one will stop working.")
    messages.success(request, told % {"to": link.to if link else ""})
    return redirect("case", case_id)


def link_words(link: LinkView | None, visitor: Visitor) -> dict[str, Any]:
    """How the newest link stands, for the case's page; nothing for who may not send another."""
    if link is None:
        return {}
    today = words.day_of(visitor.now)
    sent = words.day_and_clock(link.sent_at, today) if link.sent_at else ""
    told = {
        "who": link.who,
        "to": link.to,
        "sent": sent,
        "opened": words.day_and_clock(link.opened_at, today) if link.opened_at else "",
        "until": words.until_day(link.until, today) if link.until else "",
    }
    text = {
        "sending": _("The link to the task is on its way to %(to)s."),
        "sent": _(
            "The link to the task was sent to %(to)s %(sent)s and works %(until)s. Nobody has opened it yet."
        ),
        "opened": _("The link to the task was sent to %(to)s %(sent)s and opened %(opened)s."),
        "expired": _("The link to the task has expired: it worked %(until)s. Send it again."),
        "closed": _("The link to the task is closed, because the code was wrong five times. Send it again."),
        "no_address": _("%(who)s has no e-mail address to which a link could be sent."),
    }[link.state]
    return {
        "link": link,
        "link_text": text % told,
        "link_is_dead": link.state in ("expired", "closed", "no_address"),
    }
