"""Chains of reads, searches, refusals and sign-ins: one per process of the machine and day."""

import os
import socket
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from accounts.actors import Actor
from cases.errors import CaseError
from engine import clock

from .chain import Entry, keyed_hash
from .record import append

MOST_IDS = 200


def _record(actor: str, action: str, about: str, fields: Mapping[str, Any]) -> None:
    now = clock.now()
    day = now.astimezone(ZoneInfo("Europe/Riga")).date()
    chain = f"day:{day:%Y-%m-%d}:{socket.gethostname()[:40]}:{os.getpid()}"
    append(chain, [Entry(action=action, actor=actor, at=now, object=about, fields=fields)])


def record_act(user: Actor, action: str, about: str, fields: Mapping[str, Any]) -> None:
    """Somebody did something that belongs to no case."""
    _record(user.name, action, about, {"channel": user.channel, **fields})


def record_read(user: Actor, about: str, fields: Mapping[str, Any] | None = None) -> None:
    """Somebody looked at a person's data: `about` is `case:<public id>`, `document:<public id>` or alike."""
    _record(user.name, "read", about, {"channel": user.channel, **(fields or {})})


def record_search(user: Actor, about: str, query: str, found: Sequence[str]) -> None:
    """Somebody searched; the words are kept as a keyed hash, what was found as ids."""
    fields = {
        "channel": user.channel,
        "query": keyed_hash(query),
        "found": list(found[:MOST_IDS]),
        "count": len(found),
    }
    _record(user.name, "search", about, fields)


def record_sign_in(username: str, *, signed_in: bool, channel: str = "page", code: str = "") -> None:
    """Somebody signed in or was refused; a name that no user has is kept as a keyed hash."""
    from accounts.models import User

    known = signed_in or User.objects.filter(username=username).exists()
    fields = {"channel": channel, "code": code}
    _record(
        username if known else "unknown",
        "signed_in" if signed_in else "sign_in_refused",
        "" if known else f"name:{keyed_hash(username)}",
        fields,
    )


def record_link_opened(visitor: Actor, about: str, *, opened: bool) -> None:
    """Somebody came by a one-time link and gave the right code, or a wrong one."""
    code = "" if opened else "wrong_code"
    fields = {"channel": visitor.channel, "code": code}
    _record(visitor.name, "signed_in" if opened else "sign_in_refused", about, fields)


def record_refusal(user: Actor, action: str, about: str, error: CaseError) -> None:
    """Somebody was refused; written after the refused transaction has been rolled back."""
    fields = {"channel": user.channel, "action": action, "code": error.code, **error.details}
    _record(user.name, "refused", about[:100], fields)
