"""What an administrator does with the messages of processes: send, broadcast, try again, withdraw."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.scope import scope_of
from cases import audit
from cases.errors import CaseError, FieldError, FormInvalid, NotFound, Refused
from cases.queries.correspondence import incident_of, visible_message
from engine import clock, expected
from engine.core.errors import UndeclaredVariable, WrongType
from engine.errors import MessageGone, MessageIdReused, MessageTooLarge, MessageUnknown
from engine.models import Message
from engine.services import RetryResult, broadcast_signal, correlate_message, withdraw_message

from .acting import Begun, act, begin
from .batches import checked_reason
from .incidents import retry_incident

LONGEST_NAME: Final = 100
LONGEST_KEY: Final = 200
_UNKNOWN: Final = FieldError(
    "name",
    "message_unknown",
    "Šādu ziņojumu neviens process negaida.",
    "No process takes a message of this name.",
)
_LARGE: Final = FieldError(
    "variables",
    "too_large",
    "Ziņojuma mainīgie ir pārāk lieli.",
    "The variables of the message are too large.",
)


def send_message(
    name: str, *, key: str, message_id: str, variables: Mapping[str, Any], user: Actor
) -> Message:
    """Send a message to the one instance that waits for it, or that it starts; once for its id.

    NotFound unless an administrator, FormInvalid for what no process takes, Refused for another's id.
    """
    with act(user, "message.send", "message"):
        begun = _begin(user)
        _check("message", name, variables)
        before = Message.objects.filter(message_id=message_id).exists()
        try:
            message = correlate_message(
                name,
                key=key,
                message_id=message_id,
                variables=variables,
                now=begun.now,
                sent_by=user.name,
            )
        except MessageIdReused as error:
            raise Refused("message_id_reused", error.message) from error
        if not before:
            _record(user, "message.sent", message, {"key": audit.keyed_hash(key)})
        return message


def broadcast(
    name: str, *, variables: Mapping[str, Any], because: str, user: Actor, message_id: str = ""
) -> Message:
    """Give a signal to all that wait for it and start what begins by it, and say why; once for its id.

    NotFound unless an administrator, FormInvalid, Refused for another's id.
    """
    with act(user, "signal.broadcast", "signal"):
        begun = _begin(user)
        _check("signal", name, variables)
        reason = checked_reason(because)
        before = bool(message_id) and Message.objects.filter(message_id=message_id).exists()
        try:
            message = broadcast_signal(
                name,
                message_id=message_id or f"signal:{uuid4()}",
                variables=variables,
                now=begun.now,
                sent_by=user.name,
                because=reason,
            )
        except MessageIdReused as error:
            raise Refused("message_id_reused", error.message) from error
        if not before:
            _record(user, "signal.broadcast", message, {"reason": reason})
        return message


def withdraw(public_id: UUID | str, *, because: str, user: Actor) -> Message:
    """Let nobody get a message that nobody has yet. NotFound, FormInvalid without a reason, Refused."""
    with act(user, "message.withdraw", f"message:{public_id}"):
        begun = _begin(user)
        message = visible_message(begun.scope, public_id)
        reason = checked_reason(because)
        try:
            withdraw_message(message.pk, actor=user.name, because=reason, now=begun.now)
        except MessageGone as error:
            raise Refused("message_gone", error.message) from error
        _record(user, "message.withdrawn", message, {"reason": reason})
        return visible_message(begun.scope, public_id)


def try_again(public_id: UUID | str, *, user: Actor) -> RetryResult:
    """Deliver a message now that could not be; NotFound, Refused if nothing stopped it. IncidentBusy."""
    scope = scope_of(user, at=clock.now())
    try:
        incident = incident_of(visible_message(scope, public_id))
        if incident is None:
            raise Refused("not_stopped", _("Nothing has stopped this message."))
    except CaseError as error:
        audit.record_refusal(user, "message.retry", f"message:{public_id}", error)
        raise
    return retry_incident(incident.public_id, user=user)


def _begin(user: Actor) -> Begun:
    begun = begin(user)
    if not begun.scope.can_admin:
        raise NotFound
    return begun


def _check(kind: expected.Kind, name: str, variables: Mapping[str, Any]) -> None:
    try:
        expected.check(kind, name, variables)
    except MessageUnknown as error:
        raise FormInvalid((_UNKNOWN,)) from error
    except MessageTooLarge as error:
        raise FormInvalid((_LARGE,)) from error
    except UndeclaredVariable as error:
        raise FormInvalid((_undeclared(str(error.details["name"])),)) from error
    except WrongType as error:
        raise FormInvalid(
            (_wrong_type(str(error.details["name"]), str(error.details["declared"])),)
        ) from error


def _undeclared(name: str) -> FieldError:
    lv = f"Neviens process no šī ziņojuma neņem mainīgo “{name}”."
    return FieldError(f"variables.{name}", "unknown", lv, f"No process takes “{name}” of this message.")


def _wrong_type(name: str, kind: str) -> FieldError:
    lv, en = f"Mainīgā “{name}” tips ir {kind}.", f"The type of “{name}” is {kind}."
    return FieldError(f"variables.{name}", "wrong_type", lv, en)


def _record(user: Actor, action: str, message: Message, fields: Mapping[str, object]) -> None:
    told = {"name": message.name, "variables": sorted(message.variables), **fields}
    audit.record_act(user, action, f"message:{message.public_id}", told)
