"""For who knows the password of an account that sleeps: why it does, and asking to open it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cases.errors import CaseError
from cases.services.returning import ask_to_return, asked_before, sleeper
from engine import clock
from web.pages import refusal_page, render

_KEY = "asleep"
_SECONDS = 15 * 60


def remember_asleep(request: HttpRequest, username: str) -> HttpResponse:
    """On to the page that says why; this browser has shown that it knows the password."""
    request.session.flush()
    request.session[_KEY] = username
    request.session.set_expiry(_SECONDS)
    return redirect("asleep")


@never_cache
@require_http_methods(["GET", "POST"])
def asleep(request: HttpRequest) -> HttpResponse:
    """Why the account is locked; asking brings its head a task."""
    user: User | None = sleeper(str(request.session.get(_KEY, "")))
    if user is None:
        return redirect("sign_in")
    if request.method == "GET":
        before = asked_before(user)
        number = before.number if before else ""
        return render(request, "asleep.html", {"name": str(user.person), "number": number})
    try:
        case = ask_to_return(user, now=clock.now())
    except CaseError as refused:
        return refusal_page(request, refused)
    return render(request, "asleep.html", {"name": str(user.person), "number": case.number})
