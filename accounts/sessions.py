"""Sessions end 30 minutes after the last request and 8 hours after signing in, whatever the cookie says."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Literal

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=8)

_SIGNED_IN: Final = "signed_in_at"
_SEEN: Final = "seen_at"
# Noting every request would write a session row each time; a minute is exact enough for thirty.
_SEEN_NOTED_EVERY: Final = 60.0

Ended = Literal["idle", "absolute"]


def _clock() -> float:
    # The real clock: the demo's shifted business time must not sign anybody out, or keep anybody in.
    return timezone.now().timestamp()


def begin(request: HttpRequest) -> None:
    """Start counting: called right after signing in."""
    request.session[_SIGNED_IN] = request.session[_SEEN] = _clock()


class SessionEndMiddleware:
    """Ends a session that is over; `request.session_ended` then says `idle` or `absolute`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, to an anonymous visitor if the session is over."""
        request.session_ended = None  # type: ignore[attr-defined]
        if auth.SESSION_KEY in request.session:
            ended = _ended(request)
            if ended is not None:
                auth.logout(request)
                request.session_ended = ended  # type: ignore[attr-defined]
        return self.get_response(request)


def _ended(request: HttpRequest) -> Ended | None:
    now = _clock()
    signed_in = request.session.get(_SIGNED_IN)
    if not isinstance(signed_in, float):
        begin(request)
        return None
    if now - signed_in >= ABSOLUTE.total_seconds():
        return "absolute"
    seen = request.session.get(_SEEN, signed_in)
    if now - seen >= IDLE.total_seconds():
        return "idle"
    if now - seen >= _SEEN_NOTED_EVERY:
        request.session[_SEEN] = now
    return None
