"""The demo's clock: days pass at once, so that what happens by itself can be watched. Nowhere else."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from engine import clock
from web import words
from web.demo import is_demo
from web.pages import Problem, render

STEPS = (1, 7, 30, 91)
MOST = 400


@never_cache
@require_http_methods(["GET", "POST"])
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Which day it is in the demo, and moving on from it; time never goes back."""
    if not is_demo() or not settings.CLOCK_MAY_MOVE:
        raise Http404
    if request.method == "GET":
        return _answer(request)
    days = _days(request.POST.get("days", ""))
    if days is None:
        told = _("Write a whole number of days from 1 to %(most)s.") % {"most": MOST}
        return _answer(request, told, request.POST.get("days", ""))
    clock.set_offset(clock.offset() + timedelta(days=days))
    text = ngettext("%(n)s day has passed.", "%(n)s days have passed.", days)
    messages.success(request, text % {"n": days})
    return redirect("demo_clock")


def _days(text: str) -> int | None:
    """How many days were asked for; none if that is no number, or not one from 1 to MOST."""
    text = text.strip()
    days = int(text) if text.isdecimal() and len(text) < 5 else 0
    return days if 1 <= days <= MOST else None


def _answer(request: HttpRequest, wrong: str = "", typed: str = "") -> HttpResponse:
    now = clock.now()
    context = {
        "day": words.plain_date(words.day_of(now)),
        "steps": STEPS,
        "typed": typed,
        "wrong": wrong,
        "failed": bool(wrong),
        "problems_title": _("The clock was not moved"),
        "problems": [Problem(wrong, "id_days")] if wrong else [],
    }
    return render(request, "demo_clock.html", context, status=422 if wrong else 200)
