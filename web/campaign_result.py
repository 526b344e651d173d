"""How far a campaign is, and what became of each institution; the page can be left and found again."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cases.campaigns import KIND
from cases.errors import NotAllowed, NotFound, Refused
from cases.queries.batches import BatchItemRow, BatchView, batch_view
from cases.queries.campaigns import finished_cases
from cases.queries.suspended import suspended_processes
from cases.services import batches as services
from engine import catalog
from engine.errors import DefinitionNotFound
from registries.models import Organisation
from web import words
from web.pages import page, render
from web.progress import followed, items_of, progress_of
from web.visitors import Visitor

_ACTS: Final = {
    "pause": services.pause_batch,
    "resume": services.resume_batch,
    "cancel": services.cancel_batch,
}


@page
@require_safe
def campaign(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """What was asked and why, how far it is, how many cases are finished, and every institution."""
    view = _view(visitor, public_id)
    context = {
        **progress_of(view, sentence(view)),
        **items_of(request, visitor, view, _row),
        "section": "processes",
        "title": _process_name(view.process_key),
        "asked": f"{view.asked_by}, {words.day_and_clock(view.asked_at, words.day_of(visitor.now))}",
        "facts": _facts(view, visitor),
        "finished": _finished(view, visitor),
    }
    return render(request, "campaign.html", context)


@page
@require_safe
def progress(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The sentence and the bar alone; once it rests or has ended, the page shows itself anew."""
    view = _view(visitor, public_id)
    return followed(request, "parts/campaign_progress.html", progress_of(view, sentence(view)))


@page
@require_POST
def act(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Pauses, resumes or stops it; what has started goes on."""
    chosen = request.POST.get("act", "")
    if chosen not in _ACTS:
        raise NotFound
    _view(visitor, public_id)
    said = {
        "pause": _("It is paused. Nothing further is started until somebody resumes it."),
        "resume": _("It goes on."),
        "cancel": _("Nothing further is started. What has started goes on."),
    }
    try:
        _ACTS[chosen](public_id, user=visitor.actor)
    except (Refused, NotAllowed) as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, said[chosen])
    return redirect("campaign", public_id)


def listed(view: BatchView, visitor: Visitor) -> dict[str, Any]:
    """A campaign as a row of the list."""
    return {
        "address": reverse("campaign", args=[view.public_id]),
        "title": _process_name(view.process_key),
        "reason": view.reason,
        "asked": f"{view.asked_by}, {words.on_day(view.asked_at, words.day_of(visitor.now))}",
        "sentence": sentence(view),
    }


def sentence(view: BatchView) -> str:
    """How far it is, in one sentence without its full stop."""
    total = ngettext("%(n)s institution", "%(n)s institutions", view.total) % {"n": view.total}
    counts = (
        (_("started: %(n)s"), view.done),
        (_("not started: %(n)s"), view.failed + view.refused),
        (_("left out by the stop: %(n)s"), view.not_run),
        (_("still waiting: %(n)s"), view.waiting),
    )
    state = {"paused": _("paused"), "cancelled": _("stopped")}.get(view.state, "")
    if view.state == "running" and view.process_key in suspended_processes():
        state = _("the process rests, nothing starts until it goes on")
    told = [text % {"n": n} for text, n in counts if n]
    return f"{total} – {', '.join(filter(None, (state, *told)))}"


def _view(visitor: Visitor, public_id: UUID) -> BatchView:
    view = batch_view(visitor.scope, public_id)
    if view.kind != KIND:
        raise NotFound
    return view


def _process_name(key: str) -> str:
    try:
        row = catalog.current(key)
    except DefinitionNotFound:
        return key
    return row.name if words.is_latvian() else row.name_en or row.name


def _finished(view: BatchView, visitor: Visitor) -> str:
    if not view.done:
        return ""
    done = finished_cases(visitor.scope, view.public_id, view.process_key)
    return _("%(n)s of %(total)s cases are finished") % {"n": done, "total": view.done}


def _facts(view: BatchView, visitor: Visitor) -> list[tuple[str, str]]:
    """What was chosen, in words."""
    chosen = view.arguments
    kinds = [str(Organisation.Kind(kind).label) for kind in chosen.get("kinds", ())]
    places = _names(visitor, chosen.get("municipalities", ()))
    founder = _names(visitor, [chosen["founder"]] if chosen.get("founder") else ())
    facts = [
        (_("Kinds of institution"), ", ".join(kinds) or _("all")),
        (_("Municipalities"), ", ".join(places) or _("all")),
        (_("Founder"), ", ".join(founder) or _("any founder")),
    ]
    if chosen.get("due"):
        facts.append((_("Last day to answer"), words.plain_date(date.fromisoformat(chosen["due"]))))
    return facts


def _names(visitor: Visitor, ids: Any) -> list[str]:
    rows = Organisation.objects.visible_to(visitor.scope).filter(public_id__in=list(ids))
    return list(rows.order_by("sort_key").values_list("name", flat=True))


def _row(item: BatchItemRow) -> dict[str, Any]:
    tags = {
        "done": (_("Started"), "govuk-tag--line"),
        "failed": (_("Failed"), "govuk-tag--late"),
        "refused": (_("Not started"), "govuk-tag--late"),
        "not_run": (_("Left out by the stop"), ""),
        "waiting": (_("Waiting for its turn"), ""),
    }
    tag, tag_class = tags[item.status]
    return {
        "organisation": item.organisation,
        "number": item.case_number,
        "address": reverse("case", args=[item.case_public_id]) if item.case_public_id else "",
        "tag": tag,
        "tag_class": tag_class,
        "because": words.pick(item, "because"),
    }
