"""Signing in with a password, and out."""

from django.contrib import auth
from django.http import HttpRequest, HttpResponse

from accounts import sessions
from accounts.errors import AccountAsleep, AccountError, AccountWithoutRoles, LockedOut, WrongCredentials
from accounts.models import User
from engine import clock

from .passwords import LONGEST


def sign_in(request: HttpRequest, *, username: str, password: str) -> User:
    """The user, signed in on this request's session; WrongCredentials, or LockedOut after five in a row."""
    name = username.strip()
    if not name or len(name) > 100 or "\x00" in name + password or len(password) > LONGEST:
        raise WrongCredentials
    user = auth.authenticate(request, username=name, password=password)
    if user is None:
        if getattr(request, "axes_locked_out", False):
            raise LockedOut
        raise _refusal(name, password)
    auth.login(request, user)
    # The register's own time: inactivity is counted in it, wherever the demonstration has moved the clock.
    User.objects.filter(pk=user.pk).update(last_login=clock.now())
    sessions.begin(request)
    return user


def _refusal(name: str, password: str) -> AccountError:
    """Why somebody did not get in; only who knows the password learns that the account is closed."""
    closed = closed_user(name, password)
    match closed.closed_because if closed else "":
        case User.ClosedBecause.INACTIVE:
            return AccountAsleep()
        case User.ClosedBecause.NO_ROLES:
            return AccountWithoutRoles()
    return WrongCredentials()


def closed_user(name: str, password: str) -> User | None:
    """The user of a closed account whose password this is."""
    if len(password) > LONGEST or "\x00" in name + password:
        return None
    user = User.objects.filter(username=name, is_active=False).first()
    return user if user is not None and user.check_password(password) else None


def closed_in_session(request: HttpRequest) -> AccountError | None:
    """Why this session opens nothing any more, if its account was closed meanwhile; the session is ended."""
    # Refused before anybody was looked for, a request has no session.
    session = getattr(request, "session", {})
    if auth.SESSION_KEY not in session:
        return None
    user = User.objects.filter(pk=session[auth.SESSION_KEY], is_active=False).first()
    if user is None:
        return None
    auth.logout(request)
    return AccountAsleep() if user.closed_because == User.ClosedBecause.INACTIVE else AccountWithoutRoles()


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
