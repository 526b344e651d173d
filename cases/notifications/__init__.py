"""Messages to people about their cases: kept as rows, said in their language, sent by mail as jobs."""

from . import general as _general  # registers the kinds that every process uses
from .following import tell_of_opened
from .kinds import MESSAGE_KINDS, MessageContext, Words, message_kind, render
from .sending import deliver, notify, send_message

del _general

__all__ = [
    "MESSAGE_KINDS",
    "MessageContext",
    "Words",
    "deliver",
    "message_kind",
    "notify",
    "render",
    "send_message",
    "tell_of_opened",
]
