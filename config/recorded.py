"""What a request reads and is refused is written to the audit before its answer leaves, and who went."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from cases import audit
from config.headers import Respond
from web.visitors import LINK_KEY


class RecordedMiddleware:
    """Gathers the audit rows of a request; a session that it ended is among them."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, once its looks are in the audit."""
        with audit.gathered():
            before = _who(request)
            response = self.get_response(request)
            if before and _who(request) != before:
                audit.record_sign_out(before, how=getattr(request, "session_ended", None) or "asked")
        return response


def _who(request: HttpRequest) -> str:
    """Whose session it is, as the audit names them; nothing where there is no session."""
    if request.session.is_empty():
        return ""
    user, link = request.session.get(SESSION_KEY), request.session.get(LINK_KEY)
    return f"user:{user}" if user else f"person:{link['person']}" if link else ""
