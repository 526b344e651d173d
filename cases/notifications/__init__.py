"""Messages to people about their cases: kept as rows, said in their language, sent by mail as jobs."""

from . import clock as _clock  # registers the kinds that every process uses
from . import general as _general
from .following import tell_of_opened, told_together
from .kinds import MESSAGE_KINDS, MessageContext, Urgency, Words, message_kind, render
from .sending import deliver, keep_without_secret, notify, send_message, write

del _clock, _general

__all__ = [
    "MESSAGE_KINDS",
    "MessageContext",
    "Urgency",
    "Words",
    "deliver",
    "keep_without_secret",
    "message_kind",
    "notify",
    "render",
    "send_message",
    "tell_of_opened",
    "told_together",
    "write",
]
