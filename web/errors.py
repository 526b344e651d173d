"""The pages for requests that found nothing, were not allowed, or failed."""

import sys
from typing import Final

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from web.pages import not_found_page, problem_page
from web.stopped import typed_page
from web.typed import tell_kept
from web.visitors import visitor_of

AWAY: Final = (OperationalError, InterfaceError)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request could not be read."""
    if isinstance(exception, RequestDataTooBig):
        lines = [_("Go back, shorten what you wrote and send it again.")]
        return problem_page(request, heading=_("The request is too large."), lines=lines, status=413)
    lines = [_("Something in the address or in the form was not understood. Go back and try again.")]
    return problem_page(request, heading=_("This request could not be read"), lines=lines, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """This person may not open this."""
    lines = [_("Your roles do not allow this. If your work needs it, ask the head of your institution.")]
    return problem_page(request, heading=_("You may not open this page"), lines=lines, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """There is no such page."""
    return not_found_page(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form was too old, or came from elsewhere; what a page of ours brought is kept for its person."""
    if visitor_of(request) is None and tell_kept(request):
        return redirect_to_login(request.get_full_path(), reverse("sign_in"))
    lines = [
        _("The form was open for too long, or you signed in or out in another window."),
        _("Go back, load the page again and send it once more. Saved drafts are still there."),
    ]
    heading = _("The form was not accepted")
    return typed_page(request, heading, lines, 403) or problem_page(
        request, heading=heading, lines=lines, status=403
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke, or the database is away for a moment: a page that needs no database."""
    if isinstance(sys.exc_info()[1], AWAY):
        response = render(request, "errors/503.html", {"frame": None}, status=503)
        response["Retry-After"] = "3"
        return response
    return render(request, "errors/500.html", {"frame": None}, status=500)
