"""What can be told, and how one event is written down: a CloudEvents 1.0 envelope around ids and states."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.models import WebhookEvent

PREFIX: Final = "lv.viis."
PING: Final = "ping"
CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"

# What a subscription may ask for. A ping is sent whatever it asked for.
WORDS: Final[Mapping[str, str | Promise]] = {
    "case.started": _("A case was begun."),
    "case.submitted": _("A case was submitted."),
    "case.returned": _("A case was returned for correction."),
    "case.decided": _("A case was decided."),
    "case.withdrawn": _("A case was withdrawn by its applicant."),
    "case.cancelled": _("A case was ended by an administrator."),
    "case.closed": _("A case was closed."),
    "task.opened": _("A task waits for somebody."),
    "task.completed": _("A task was completed."),
    "task.cancelled": _("A task is no longer needed."),
}
TYPES: Final = tuple(WORDS)
# A step's own words for what became of the case; an ended process closes it.
HAPPENED: Final[Mapping[str, str]] = {"ended": "closed"}


def body_of(event: WebhookEvent) -> str:
    """The body, the same text whenever it is sent: JSON of the CloudEvents envelope."""
    envelope = {
        "specversion": "1.0",
        "id": str(event.public_id),
        "source": f"{settings.BASE_URL}/api/v1",
        "type": f"{PREFIX}{event.type}",
        "subject": str(event.subject),
        "time": event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "sequence": f"{event.sequence:010d}",
        "datacontenttype": "application/json",
        "dataschema": f"urn:viis:schema:{event.type.partition('.')[0]}-event:1",
        "data": event.content,
    }
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))


def plain(event: WebhookEvent) -> dict[str, Any]:
    """An event's type and subject for lists."""
    return {"type": f"{PREFIX}{event.type}", "subject": event.subject}
