"""Signing in with a password, and out."""

from django.contrib import auth
from django.http import HttpRequest, HttpResponse

from accounts import sessions
from accounts.errors import LockedOut, WrongCredentials
from accounts.models import User

from .passwords import LONGEST


def sign_in(request: HttpRequest, *, username: str, password: str) -> User:
    """The user, signed in on this request's session; WrongCredentials, or LockedOut after five in a row."""
    name = username.strip()
    if not name or len(name) > 100 or "\x00" in name + password or len(password) > LONGEST:
        raise WrongCredentials
    user = auth.authenticate(request, username=name, password=password)
    if user is None:
        raise LockedOut if getattr(request, "axes_locked_out", False) else WrongCredentials
    auth.login(request, user)
    sessions.begin(request)
    return user


def sign_out(request: HttpRequest) -> None:
    """Ends the session."""
    auth.logout(request)


def locked_out_response(
    request: HttpRequest,  # noqa: ARG001
    response: HttpResponse,
    credentials: object,  # noqa: ARG001
) -> HttpResponse:
    """Our own page, which has said it already, with the status that programs understand."""
    response.status_code = 429
    return response


def client_in_log(*_parts: object) -> str:
    """Who tried, as the log may have it: nobody by name or address."""
    return "a client"
