"""What the demo offers to try administration on: cases that get stuck, another version of their process."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.errors import CaseError
from cases.services.demonstration import SAMPLE, begin_events, calendar_answers, let_calendar_answer
from engine import catalog
from web.demo import may_practise
from web.pages import render


@never_cache
@require_http_methods(["GET", "POST"])
def demo_practice(request: HttpRequest) -> HttpResponse:
    """The page and its buttons; only the demo has it."""
    directory = settings.DEMONSTRATION_PROCESSES_DIR
    if directory is None or not may_practise():
        raise Http404
    if request.method == "GET":
        return render(request, "demo_practice.html", {"calendar_answers": calendar_answers()})
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        messages.success(request, act(Path(directory)))
    except CaseError as refused:
        messages.error(request, str(refused))
    return redirect("demo_practice")


def _start(_directory: Path) -> str:
    numbers = ", ".join(begin_events())
    return _("Begun: %(numbers)s. In a moment there are incidents.") % {"numbers": numbers}


def _silence(_directory: Path) -> str:
    let_calendar_answer(False)
    return _("The calendar of rooms does not answer from now on.")


def _answer(_directory: Path) -> str:
    let_calendar_answer(True)
    return _("The calendar of rooms answers again.")


def _deploy_next(directory: Path) -> str:
    folder = directory / SAMPLE
    row = catalog.deploy({**catalog.read_folder(folder), **catalog.read_folder(folder / "next")})
    return _("Version %(number)s of the sample process is in force now.") % {"number": row.version}


_ACTS: Final[Mapping[str, Callable[[Path], str]]] = {
    "start": _start,
    "silence": _silence,
    "answer": _answer,
    "deploy": _deploy_next,
}
