"""How long data are kept: the rules, what is due by them, and the lists that two people sign."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cases import retention
from cases.errors import NotAllowed, Refused
from cases.models import RetentionRule, RetentionRun
from engine import catalog
from engine.errors import DefinitionNotFound
from web import words
from web.pages import page, render
from web.visitors import Visitor

SHOWN = 20


@page
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The rules with what is due today, and the lists; a list is prepared here, which changes no case."""
    _administrators_only(visitor)
    if request.method == "POST":
        try:
            retention.prepare_run(visitor.actor)
            messages.success(request, _("The list is prepared. Somebody else has to sign it."))
        except Refused as refused:
            messages.error(request, str(refused.message))
        return redirect("retention")
    due, known = retention.due_cases(visitor.now), retention.rules()
    counts: dict[int, int] = {}
    for one in due:
        counts[one.rule.pk] = counts.get(one.rule.pk, 0) + 1
    context = {
        "section": "jobs",
        "rules": [*(_rule(rule, counts.get(rule.pk, 0)) for rule in known), *_unset(known)],
        "due": _cases(len(due)) if due else "",
        "runs": [_run(run, visitor) for run in retention.newest_runs(SHOWN)],
    }
    return render(request, "retention.html", context)


@page
@require_POST
def sign(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Signs a list that somebody else prepared; then the job begins."""
    _administrators_only(visitor)
    try:
        retention.sign_run(public_id, visitor.actor)
        messages.success(request, _("The list is signed. The cases are being emptied."))
    except NotAllowed:
        messages.error(request, _("Who prepared the list cannot sign it."))
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("retention")


def _administrators_only(visitor: Visitor) -> None:
    if not visitor.scope.can_admin:
        raise Http404


def _cases(count: int) -> str:
    return ngettext("%(n)s case", "%(n)s cases", count) % {"n": count}


def _rule(rule: RetentionRule, count: int) -> dict[str, Any]:
    after = ngettext(
        "%(n)s year after the case is closed", "%(n)s years after the case is closed", rule.years
    )
    action = {
        RetentionRule.Action.DELETE: _("the contents are deleted"),
        RetentionRule.Action.ANONYMISE: _("the contents are deleted and the people unlinked"),
    }
    return {
        "process": _process(rule.process_key),
        "after": after % {"n": rule.years},
        "action": action[RetentionRule.Action(rule.action)],
        "basis": rule.legal_basis,
        "due": _cases(count) if rule.legal_basis else _("nothing, until the law is named"),
    }


def _unset(known: list[RetentionRule]) -> Iterator[dict[str, Any]]:
    """The processes that nobody has set a rule for."""
    keys = {rule.process_key for rule in known}
    for row in catalog.all_current():
        if row.key not in keys:
            yield {"process": _process(row.key), "after": "", "action": "", "basis": "", "due": _("nothing")}


def _process(key: str) -> str:
    try:
        row = catalog.current(key)
    except DefinitionNotFound:
        return key
    return row.name if words.is_latvian() else row.name_en


def _run(run: RetentionRun, visitor: Visitor) -> dict[str, Any]:
    today = words.day_of(visitor.now)
    done = run.items.exclude(done_at=None).count()
    total = run.items.count()
    state = {
        "prepared": _("waits for a signature"),
        "signed": _("%(done)s of %(total)s emptied") % {"done": done, "total": total},
        "done": _("done: %(done)s of %(total)s emptied") % {"done": done, "total": total},
    }[run.status]
    return {
        "public_id": run.public_id,
        "prepared": f"{run.prepared_by.person}, {words.day_and_clock(run.prepared_at, today)}",
        "signed": f"{run.signed_by.person}, {words.day_and_clock(run.signed_at, today)}"
        if run.signed_by and run.signed_at
        else "",
        "cases": _cases(total),
        "digest": run.digest[:16],
        "state": state,
        "may_sign": run.status == "prepared" and run.prepared_by.person_id != visitor.actor.person_id,
    }
