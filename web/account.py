"""One's own account: language, password, tokens for programs."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.errors import PasswordRefused, TokenRefused, WrongCredentials
from accounts.models import User
from accounts.models.tokens import SCOPES
from accounts.scope import Scope
from cases import audit
from cases.queries.directory import has_directory
from cases.services.tokens import end_token, make_token
from exchange.permissions import can_subscribe
from web.language import with_language
from web.pages import Problem, page, render, texts_by_target
from web.visitors import Visitor

LASTS = (30, 90, 365)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language on this device, and with the user for mail."""
    language = request.POST.get("language", "")
    wish = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure())
    back = redirect(wish if safe else "home")
    if language not in ("lv", "en"):
        return back
    if request.user.is_authenticated:
        services.choose_language(request.user, language)
    return with_language(back, language)


@page
@require_POST
def keyboard(request: HttpRequest, visitor: Visitor) -> HttpResponse:  # noqa: ARG001
    """Switches the single keys of the pages on or off."""
    on = request.POST.get("keyboard") == "on"
    services.choose_keyboard(cast("User", request.user), on=on)
    messages.success(request, _("The keys work now.") if on else _("The keys do nothing now."))
    return redirect("profile")


@page
@require_safe
def profile(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Who one is here: the roles with their last day, and the way to password and tokens."""
    user = cast("User", request.user)
    grants = user.role_grants.filter(revoked_at=None).select_related("organisation").order_by("id")
    audit.record_read(visitor.actor, visitor.actor.key, persons=[user.person_id])
    return render(
        request,
        "profile.html",
        {"section": "profile", "user": user, "grants": grants, "can_connect": can_subscribe(visitor.scope)},
    )


@page
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Changing one's password; other sessions end."""
    if request.method == "GET":
        return _password_page(request)
    old, new = request.POST.get("old", ""), request.POST.get("new", "")
    first = [] if old else [Problem(_("Enter your present password."), "old")]
    if problems := [*first, *new_password_problems(new, request.POST.get("again", ""), "new")]:
        return _password_page(request, *problems)
    try:
        user = services.change_password(cast("User", request.user), old=old, new=new)
    except WrongCredentials as refused:
        audit.record_sign_in(visitor.actor.name, signed_in=False, code=refused.code)
        return _password_page(request, Problem(_("This is not your present password."), "old"))
    except PasswordRefused as refused:
        return _password_page(request, Problem(str(refused), "new"))
    update_session_auth_hash(request, user)
    audit.record_act(visitor.actor, "password.changed", visitor.actor.key, {})
    messages.success(request, _("Your password is changed. Other devices have been signed out."))
    return redirect("profile")


def new_password_problems(new: str, again: str, target: str) -> list[Problem]:
    """What is wrong with a new password and its repetition before the rules are asked."""
    if not new:
        return [Problem(_("Enter a new password."), target)]
    if not again:
        return [Problem(_("Enter the new password again."), "again")]
    return [] if new == again else [Problem(_("The two passwords differ."), "again")]


def _password_page(request: HttpRequest, *problems: Problem) -> HttpResponse:
    context = {
        "failed": bool(problems),
        "problems": problems,
        "problems_title": _("The password was not changed"),
        "problem_at": texts_by_target(problems),
    }
    return render(request, "password.html", context, status=422 if problems else 200)


@page
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The tokens with which one's own programs use the API; a new one is shown once."""
    if request.method == "GET":
        return _tokens_page(request, visitor)
    days = int(request.POST.get("days", "0")) if request.POST.get("days", "").isdecimal() else 0
    try:
        issued = make_token(
            user=visitor.actor,
            name=request.POST.get("name", ""),
            scopes=request.POST.getlist("scopes"),
            expires_at=visitor.now + timedelta(days=min(days, 366)),
        )
    except TokenRefused as refused:
        return _tokens_page(request, visitor, *_token_problems(refused))
    return _tokens_page(request, visitor, raw=issued.raw)


def _token_problems(refused: TokenRefused) -> list[Problem]:
    words = {
        "name": Problem(_("Write in a few words what the token is for."), "name"),
        "scopes": Problem(_("Choose at least one thing that the token may do."), "scope-1"),
        "expires_at": Problem(_("Choose how long the token works."), f"days-{LASTS[0]}"),
    }
    return [words[fault] for fault in refused.faults]


def _tokens_page(request: HttpRequest, visitor: Visitor, *problems: Problem, raw: str = "") -> HttpResponse:
    user = cast("User", request.user)
    context = {
        "tokens": user.tokens.filter(revoked_at=None).order_by("-id"),
        "scopes": scope_choices(request.POST.getlist("scopes"), visitor.scope),
        "lasts": LASTS,
        "days": request.POST.get("days", str(LASTS[0])),
        "name": "" if raw else request.POST.get("name", ""),
        "raw": raw,
        "failed": bool(problems),
        "problems": problems,
        "problems_title": _("The token was not made"),
        "problem_at": {target.split("-")[0]: text for target, text in texts_by_target(problems).items()},
    }
    return render(request, "tokens.html", context, status=422 if problems else 200)


def scope_choices(chosen: list[str], reach: Scope) -> list[dict[str, object]]:
    """What a token of this person may be allowed to do, in words; not what they cannot do themselves."""
    words = {
        "cases:read": _("see cases"),
        "cases:write": _("start and withdraw cases"),
        "tasks:read": _("see tasks"),
        "tasks:write": _("claim and complete tasks"),
        "documents:read": _("download documents"),
        "documents:write": _("upload documents"),
        "processes:read": _("see processes and their forms"),
        "operations:read": _("see jobs and incidents"),
        "operations:write": _("try again what could not go on"),
        "correspondence:read": _("see the messages and signals of processes"),
        "correspondence:write": _("send messages and signals to processes, withdraw and repeat them"),
        "webhooks:read": _("see connections to other systems"),
        "webhooks:write": _("connect other systems"),
        "directory:read": _("look for organisations and people"),
        "directory:write": _("send the link to choose a password again"),
        "directory:codes": _("see whole personal codes, saying why"),
        "retention:read": _("see how long data are kept, and what is held"),
        "retention:write": _("prepare and sign lists of what is emptied, hold cases"),
        "account:read": _("see the tokens of the account"),
        "account:write": _("make and end tokens, choose the language"),
        "messages:read": _("see your messages"),
        "messages:write": _("mark messages as read and choose how they come"),
    }
    useless = {
        "operations": not reach.can_admin,
        "correspondence": not reach.can_admin,
        "retention": not reach.can_admin,
        "webhooks": not can_subscribe(reach),
        "directory": not has_directory(reach),
    }
    return [
        {"value": scope, "label": words.get(scope, scope), "chosen": scope in chosen}
        for scope in SCOPES
        if not useless.get(scope.partition(":")[0], False)
    ]


@page
@require_POST
def revoke_token(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Ends a token of one's own at once."""
    end_token(public_id, user=visitor.actor)
    messages.success(request, _("The token does not work any more."))
    return redirect("tokens")
