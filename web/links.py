"""One-time links: five characters of the personal code, then that one task and nothing else."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases import audit, queries
from cases.errors import NotFound
from cases.links import LinkFault, LinkRefused, link_of, open_link
from cases.models import TaskLink
from cases.queries import LinkStory
from cases.queries.detail import visible_case
from cases.visibility import tasks_visible_to
from engine import clock
from web import words
from web.pages import Problem, problem_page, render, task_page
from web.visitors import Visitor, remember_link, visitor_of


@never_cache
@require_http_methods(["GET", "POST"])
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for the end of the personal code; five wrong tries close the link."""
    try:
        if request.method == "GET":
            link_of(token)
            return render(request, "link_code.html")
        actor = open_link(token, code_tail=request.POST.get("code", ""))
    except LinkRefused as refused:
        return _refused(request, refused)
    remember_link(request, actor)
    return redirect("link_task")


def _refused(request: HttpRequest, refused: LinkRefused) -> HttpResponse:
    if refused.fault not in (LinkFault.WRONG_CODE, LinkFault.INCOMPLETE):
        return _dead(request, refused)
    left = refused.tries_left
    again = ngettext("You can try %(left)s more time.", "You can try %(left)s more times.", left) % {
        "left": left
    }
    wrong = refused.fault == LinkFault.WRONG_CODE
    context = {
        "failed": True,
        "problems": [Problem(f"{refused.message} {again}" if wrong else str(refused.message), "code")],
        "problems_title": _("The task is not open yet"),
    }
    return render(request, "link_code.html", context, status=422)


def _dead(request: HttpRequest, refused: LinkRefused) -> HttpResponse:
    """Why the link does not open, what happened and when, and what to do."""
    link = refused.link
    about = f"task:{link.task.public_id}" if link else ""
    audit.record_link_refused(link.person_id if link else None, about, refused.fault.value)
    if refused.link is None:
        lines = [str(refused.message), _("If that does not help, ask who sent it to you.")]
        return problem_page(request, heading=_("This link is not known"), lines=lines, status=refused.status)
    story = queries.link_story(refused.link)
    visitor = visitor_of(request)
    today = words.day_of(clock.now())
    context = {
        "heading": _heading(refused.fault),
        "lines": _told(refused.fault, story, today),
        "story": story,
        "again": visitor is not None and _may_send_again(visitor, story),
        "own": visitor is not None and _is_own(visitor, refused.link),
        "needed": refused.fault != LinkFault.CLOSED,
    }
    return render(request, "link_dead.html", context, status=refused.status)


def _heading(fault: LinkFault) -> str:
    return {
        LinkFault.CLOSED: _("There is nothing left to do here"),
        LinkFault.REPLACED: _("A newer link was sent to you"),
        LinkFault.EXPIRED: _("This link has expired"),
    }.get(fault, _("This link is closed"))


def _told(fault: LinkFault, story: LinkStory, today: date) -> list[str]:
    told = {"name": words.pick(story, "name"), "number": story.case_number, "where": story.organisation}
    what = _("The link was for the task “%(name)s” in case %(number)s (%(where)s).") % told
    return [_happened(fault, story, today), what]


def _happened(fault: LinkFault, story: LinkStory, today: date) -> str:
    if fault == LinkFault.CLOSED and story.done_at:
        return _("The task was done %(at)s.") % {"at": words.day_and_clock(story.done_at, today)}
    if fault == LinkFault.CLOSED and story.ended_at:
        at = words.day_and_clock(story.ended_at, today)
        if story.is_closed:
            return _("The task is no longer needed: the case was closed %(at)s.") % {"at": at}
        return _("The task is no longer needed: the case went on without it %(at)s.") % {"at": at}
    if fault == LinkFault.REPLACED and story.newer_at:
        at = words.day_and_clock(story.newer_at, today)
        return _("Open the link in the newest e-mail; it was sent %(at)s.") % {"at": at}
    if fault == LinkFault.EXPIRED:
        return _("It worked %(until)s. The task is still to be done.") % {
            "until": words.until_day(story.until, today)
        }
    return _("The code was wrong five times, so the link was closed. The task is still to be done.")


def _may_send_again(visitor: Visitor, story: LinkStory) -> bool:
    try:
        case = visible_case(visitor.scope, story.case_public_id)
    except NotFound:
        return False
    return queries.link_of(case, visitor.scope) is not None


def _is_own(visitor: Visitor, link: TaskLink) -> bool:
    """Whether the signed-in person is the one whom the link is for: then the task is in their list."""
    signed_in = visitor.actor.only_task is None
    return signed_in and visitor.actor.person_id == link.person_id


@task_page
@require_safe
def link_task(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """On to the one task that the link opens."""
    if visitor.actor.only_task is None:
        return redirect("home")
    task = tasks_visible_to(visitor.scope).first()
    if task is None:
        lines = [_("The task was done, or it is no longer needed. Nothing more is needed from you.")]
        return problem_page(request, heading=_("There is nothing left to do here"), lines=lines, status=404)
    done = task.status != task.Status.OPEN
    return redirect("task_done" if done else "task", task.public_id)
