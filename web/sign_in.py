"""Signing in and out, and choosing the first password by the link from an invitation."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.actors import actor_of
from accounts.errors import AccountAsleep, AccountError, ActivationRefused, LockedOut, PasswordRefused
from accounts.services.invitations import activation_user, link_story
from cases import audit
from engine import clock
from web.account import new_password_problems
from web.asleep import remember_asleep
from web.demo import demo_sign_ins
from web.language import with_language
from web.pages import Problem, problem_page, render, texts_by_target


def _way_back(request: HttpRequest) -> str:
    wish = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure())
    return wish if safe else ""


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; afterwards the page that was wanted, or the start page."""
    if request.method == "GET":
        return redirect("home") if request.user.is_authenticated else _sign_in_page(request)
    username, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
    empty = [] if username else [Problem(_("Enter your username."), "username")]
    empty += [] if password else [Problem(_("Enter your password."), "password")]
    if empty:
        return _sign_in_page(request, username, empty, 422)
    try:
        user = services.sign_in(request, username=username, password=password)
    except AccountError as refused:
        audit.record_sign_in(username, signed_in=False, code=refused.code)
        if isinstance(refused, AccountAsleep):
            return remember_asleep(request, username)
        status = 429 if isinstance(refused, LockedOut) else 422
        return _sign_in_page(request, username, [Problem(str(refused), "username")], status)
    audit.record_sign_in(user.username, signed_in=True)
    return with_language(redirect(_way_back(request) or "home"), user.language)


def _sign_in_page(
    request: HttpRequest, username: str = "", problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    context = {
        "next": _way_back(request),
        "username": username,
        "failed": bool(problems),
        "problems": problems,
        "problems_title": _("You are not signed in"),
        "problem_at": texts_by_target(problems),
        **demo_sign_ins(),
    }
    return render(request, "sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session, a link visitor's too."""
    services.sign_out(request)
    messages.success(request, _("You have signed out."))
    return redirect("sign_in")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, token: str) -> HttpResponse:
    """Choosing the first password; the link works once."""
    try:
        user = activation_user(token, now=clock.now())
        if request.method == "GET":
            return _activation_page(request, user.username)
        password = request.POST.get("password", "")
        problems = new_password_problems(password, request.POST.get("again", ""), "password")
        if problems:
            return _activation_page(request, user.username, *problems)
        services.activate(token, password, now=clock.now())
        audit.record_act(actor_of(user, "page"), "password.set", f"user:{user.pk}", {})
    except PasswordRefused as refused:
        return _activation_page(request, user.username, Problem(str(refused), "password"))
    except ActivationRefused as refused:
        audit.record_link_refused(None, "activation", refused.code)
        lines = [str(refused), *_whom_to_ask(token)]
        return problem_page(request, heading=_("This link does not work"), lines=lines, status=404)
    messages.success(request, _("Your password is set. Sign in with it now."))
    return redirect("sign_in")


def _whom_to_ask(token: str) -> list[str]:
    """Who can send another link: who has this one's secret may know where its user works."""
    was_used, where = link_story(token)
    told = [_("This link was used already. If you have chosen a password, sign in with it.")]
    ask = _("The head of your institution can send you a new one: on your page under “People”.")
    if where:
        ask = _("The head of %(where)s or the ministry can send you a new one: on your page under “People”.")
    return [*(told if was_used else []), ask % {"where": where}]


def _activation_page(request: HttpRequest, username: str, *problems: Problem) -> HttpResponse:
    context = {
        "username": username,
        "failed": bool(problems),
        "problems": problems,
        "problems_title": _("The password is not set yet"),
        "problem_at": texts_by_target(problems),
    }
    return render(request, "activate.html", context, status=422 if problems else 200)
