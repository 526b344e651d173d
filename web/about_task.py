"""What every page of a task shows of its case, its draft and who has it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.errors import NotAllowed, Reason
from cases.models import Document
from cases.queries import TaskView
from cases.services.keeping import seal_of
from web import words
from web.addresses import LIST_KEY, last_list, place_of, with_query
from web.visitors import Visitor


def about(request: HttpRequest, visitor: Visitor, view: TaskView) -> dict[str, Any]:
    """What every page of a task shows of its case."""
    by_link = visitor.actor.only_task is not None
    return {
        "view": view,
        "seal": seal_of(visitor.actor, view.public_id),
        "case_title": _case_title(view),
        "case_link": "" if by_link else reverse("case", args=[view.case_public_id]),
        "back": "" if by_link else last_list(request),
        "back_label": _("Back to the list"),
        "place": with_query("", **{LIST_KEY: place_of(request)}),
        "due_at": view.due_at,
        "due_explanation": words.pick(view, "explanation"),
        "taken_by_me": view.is_mine and bool(view.group),
        "can_release": view.can_release and view.has_colleagues,
        "documents": newest_of(view),
    }


def newest_of(view: TaskView) -> list[Document]:
    """Each paper once, in its newest version."""
    return list({(one.kind, one.title_lv): one for one in view.documents}.values())


def _case_title(view: TaskView) -> str:
    process, subject = words.pick(view, "process"), view.context.case.subject
    return f"{process}: {subject}," if subject else process


def draft_words(view: TaskView) -> dict[str, Any]:
    """When and by whom the draft was saved."""
    draft = view.draft
    return {
        "draft_version": draft.version if draft else 0,
        "saved_at": draft.saved_at if draft else None,
        "saved_by": draft.author_name if draft and not draft.is_mine else "",
    }


def refusal(view: TaskView, against: Reason) -> NotAllowed:
    """Why this person may not do the task, with the colleague who has it and since when."""
    if against != Reason.ASSIGNED_TO_OTHER or not view.assignee:
        return NotAllowed(against)
    return NotAllowed(
        against, view.assignee_name, view.context.task.claimed_at if view.context.task else None
    )
