"""Messages and signals as rows: kept once, met with whoever waits for them, before or after they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from engine import sql
from engine.core.definition import Definition
from engine.core.waits import MessageWait, Sent
from engine.errors import MessageIdReused
from engine.models import Message
from engine.queue import enqueue

DELIVER: Final = "engine.deliver"
UNCLAIMED: Final = "engine.unclaimed"
KEPT_FOR: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Posted:
    """A message or signal to be kept; the key of a signal is empty."""

    kind: Literal["message", "signal"]
    name: str
    key: str
    message_id: str
    variables: Mapping[str, Any]
    sender: int | None = None
    sent_by: str = ""
    because: str = ""


def meet(pairs: Iterable[tuple[str, str]]) -> None:
    """Lets those who send and those who begin to wait for the same topic and key do so one after another."""
    for topic, key in sorted(set(pairs)):
        sql.row(sql.MEET, {"topic": topic, "key": key})


def keep(posted: Posted, *, now: datetime, kept_for: timedelta = KEPT_FOR) -> Message:
    """Keeps a message and asks for its delivery, in the caller's transaction; MessageIdReused.

    What was kept under the same id and says the same is given back.
    """
    meet([(f"{posted.kind}:{posted.name}", posted.key)])
    row = sql.row(
        sql.INSERT_MESSAGE,
        {
            "message_id": posted.message_id,
            "kind": posted.kind,
            "name": posted.name,
            "key": posted.key,
            "variables": json.dumps(posted.variables, default=str),
            "sender": posted.sender,
            "sent_by": posted.sent_by,
            "because": posted.because,
            "now": now,
            "expires": now + kept_for,
        },
    )
    message = Message.objects.get(message_id=posted.message_id)
    if row is None:
        said = (message.kind, message.name, message.correlation_key, message.variables)
        again = json.loads(json.dumps(posted.variables, default=str))
        if said != (posted.kind, posted.name, posted.key, again):
            raise MessageIdReused
        return message
    arguments = {"message": message.pk}
    enqueue(DELIVER, now=now, arguments=arguments)
    if posted.kind == "message":
        enqueue(UNCLAIMED, now=now, due_at=message.expires_at, arguments=arguments)
    return message


def freed(definition: Definition, instance_id: int) -> tuple[tuple[str, str], ...]:
    """The name and key of the message that started an instance which ends: another one may start the next."""
    if not any(start.is_triggered and start.catches == "message" for start in definition.children()):
        return ()
    started = Message.objects.filter(receiver=instance_id, started=True).exclude(correlation_key="")
    return tuple(started.values_list("name", "correlation_key"))


def exchange(
    sent: Iterable[Sent],
    armed: Iterable[MessageWait],
    *,
    instance_id: int,
    version: int,
    now: datetime,
    freed: Iterable[tuple[str, str]] = (),
) -> None:
    """Keeps what a step threw, and asks for what was kept for its new waits, in the step's transaction.

    `freed` are names and keys of messages that may start an instance now.
    """
    sent = tuple(sent)
    awaited = [(wait.name, wait.key) for wait in armed if wait.kind == "message"] + list(freed)
    meet(
        [(f"{one.kind}:{one.name}", one.key) for one in sent]
        + [(f"message:{name}", key) for name, key in awaited]
    )
    for number, one in enumerate(sent):
        message_id = f"instance:{instance_id}:{version}:{number}"
        keep(Posted(one.kind, one.name, one.key, message_id, one.variables, instance_id), now=now)
    _look_again(awaited, now)


def let_next_start(freed: Iterable[tuple[str, str]], now: datetime) -> None:
    """Asks for what was kept while an instance that was started by a message of this name and key lived."""
    freed = tuple(freed)
    meet((f"message:{name}", key) for name, key in freed)
    _look_again(freed, now)


def _look_again(awaited: Iterable[tuple[str, str]], now: datetime) -> None:
    for name, key in awaited:
        row = sql.row(sql.KEPT_MESSAGE, {"name": name, "key": key, "now": now})
        if row is not None:
            enqueue(DELIVER, now=now, arguments={"message": row["id"]})
