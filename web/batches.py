"""Acts on many cases: the newest of them, how far one is, what became of each case, what may be done."""

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
from cases.queries.batches import BatchItemRow, BatchView, batch_view, newest_batches
from cases.queries.retaining import administrators_besides
from cases.services import batches as services
from cases.services.migrating import KIND as MIGRATION
from web import words
from web.batch_words import told_of
from web.incident_repairs import tried_again_at
from web.pages import page, render
from web.progress import followed, items_of, progress_of
from web.visitors import Visitor

_ACTS: Final = {
    "confirm": services.confirm_batch,
    "pause": services.pause_batch,
    "resume": services.resume_batch,
    "cancel": services.cancel_batch,
}


@page
@require_safe
def batches(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The newest ones that the person may see besides campaigns, those that wait to be confirmed first."""
    others = (one for one in newest_batches(visitor.scope) if one.kind != KIND)
    found = sorted(others, key=lambda one: one.state != "asked")
    return render(
        request, "batches.html", {"section": "jobs", "rows": [_listed(one, visitor) for one in found]}
    )


@page
@require_safe
def batch(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """What was asked and why; who confirmed it; how far it is; what became of each case."""
    view = batch_view(visitor.scope, public_id)
    context = {
        **progress_of(view, sentence(view)),
        **items_of(request, visitor, view, _row),
        "section": "jobs",
        "title": words.pick(view, "title"),
        "asked": _who(view.asked_by, view.asked_at, visitor),
        "confirmed": _who(view.confirmed_by, view.confirmed_at, visitor),
        "told": told_of(view, visitor),
        "waits": view.state == "asked",
        "others": _others(view, visitor),
        "try_again": tried_again_at(view, visitor) if view.ended_at is not None else "",
        "may_undo": view.kind == MIGRATION and view.done > 0 and view.ended_at is not None,
    }
    return render(request, "batch.html", context)


@page
@require_safe
def progress(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The sentence and the bar alone; once it rests or has ended, the page shows itself anew."""
    view = batch_view(visitor.scope, public_id)
    return followed(request, "parts/batch_progress.html", progress_of(view, sentence(view)))


@page
@require_POST
def act(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """Confirms, pauses, resumes or cancels it."""
    chosen = request.POST.get("act", "")
    if chosen not in _ACTS:
        raise NotFound
    said = {
        "confirm": _("You confirmed it; it begins now."),
        "pause": _("It is paused. Nothing further is done until somebody resumes it."),
        "resume": _("It goes on."),
        "cancel": _("What had no turn yet is left as it was."),
    }
    try:
        _ACTS[chosen](public_id, user=visitor.actor)
    except Refused as refused:
        messages.warning(request, str(refused.message))
    except NotAllowed as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, said[chosen])
    return redirect("batch", public_id)


def sentence(view: BatchView) -> str:
    """How far it is, in one sentence without its full stop."""
    total = ngettext("%(n)s case", "%(n)s cases", view.total) % {"n": view.total}
    if view.state == "asked":
        return _("%(total)s: waits until another person confirms it") % {"total": total}
    counts = (
        (_("done: %(n)s"), view.done),
        (_("failed again: %(n)s"), view.failed),
        (_("refused: %(n)s"), view.refused),
        (_("not run: %(n)s"), view.not_run),
        (_("still waiting: %(n)s"), view.waiting),
    )
    told = ", ".join(text % {"n": n} for text, n in counts if n)
    state = {"paused": _("paused"), "cancelled": _("stopped")}.get(view.state, "")
    return f"{total} – {', '.join(filter(None, (state, told)))}"


def to_confirm(visitor: Visitor) -> list[dict[str, Any]]:
    """What somebody else asked for and this person may confirm."""
    return [_listed(one, visitor) for one in newest_batches(visitor.scope) if one.may_confirm]


def _listed(view: BatchView, visitor: Visitor) -> dict[str, Any]:
    return {
        "address": reverse("batch", args=[view.public_id]),
        "title": words.pick(view, "title"),
        "sentence": sentence(view),
        "asked": _who(view.asked_by, view.asked_at, visitor),
        "may_confirm": view.may_confirm,
        "reason": view.reason,
    }


def _who(name: str, at: Any, visitor: Visitor) -> str:
    return f"{name}, {words.day_and_clock(at, words.day_of(visitor.now))}" if at else ""


def _others(view: BatchView, visitor: Visitor) -> str:
    """Who else could confirm what this person asked for."""
    person = visitor.actor.person_id
    is_own = view.state == "asked" and not view.may_confirm and person is not None
    return ", ".join(administrators_besides(person, visitor.scope.day)) if is_own and person else ""


def _row(item: BatchItemRow) -> dict[str, Any]:
    tags = {
        "done": (_("Passed"), "govuk-tag--line"),
        "failed": (_("Failed again"), "govuk-tag--late"),
        "refused": (_("Not done"), "govuk-tag--late"),
        "not_run": (_("Not run"), ""),
        "waiting": (_("Waiting for its turn"), ""),
    }
    tag, tag_class = tags[item.status]
    return {
        "number": item.case_number or item.key,
        "address": reverse("case", args=[item.case_public_id]) if item.case_public_id else "",
        "organisation": item.organisation,
        "tag": tag,
        "tag_class": tag_class,
        "because": words.pick(item, "because"),
    }
