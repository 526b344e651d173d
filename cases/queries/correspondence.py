"""The messages and signals of processes, as administrators see them: where each is, and with which case."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from accounts.scope import Scope
from cases.errors import NotFound
from cases.models import Case
from engine.models import Incident, Message
from engine.services import incidents_of_messages

STATES: Final = ("stopped", "waiting", "delivered", "withdrawn")


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A message or signal; `state` is one of STATES, the cases are those that sent and got it."""

    message: Message
    state: str
    incident: Incident | None
    sender: Case | None
    receiver: Case | None


def messages_visible_to(scope: Scope) -> QuerySet[Message]:
    """All for an administrator, none for others."""
    return Message.objects.all() if scope.can_admin else Message.objects.none()


def correspondence(scope: Scope, *, state: str = "", limit: int) -> tuple[list[Correspondence], int]:
    """The newest messages in a state, or all of them, and how many there are."""
    rows = messages_visible_to(scope)
    if state:
        rows = rows.filter(_in_state(state))
    return _told(rows.order_by("-id")[:limit]), rows.count()


def counts(scope: Scope) -> dict[str, int]:
    """How many messages are in each state that somebody may have to act on."""
    rows = messages_visible_to(scope)
    return {state: rows.filter(_in_state(state)).count() for state in ("stopped", "waiting")}


def visible_message(scope: Scope, public_id: UUID | str) -> Message:
    """The message; NotFound."""
    try:
        found = messages_visible_to(scope).filter(public_id=public_id).first()
    except ValidationError:
        found = None
    if found is None:
        raise NotFound
    return found


def one(message: Message) -> Correspondence:
    """A message with its state and its cases."""
    return _told([message])[0]


def incident_of(message: Message) -> Incident | None:
    """What stopped a message last, if it is stopped."""
    return _incidents().get(message.pk)


def _incidents() -> dict[int, Incident]:
    rows = incidents_of_messages().select_related("wait").order_by("id")
    return {
        row.wait.arguments["message"]: row for row in rows if row.wait and "message" in row.wait.arguments
    }


def _in_state(state: str) -> Q:
    stopped = Q(pk__in=list(_incidents()))
    match state:
        case "stopped":
            return stopped
        case "waiting":
            return Q(delivered_at=None, withdrawn_at=None) & ~stopped
        case "delivered":
            return Q(delivered_at__isnull=False) & ~stopped
        case _:
            return Q(withdrawn_at__isnull=False)


def _told(messages: Iterable[Message]) -> list[Correspondence]:
    rows, incidents = list(messages), _incidents()
    instances = {pk for row in rows for pk in (row.sender_id, row.receiver_id) if pk is not None}
    cases = {case.instance_id: case for case in Case.objects.filter(instance__in=instances)}
    return [
        Correspondence(
            message=row,
            state=_state(row, incidents),
            incident=incidents.get(row.pk),
            sender=cases.get(row.sender_id or 0),
            receiver=cases.get(row.receiver_id or 0),
        )
        for row in rows
    ]


def _state(message: Message, incidents: dict[int, Incident]) -> str:
    if message.pk in incidents:
        return "stopped"
    if message.delivered_at is not None:
        return "delivered"
    return "waiting" if message.withdrawn_at is None else "withdrawn"
