"""How long data are kept: the rules, what is due by them, the lists that two people sign, what is held."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import people, retention
from cases.errors import CaseError, NotAllowed, NotFound, Refused
from cases.models import LegalHold, RetentionItem, RetentionRule, RetentionRun
from cases.queries.retaining import (
    RuleRow,
    administrators_besides,
    names_of_process,
    rule_rows,
    run_cases,
    run_of,
)
from cases.services import legal_holds
from web import words
from web.addresses import with_query
from web.pages import Problem, page, render, texts_by_target
from web.visitors import Visitor

SHOWN = 20


@page
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The rules with what is due today, and the lists; a list is prepared here, which changes no case."""
    _administrators_only(visitor)
    if request.method == "GET":
        return _rules_page(request, visitor)
    try:
        run = retention.prepare_run(visitor.actor)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("retention")
    messages.success(request, _("The list is prepared. Somebody else has to sign it."))
    return redirect("retention_run", run.public_id)


def _rules_page(
    request: HttpRequest, visitor: Visitor, *problems: Problem, status: int = 200
) -> HttpResponse:
    rows = rule_rows(visitor.now)
    due = sum(row.due for row in rows)
    context = {
        "section": "jobs",
        "rules": [_rule(row) for row in rows],
        "due": _cases(due) if due else "",
        "runs": [_run(run, visitor) for run in retention.newest_runs(SHOWN)],
        "holds": [_hold(hold, visitor) for hold in legal_holds.held_cases(visitor.scope)],
        "number": request.POST.get("number", ""),
        "basis": request.POST.get("basis", ""),
        "hides_looks": request.POST.get("hides_looks") == "on",
        "failed": bool(problems),
        "problems": problems,
        "problems_title": _("The case is not held"),
        "problem_at": texts_by_target(problems),
    }
    return render(request, "retention.html", context, status=status)


@page
@require_safe
def run(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """A list with its cases, to be looked through before it is signed."""
    _administrators_only(visitor)
    found = run_of(public_id)
    cases = run_cases(found, request.GET.get("cursor"))
    here = reverse("retention_run", args=[public_id])
    others = administrators_besides(found.prepared_by.person_id, visitor.scope.day)
    context = {
        "section": "jobs",
        "run": _run(found, visitor),
        "digest": found.digest,
        "waits": found.status == RetentionRun.Status.PREPARED,
        "others": ", ".join(others),
        "rows": [_row(item, visitor) for item in cases.items],
        "next": with_query(here, cursor=cases.next_cursor) if cases.next_cursor else "",
        "previous": with_query(here, cursor=cases.previous_cursor) if cases.previous_cursor else "",
    }
    return render(request, "retention_run.html", context)


@page
@require_POST
def sign(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Signs a list that somebody else prepared; then the job begins."""
    _administrators_only(visitor)
    try:
        retention.sign_run(public_id, visitor.actor, digest=request.POST.get("digest", "")[:64])
        messages.success(request, _("The list is signed. The cases are being emptied."))
    except NotAllowed:
        messages.error(request, _("Who prepared the list cannot sign it."))
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("retention_run", public_id)


@page
@require_POST
def hold(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Holds a case, named by its number."""
    _administrators_only(visitor)
    basis, hides = request.POST.get("basis", ""), request.POST.get("hides_looks") == "on"
    try:
        case = legal_holds.case_by_number(visitor.scope, request.POST.get("number", "")[:40])
    except NotFound:
        problem = Problem(_("There is no case with this number."), "number")
        return _rules_page(request, visitor, problem, status=422)
    try:
        legal_holds.hold_case(case.public_id, user=visitor.actor, basis=basis, hides_looks=hides)
    except Refused as refused:
        target = "basis" if refused.because == "no_basis" else "number"
        return _rules_page(request, visitor, Problem(str(refused.message), target), status=422)
    messages.success(request, _("Case %(number)s is held.") % {"number": case.number})
    return redirect("retention")


@page
@require_POST
def release(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Releases a case that is held."""
    _administrators_only(visitor)
    try:
        legal_holds.release_case(public_id, user=visitor.actor)
    except CaseError as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The case is not held any more."))
    return redirect("retention")


def _administrators_only(visitor: Visitor) -> None:
    if not visitor.scope.can_admin:
        raise Http404


def _cases(count: int) -> str:
    return ngettext("%(n)s case", "%(n)s cases", count) % {"n": count}


def _rule(row: RuleRow) -> dict[str, Any]:
    told = {"process": words.pick(row, "process"), "basis": row.legal_basis}
    if row.years is None:
        return {**told, "after": "", "action": "", "due": _("nothing")}
    after = ngettext("%(n)s year after the case is closed", "%(n)s years after the case is closed", row.years)
    due = _cases(row.due) if row.legal_basis else _("nothing, until the law is named")
    return {**told, "after": after % {"n": row.years}, "action": _action(row.action), "due": due}


def _action(action: str) -> str:
    return {
        RetentionRule.Action.DELETE: _("the contents are deleted"),
        RetentionRule.Action.ANONYMISE: _("the contents are deleted and the people unlinked"),
    }[RetentionRule.Action(action)]


def _run(found: RetentionRun, visitor: Visitor) -> dict[str, Any]:
    today = words.day_of(visitor.now)
    done, total = found.items.exclude(done_at=None).count(), found.items.count()
    state = {
        "prepared": _("waits for a signature"),
        "signed": _("%(done)s of %(total)s emptied") % {"done": done, "total": total},
        "done": _("done: %(done)s of %(total)s emptied") % {"done": done, "total": total},
    }[found.status]
    signed = found.signed_by and found.signed_at
    return {
        "public_id": found.public_id,
        "prepared": f"{found.prepared_by.person}, {words.day_and_clock(found.prepared_at, today)}",
        "signed": f"{found.signed_by.person}, {words.day_and_clock(found.signed_at, today)}"
        if signed and found.signed_by and found.signed_at
        else "",
        "cases": _cases(total),
        "digest": found.digest[:16],
        "state": state,
        "may_sign": found.status == "prepared" and found.prepared_by.person_id != visitor.actor.person_id,
    }


def _row(item: RetentionItem, visitor: Visitor) -> dict[str, Any]:
    today = words.day_of(visitor.now)
    state = _("emptied") if item.done_at else _("left as it is: it is held") if item.skipped else ""
    return {
        "number": item.case.number,
        "address": reverse("case", args=[item.case.public_id]),
        "process": chosen_name(item.case.process_key),
        "closed": _begun(words.on_day(item.case.closed_at, today)) if item.case.closed_at else "–",
        "action": _begun(_action(item.action)),
        "basis": item.rule.legal_basis,
        "state": state,
    }


def _begun(text: str) -> str:
    """As a cell begins."""
    return text[:1].upper() + text[1:]


def chosen_name(process_key: str) -> str:
    """What the process is called in its newest version."""
    latvian, english = names_of_process(process_key)
    return latvian if words.is_latvian() else english


def _hold(hold_: LegalHold, visitor: Visitor) -> dict[str, Any]:
    return {
        "case": hold_.case,
        "address": reverse("case", args=[hold_.case.public_id]),
        "basis": hold_.basis,
        "hides_looks": hold_.hides_looks,
        "placed": f"{people.name_of(hold_.placed_by)}, "
        f"{words.day_and_clock(hold_.placed_at, words.day_of(visitor.now))}",
    }
