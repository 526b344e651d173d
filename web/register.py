"""The register's events by hand: each is asked for, its consequences are told, then it is entered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases import permissions
from cases.audit import record_staff
from cases.errors import CaseError, FieldError, FormError
from cases.forms import Form, FormContext, check, parse_post, present
from cases.models import Case
from cases.services import register as services
from cases.services.register import Consequences
from registries.models import Organisation
from registries.queries import employees, head_of
from web import register_forms, words
from web.answers import language
from web.pages import page, render
from web.register_words import consequence_lines
from web.visitors import Visitor
from web.widgets import Filling, problems, widgets


@dataclass(frozen=True, slots=True)
class _Act:
    """One event: its page's words, its form, what follows from the answers, and what enters it."""

    heading: str
    intro: str
    button: str
    done: str
    form: Form
    consequences: Callable[[Mapping[str, Any]], Consequences]
    enter: Callable[[Mapping[str, Any]], object]


@page
@require_safe
def organisation(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """An organisation with who works there, and what can be entered about it."""
    found = services.organisation_of(visitor.scope, public_id)
    today = words.day_of(visitor.now)
    head, works = head_of(found, today), list(employees(found, today))
    record_staff(visitor.actor, found, [work.person_id for work in works])
    staff = [
        {
            "name": str(work.person),
            "position": work.position,
            "until": work.valid_until,
            "address": reverse("register_leaving", args=[public_id, work.person.public_id]),
            "is_head": work.is_head and head is not None and work.person_id == head.pk,
        }
        for work in works
    ]
    context = {
        "section": "register",
        "organisation": found,
        "is_active": found.status == Organisation.Status.ACTIVE,
        "head": str(head) if head else "",
        "staff": staff,
        "may_change": permissions.against_changing_institutions(visitor.scope) is None,
        "alone": permissions.against_changing_institutions(visitor.scope) is not None,
    }
    return render(request, "register_organisation.html", context)


@page
@require_http_methods(["GET", "POST"])
def leaving(request: HttpRequest, visitor: Visitor, public_id: UUID, person_id: UUID) -> HttpResponse:
    """The end of somebody's work."""
    found = services.organisation_of(visitor.scope, public_id)
    today = words.day_of(visitor.now)
    works = services.works_of(found, person_id, today)
    person = works[0].person
    record_staff(visitor.actor, found, [person.pk])

    def consequences(given: Mapping[str, Any]) -> Consequences:
        chosen = tuple(work for work in works if given.get("position", "") in ("", work.position))
        last_day = date.fromisoformat(given["last_day"])
        at_once = bool(given.get("at_once"))
        return services.after_leaving(found, chosen, last_day=last_day, at_once=at_once, today=today)

    def enter(given: Mapping[str, Any]) -> None:
        services.enter_end_of_employment(
            public_id,
            person_id,
            user=visitor.actor,
            last_day=date.fromisoformat(given["last_day"]),
            at_once=bool(given.get("at_once")),
            position=str(given.get("position", "")),
        )

    told = {"name": str(person)}
    return _answer(
        request,
        visitor,
        found,
        _Act(
            heading=_("End of employment: %(name)s") % told,
            intro=", ".join(dict.fromkeys(work.position for work in works)),
            button=_("Enter the end of employment"),
            done=_("The end of employment of %(name)s is entered.") % told,
            form=register_forms.leaving(works),
            consequences=consequences,
            enter=enter,
        ),
    )


@page
@require_http_methods(["GET", "POST"])
def head(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Another head."""
    found = _of_officer(visitor, public_id)
    today = words.day_of(visitor.now)
    leads = head_of(found, today)
    staff = [work for work in employees(found, today) if leads is None or work.person_id != leads.pk]

    def consequences(given: Mapping[str, Any]) -> Consequences:
        person = next(work.person for work in staff if str(work.person.public_id) == given["person"])
        on = date.fromisoformat(given["on"])
        return services.after_change_of_head(found, person, on=on, today=today)

    def enter(given: Mapping[str, Any]) -> None:
        on = date.fromisoformat(given["on"])
        position = given["position"]
        services.enter_head(public_id, given["person"], user=visitor.actor, on=on, position=position)

    return _answer(
        request,
        visitor,
        found,
        _Act(
            heading=_("Change of head"),
            intro=_("Head now: %(name)s") % {"name": leads} if leads else _("The register names no head."),
            button=_("Enter the new head"),
            done=_("The new head is entered."),
            form=register_forms.heading(staff),
            consequences=consequences,
            enter=enter,
        ),
    )


@page
@require_http_methods(["GET", "POST"])
def closing(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """An institution that closes or merges."""
    found = _of_officer(visitor, public_id)
    today = words.day_of(visitor.now)
    others = Organisation.objects.visible_to(visitor.scope).active().filter(kind=found.kind)
    others = others.exclude(pk=found.pk).order_by("sort_key", "id")

    def consequences(given: Mapping[str, Any]) -> Consequences:
        on, chosen = date.fromisoformat(given["on"]), register_forms.successor_of(given)
        successor = others.filter(public_id=chosen).first() if chosen else None
        return services.after_closing(found, on=on, today=today, successor=successor)

    def enter(given: Mapping[str, Any]) -> None:
        on, successor = date.fromisoformat(given["on"]), register_forms.successor_of(given)
        services.enter_closing(public_id, user=visitor.actor, on=on, successor_id=successor)

    return _answer(
        request,
        visitor,
        found,
        _Act(
            heading=_("Closing or merging"),
            intro=_(
                "The work of everybody here ends the day before, and all roles here end. "
                "Nothing of it can be undone."
            ),
            button=_("Enter the closing"),
            done=_("The closing is entered."),
            form=register_forms.closing(others),
            consequences=consequences,
            enter=enter,
        ),
        latest=today,
    )


def _of_officer(visitor: Visitor, public_id: UUID) -> Organisation:
    return services.institution_of(visitor.scope, public_id)


def _answer(
    request: HttpRequest, visitor: Visitor, found: Organisation, act: _Act, latest: date | None = None
) -> HttpResponse:
    """The form, then what follows from it, then the register with what was done."""
    if request.method == "GET":
        return _form_page(request, visitor, found, act, {})
    answers, refused = parse_post(act.form, request.POST)
    errors = refused or _faults(act, answers, visitor, found, latest)
    if errors:
        return _form_page(request, visitor, found, act, answers, errors)
    if request.POST.get("action") == "change":
        return _form_page(request, visitor, found, act, answers)
    if request.POST.get("action") != "confirm":
        return _confirm_page(request, visitor, found, act, answers)
    try:
        act.enter(answers)
    except CaseError as problem:
        told = str(problem.message)
        return _form_page(request, visitor, found, act, answers, (FieldError("", problem.code, told, told),))
    messages.success(request, act.done)
    return redirect("register_organisation", found.public_id)


def _context(visitor: Visitor, found: Organisation) -> FormContext:
    return FormContext(case=Case(organisation=found), task=None, user=visitor.actor, now=visitor.now)


def _faults(
    act: _Act, answers: dict[str, Any], visitor: Visitor, found: Organisation, latest: date | None
) -> tuple[FieldError, ...]:
    try:
        check(act.form, answers, context=_context(visitor, found))
    except FormError as refused:
        return refused.errors
    if latest is not None and date.fromisoformat(answers["on"]) > latest:
        told = _("The day cannot be later than today. Enter it when it has come.")
        return (FieldError("on", "in_future", told, told),)
    return ()


def _form_page(
    request: HttpRequest,
    visitor: Visitor,
    found: Organisation,
    act: _Act,
    answers: Mapping[str, Any],
    errors: tuple[FieldError, ...] = (),
) -> HttpResponse:
    drawn = widgets(act.form, _context(visitor, found), Filling(answers=answers, errors=errors))
    context = {
        "section": "register",
        "organisation": found,
        "act": act,
        "widgets": drawn,
        "failed": bool(errors),
        "problems": problems(drawn, errors),
        "problems_title": _("This was not entered"),
    }
    return render(request, "register_act.html", context, status=422 if errors else 200)


def _confirm_page(
    request: HttpRequest, visitor: Visitor, found: Organisation, act: _Act, answers: Mapping[str, Any]
) -> HttpResponse:
    context = {
        "answers": present(act.form, answers, _context(visitor, found), language()),
        "section": "register",
        "organisation": found,
        "act": act,
        "lines": consequence_lines(act.consequences(answers)),
        "kept": [
            (name, value) for name in request.POST if name != "csrfmiddlewaretoken" and name != "action"
            for value in request.POST.getlist(name)
        ],
    }  # fmt: skip
    return render(request, "register_confirm.html", context)
