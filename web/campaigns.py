"""Campaigns: choosing a process and institutions, looking at who is left out, then asking for it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cases import permissions
from cases.campaigns import KIND
from cases.errors import CaseError, FormError, NotAllowed, Reason
from cases.queries.batches import newest_batches
from cases.queries.campaigns import (
    KINDS,
    CampaignPreview,
    campaign_choices,
    campaign_preview,
    campaign_processes,
)
from cases.queries.suspended import suspended_processes
from cases.services.batches import LONGEST_REASON
from cases.services.campaigns import Selection, start_campaign
from registries.models import Organisation
from web import words
from web.campaign_result import listed
from web.entering import errors_of
from web.pages import Problem, page, render, texts_by_target
from web.visitors import Visitor

# So many names are shown of those that are left out for one reason.
SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class _Given:
    """What the person has chosen so far."""

    process: str = ""
    selection: Selection = field(default_factory=Selection)
    reason: str = ""
    due: str = ""

    @property
    def day(self) -> date | None:
        """The last day, if it is one."""
        try:
            return date.fromisoformat(self.due)
        except ValueError:
            return None


@page
@require_safe
def campaigns(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The newest campaigns that the person may see, and the way to a new one."""
    _must_run_campaigns(visitor)
    rows = [listed(one, visitor) for one in newest_batches(visitor.scope) if one.kind == KIND]
    return render(request, "campaigns.html", {"section": "processes", "rows": rows})


@page
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """From what is chosen to what would happen, to asking for it."""
    _must_run_campaigns(visitor)
    given = _given(request.POST if request.method == "POST" else request.GET)
    if request.method == "GET" or request.POST.get("step") == "choose":
        return _choosing(request, visitor, given)
    problems = _problems(visitor, given)
    if problems:
        return _choosing(request, visitor, given, *problems)
    found = campaign_preview(visitor.scope, given.process, given.selection)
    if not found.to_start:
        nobody = _("There is no institution in which this process could be started. Change the selection.")
        return _choosing(request, visitor, given, Problem(nobody, "kinds"))
    if request.POST.get("step") != "start":
        return _checking(request, found, given)
    if request.POST.get("many") != str(len(found.to_start)):
        changed = _(
            "The register has changed since you looked. Check once more where the process will start."
        )
        return _checking(request, found, given, Problem(changed))
    return _start(request, visitor, found, given)


def _must_run_campaigns(visitor: Visitor) -> None:
    if permissions.against_any_campaign(visitor.scope) is not None:
        raise NotAllowed(Reason.NOT_CAMPAIGN)


def _given(post: QueryDict) -> _Given:
    municipalities = tuple(one for one in map(_uuid, post.getlist("municipality")) if one is not None)
    return _Given(
        process=post.get("process", "")[:60],
        selection=Selection(
            kinds=tuple(kind for kind in post.getlist("kinds") if kind in KINDS),
            municipalities=municipalities,
            founder=_uuid(post.get("founder", "")),
        ),
        reason=post.get("reason", "")[: LONGEST_REASON + 1],
        due=post.get("due", "")[:10],
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _problems(visitor: Visitor, given: _Given) -> list[Problem]:
    """What is missing before anything can be looked at."""
    processes = {one.key: one for one in campaign_processes(visitor.scope)}
    chosen = processes.get(given.process)
    found = [] if chosen is not None else [Problem(_("Choose a process."), "process")]
    if not given.reason.strip():
        found.append(Problem(_("Give a reason."), "reason"))
    elif len(given.reason) > LONGEST_REASON:
        found.append(Problem(_("The reason may have at most 1000 characters."), "reason"))
    if chosen is not None and chosen.asks_day:
        if given.day is None:
            found.append(Problem(_("Give the last day to answer."), "due"))
        elif given.day <= visitor.scope.day:
            found.append(Problem(_("The last day cannot be before tomorrow."), "due"))
    return found


def _choosing(request: HttpRequest, visitor: Visitor, given: _Given, *problems: Problem) -> HttpResponse:
    processes = campaign_processes(visitor.scope)
    choices = campaign_choices(visitor.scope)
    chosen = given.selection
    context = {
        "section": "processes",
        "processes": [
            {
                "key": one.key,
                "name": words.pick(one, "name"),
                "checked": one.key == given.process or len(processes) == 1,
            }
            for one in processes
        ],
        "asks_day": any(one.asks_day for one in processes),
        "kinds": [
            {"value": kind, "label": Organisation.Kind(kind).label, "checked": kind in chosen.kinds}
            for kind in KINDS
        ],
        "municipalities": [
            {"value": one.public_id, "label": one.name, "checked": one.public_id in chosen.municipalities}
            for one in choices.municipalities
        ],
        "founders": [
            {"value": one.public_id, "label": one.name, "selected": one.public_id == chosen.founder}
            for one in choices.founders
        ],
        "some_municipalities": bool(chosen.municipalities),
        "given": given,
        "failed": bool(problems),
        "problems": problems,
        "problems_title": _("This cannot be checked yet"),
        "problem_at": texts_by_target(problems),
    }
    return render(request, "campaign_new.html", context, status=422 if problems else 200)


def _checking(
    request: HttpRequest, found: CampaignPreview, given: _Given, problem: Problem | None = None
) -> HttpResponse:
    many = len(found.to_start)
    context = {
        "section": "processes",
        "process": words.pick(found.process, "name"),
        "asks_day": found.process.asks_day,
        "given": given,
        "many": many,
        "rests": found.process.key in suspended_processes(),
        "kinds": [(Organisation.Kind(kind).label, n) for kind, n in found.by_kind.items()],
        "many_left_out": found.many_left_out,
        "left_out": [
            {
                "because": words.pick(group, "because"),
                "many": len(group.organisations),
                "names": [one.name for one in group.organisations[:SHOWN]],
                "more": max(0, len(group.organisations) - SHOWN),
            }
            for group in found.left_out
        ],
        "carried": list(_carried(given)),
        "submit_label": ngettext("Start in %(n)s institution", "Start in %(n)s institutions", many)
        % {"n": many},
        "idempotency_key": request.POST.get("idempotency_key", "")[:100] or str(uuid4()),
        "failed": problem is not None,
        "problems": [problem] if problem is not None else [],
        "problems_title": _("Nothing was started"),
    }
    return render(request, "campaign_check.html", context, status=409 if problem is not None else 200)


def _carried(given: _Given) -> list[tuple[str, str]]:
    chosen = given.selection
    return [
        ("process", given.process),
        ("reason", given.reason),
        ("due", given.due),
        ("founder", str(chosen.founder or "")),
        *(("kinds", kind) for kind in chosen.kinds),
        *(("municipality", str(one)) for one in chosen.municipalities),
    ]


def _start(request: HttpRequest, visitor: Visitor, found: CampaignPreview, given: _Given) -> HttpResponse:
    try:
        asked = start_campaign(
            given.process,
            given.selection,
            user=visitor.actor,
            reason=given.reason,
            due=given.day if found.process.asks_day else None,
            idempotency_key=request.POST.get("idempotency_key", "")[:100],
        )
    except FormError as refused:
        problems = [Problem(words.pick(one, "message"), one.field) for one in errors_of(refused)]
        return _choosing(request, visitor, given, *problems)
    except CaseError as refused:
        return _checking(request, found, given, Problem(str(refused.message)))
    return redirect("campaign", asked.public_id)
