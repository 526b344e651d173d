"""What the list offers to do to many tasks at once, and what it tells of such acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import queries
from cases.queries import BulkView, InboxRow
from web import words
from web.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Act:
    """A button above the list; `value` is what it asks for."""

    value: str
    label: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about an act on many tasks, with the address of its page."""

    text: str
    address: str
    running: bool


def selecting(request: HttpRequest, items: Sequence[InboxRow], visitor: Visitor) -> dict[str, Any]:
    """The buttons above the list, for who works through lists; `all_picked` if the address asks for all."""
    if visitor.is_applicant:
        return {"acts": []}
    here = [item for item in items if item.blocked is None and (item.is_mine or not item.assignee)]
    acts = []
    if any(item.bulk_lv for item in here):
        labels = {words.pick(item, "bulk") for item in here if item.bulk_lv}
        label = labels.pop() if len(labels) == 1 else _("Decide")
        acts.append(Act("complete", label, main=True))
    if any(item.group and not item.assignee for item in here):
        acts.append(Act("claim", _("Take over")))
    if any(item.group and item.is_mine for item in here):
        acts.append(Act("release", _("Give back to colleagues")))
    if any(item.group for item in here):
        acts.append(Act("assign", _("Give to a colleague")))
    all_picked = request.GET.get("select") == "all"
    given = request.GET.copy()
    given.pop("select", None)
    if not all_picked:
        given["select"] = "all"
    other = f"{reverse('inbox')}?{given.urlencode()}" if given else reverse("inbox")
    return {"acts": acts, "all_picked": all_picked, "select_other": other, "selectable_count": len(here)}


def bulks_told(visitor: Visitor) -> list[Told]:
    """What is under way, and what ended since the person last looked."""
    if visitor.is_applicant:
        return []
    return [
        Told(sentence(view), reverse("bulk_result", args=[view.public_id]), view.ended_at is None)
        for view in queries.bulks_to_tell(visitor.scope)
    ]


def sentence(view: BulkView) -> str:
    """How far it is, or how it ended: `38 paveikti, 2 nav paveikti`."""
    if view.ended_at is None:
        return _("%(settled)s of %(total)s selected tasks have had their turn") % {
            "settled": view.settled,
            "total": view.total,
        }
    parts = [ngettext("%(n)s task done", "%(n)s tasks done", view.done) % {"n": view.done}]
    if view.refused:
        parts.append(ngettext("%(n)s not done", "%(n)s not done", view.refused) % {"n": view.refused})
    if view.cancelled:
        left = ngettext("%(n)s left as it was", "%(n)s left as they were", view.cancelled)
        parts.append(left % {"n": view.cancelled})
    return ", ".join(parts)
