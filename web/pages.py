"""What every page has in common: the frame around it, who may open it, and how refusals look."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render as django_render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.services import closed_in_session
from cases import audit
from cases.errors import CaseError, NotFound
from web import words
from web.frame import frame_of
from web.typed import tell_kept
from web.visitors import Visitor, visitor_of

P = ParamSpec("P")
PageView = Callable[Concatenate[HttpRequest, Visitor, P], HttpResponse]


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of an error summary; `target` is the id of the field it is about."""

    text: str
    target: str = ""


def texts_by_target(problems: Iterable[Problem]) -> dict[str, str]:
    """The words of each problem by the id of its field, for showing them there too."""
    return {problem.target: problem.text for problem in problems}


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page with its frame."""
    visitor = visitor_of(request)
    known = context or {}
    around = {
        "frame": frame_of(
            visitor, known.get("counts"), known.get("unread_count"), keyboard=_uses_keys(request)
        ),
        "visitor": visitor,
        "today": words.day_of(visitor.now) if visitor else None,
    }
    return django_render(request, template, {**around, **(context or {})}, status=status)


def _uses_keys(request: HttpRequest) -> bool:
    # Refused before anybody was looked for, a request has no user.
    return bool(getattr(getattr(request, "user", None), "keyboard", False))


def page(view: PageView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for people who signed in."""
    return _guarded(view, for_links=False)


def task_page(view: PageView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for people who signed in, and for the person behind a one-time link."""
    return _guarded(view, for_links=True)


def _guarded(view: PageView[P], *, for_links: bool) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        visitor = visitor_of(request)
        if visitor is None:
            if getattr(request, "session_ended", None):
                messages.info(
                    request, _("For your safety you were signed out after a while. Sign in to go on.")
                )
            if (closed := closed_in_session(request)) is not None:
                messages.warning(request, str(closed))
            tell_kept(request)
            return redirect_to_login(request.get_full_path(), reverse("sign_in"))
        if visitor.actor.only_task is not None and not for_links:
            return redirect("link_task")
        try:
            return view(request, visitor, *args, **kwargs)
        except CaseError as refused:
            return refusal_page(request, refused)
        except Http404:
            audit.record_refusal(visitor.actor, "page.open", _address_of(request), NotFound())
            raise

    update_wrapper(guarded, view)
    return never_cache(guarded)


def _address_of(request: HttpRequest) -> str:
    """Which page it is, by name; an address itself can hold a secret."""
    match = request.resolver_match
    return f"page:{match.url_name}:{match.kwargs.get('public_id', '')}".rstrip(":") if match else "page:"


def refusal_page(request: HttpRequest, refused: CaseError) -> HttpResponse:
    """What was refused and why, in the person's language."""
    headings = {
        400: _("This request could not be read"),
        403: _("You may not do this"),
        404: _("This page does not exist"),
        409: _("This has changed in the meantime"),
        422: _("This could not be saved"),
        503: _("Somebody else is working on this case just now"),
    }
    if refused.status == 404:
        return not_found_page(request)
    response = problem_page(
        request,
        heading=headings.get(refused.status, _("This is not possible")),
        lines=[str(refused.message)],
        status=refused.status,
    )
    if refused.status == 503:
        response["Retry-After"] = "3"
    return response


def not_found_page(request: HttpRequest) -> HttpResponse:
    """One answer for what does not exist and for what is somebody else's."""
    lines = [
        _("Check the address, or find what you need from the start page."),
        _("If somebody sent you this address: you see only the cases of your own organisation."),
    ]
    return problem_page(request, heading=_("This page does not exist"), lines=lines, status=404)


def problem_page(
    request: HttpRequest, *, heading: str, lines: list[str], status: int, back: str = "", back_label: str = ""
) -> HttpResponse:
    """A plain page that says what went wrong and where to go on."""
    context = {"heading": heading, "lines": lines, "back": back, "back_label": back_label}
    return render(request, "errors/problem.html", context, status=status)
