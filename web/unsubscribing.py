"""Stopping mails by the link in them, without signing in; the mail program may do it with one click."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cases.notifications.unsubscribing import subscribe_again, subscription_of
from cases.notifications.unsubscribing import unsubscribe as stop
from web.message_wishes import group_labels
from web.pages import problem_page, render


# A mail program posts here without a cookie; the signed token says who asks and for what.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Asks first; programs that look at links in mails change nothing."""
    found = subscription_of(token)
    if found is None:
        lines = [_("Copy the whole address from the mail, or sign in and choose in your account.")]
        return problem_page(request, heading=_("This link is not known"), lines=lines, status=404)
    again = request.POST.get("again") == "yes"
    if request.method == "POST":
        (subscribe_again if again else stop)(found)
    labels = group_labels()
    context = {
        "groups": [labels[group.value] for group in found.groups],
        "done": request.method == "POST" and not again,
        "undone": again,
    }
    return render(request, "unsubscribe.html", context)
