"""Messages from outside the processes, and signals: sent, broadcast, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from engine.errors import MessageGone
from engine.messages import DELIVER, KEPT_FOR, UNCLAIMED, Posted, keep
from engine.models import Incident, Message, Wait
from engine.starts import START

OF_MESSAGES: Final = (DELIVER, UNCLAIMED, START)


def correlate_message(
    name: str,
    *,
    key: str,
    message_id: str,
    variables: Mapping[str, Any],
    now: datetime,
    kept_for: timedelta = KEPT_FOR,
    sent_by: str = "",
) -> Message:
    """Keep a message for the one instance that waits, or will wait, for this name and key; MessageIdReused.

    If nobody waits and a process begins by it, it starts one. It is delivered by a job, once for its id.
    `variables` are scalars; who takes it takes those that it lists.
    """
    posted = Posted("message", name, key, message_id, variables, sent_by=sent_by)
    return keep(posted, now=now, kept_for=kept_for)


def broadcast_signal(
    name: str,
    *,
    message_id: str,
    variables: Mapping[str, Any],
    now: datetime,
    sent_by: str = "",
    because: str = "",
) -> Message:
    """Give a signal to every instance that waits for it when it is delivered; MessageIdReused.

    It starts one instance of each process that begins by it.
    """
    posted = Posted("signal", name, "", message_id, variables, sent_by=sent_by, because=because)
    return keep(posted, now=now)


def withdraw_message(message_id: int, *, actor: str, because: str, now: datetime) -> None:
    """Nobody gets this message any more; MessageGone if somebody has it, or if it is withdrawn already."""
    message = Message.objects.select_for_update().get(pk=message_id)
    if not message.is_kept:
        raise MessageGone
    message.withdrawn_at, message.withdrawn_by, message.because = now, actor, because
    message.save(update_fields=["withdrawn_at", "withdrawn_by", "because"])
    open_incidents = incidents_of_messages().filter(wait__arguments__message=message_id)
    waits = list(open_incidents.values_list("wait", flat=True))
    open_incidents.update(resolved_at=now, resolved_by=actor)
    Wait.objects.filter(pk__in=waits).update(status=Wait.Status.CANCELLED, closed_at=now)


def incidents_of_messages() -> QuerySet[Incident]:
    """The open incidents of deliveries; `wait.arguments` says of which message each is."""
    return Incident.objects.filter(resolved_at=None, wait__topic__in=OF_MESSAGES)
