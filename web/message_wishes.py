"""How messages come: at once, in the daily digest or only in the application, and in which language."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cases.models import Delivery, MessageGroup
from cases.notifications.wishes import CHOSEN, FIXED, default_delivery, wishes_of
from cases.services.messages import choose_delivery
from web.language import with_language
from web.pages import page, render
from web.visitors import Visitor


def group_labels() -> dict[str, str]:
    """The groups of messages in words."""
    return {
        MessageGroup.TASKS.value: _("Tasks for you"),
        MessageGroup.CASES.value: _("Changes in your cases"),
        MessageGroup.OVERSIGHT.value: _("Overdue tasks of others"),
        MessageGroup.DECISIONS.value: _("Decisions"),
        MessageGroup.ACCESS.value: _("Links and invitations"),
    }


def _hints() -> dict[MessageGroup, str]:
    return {
        MessageGroup.TASKS: _("A task came to you, or still waits. What is due today comes at once."),
        MessageGroup.CASES: _("A case was returned, withdrawn or closed."),
        MessageGroup.OVERSIGHT: _("A task that you look after was not done in time."),
        MessageGroup.DECISIONS: _(
            "Always by mail at once: the time in which a decision can be appealed begins with it."
        ),
        MessageGroup.ACCESS: _("Always by mail at once: without the link nothing can be opened."),
    }


def _choices() -> list[dict[str, str]]:
    hour = settings.DIGEST_HOUR
    return [
        {"value": Delivery.AT_ONCE.value, "label": _("By mail at once")},
        {
            "value": Delivery.DIGEST.value,
            "label": _("Once a day in one mail, at %(hour)s o'clock") % {"hour": hour},
        },
        {"value": Delivery.APP.value, "label": _("Only in the application")},
    ]


@page
@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """One's choice for every group of messages, and the language of mails."""
    user = cast("User", request.user)
    if request.method == "POST":
        language = request.POST.get("language", "")
        chosen = {group: request.POST.get(group.value, "") for group in CHOSEN}
        known = {
            group: Delivery(delivery) for group, delivery in chosen.items() if delivery in Delivery.values
        }
        choose_delivery(known, user=visitor.actor, language=language or None)
        messages.success(request, _("Your choice is saved."))
        back = redirect("message_wishes")
        return with_language(back, language) if language in ("lv", "en") else back
    context = {
        "section": "profile",
        "groups": _groups(user.person_id),
        "fixed": [
            {"label": group_labels()[group.value], "why": _hints()[group]}
            for group in MessageGroup
            if group in FIXED
        ],
        "language": user.language,
        "email": user.person.email,
    }
    return render(request, "message_wishes.html", context)


def _groups(person_id: int) -> list[dict[str, Any]]:
    mine, labels, hints = wishes_of(person_id), group_labels(), _hints()
    return [
        {
            "name": group.value,
            "label": labels[group.value],
            "hint": hints[group],
            "choices": [
                {**choice, "chosen": choice["value"] == mine.get(group, default_delivery(group)).value}
                for choice in _choices()
            ],
        }
        for group in CHOSEN
    ]
