"""The messages of a process as a table: which, to whom, when, about which steps, and how they come."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cases.notifications.kinds import MessageKind, Urgency
from cases.notifications.plan import plan
from cases.notifications.wishes import FIXED
from engine.models import ProcessDefinition
from web.process_words import named, picked


def messages_of(row: ProcessDefinition, now: datetime) -> list[dict[str, Any]]:
    """Each message that a case of this version may send."""
    return [
        {
            "title": picked((one.kind.title_lv, one.kind.title_en)),
            "subject": picked(one.subject),
            "to": picked(one.to),
            "when": picked(one.when),
            "steps": [named(step) for step in one.steps],
            "how": _how(one.kind),
        }
        for one in plan(row, now)
    ]


def _how(kind: MessageKind) -> str:
    """How it comes to who has chosen nothing."""
    if kind.group in FIXED or kind.urgency is Urgency.URGENT:
        return _("By mail at once")
    if kind.urgency is Urgency.DUE_TODAY:
        return _("In the daily digest; at once on the day it is due")
    return _("In the daily digest")
