"""Who is asking: a personal token, or the session of the pages with its CSRF token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.actors import Actor, actor_of
from accounts.services import authenticate_token
from engine import clock

MAX_TOKEN = 200


def moment(request: Request) -> datetime:
    """Business time of this request, read once."""
    if not hasattr(request, "_moment"):
        request._moment = clock.now()  # type: ignore[attr-defined]
    return request._moment  # type: ignore[attr-defined, no-any-return]


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer viis_...`; `request.auth` is the actor."""

    def authenticate(self, request: Request) -> tuple[Any, Actor] | None:
        """The token's actor; None without a token, refused with a bad one."""
        scheme, _space, raw = get_authorization_header(request).partition(b" ")
        if not scheme:
            return None
        if scheme.lower() != b"bearer" or len(raw) > MAX_TOKEN or not raw.isascii():
            raise AuthenticationFailed
        actor = authenticate_token(raw.strip().decode("ascii"), now=moment(request))
        if actor is None:
            raise AuthenticationFailed
        return AnonymousUser(), actor

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """What a 401 asks for."""
        return 'Bearer realm="viis"'


class PageSession(SessionAuthentication):
    """The session of the pages; every writing method needs the CSRF token in `X-CSRFToken`."""

    def authenticate(self, request: Request) -> tuple[Any, Actor] | None:
        """The signed-in user's actor; None when nobody is signed in."""
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated or not user.is_active:
            return None
        self.enforce_csrf(request)
        return user, actor_of(user, "api")
