"""One-time links: five characters of the personal code, then that one task and nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.links import LinkFault, LinkRefused, link_of, open_link
from cases.visibility import tasks_visible_to
from web.pages import Problem, problem_page, render, task_page
from web.visitors import Visitor, remember_link


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
    if refused.fault != LinkFault.WRONG_CODE:
        lines = [
            str(refused.message),
            _("If you still need it, ask the head of your institution; they see where the request stands."),
        ]
        return problem_page(request, heading=_("This link does not work"), lines=lines, status=refused.status)
    left = refused.tries_left
    again = ngettext("You can try %(left)s more time.", "You can try %(left)s more times.", left) % {
        "left": left
    }
    context = {
        "failed": True,
        "problems": [Problem(f"{refused.message} {again}", "code")],
        "problems_title": _("The task is not open yet"),
    }
    return render(request, "link_code.html", context, status=422)


@task_page
@require_safe
def link_task(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """On to the one task that the link opens."""
    if visitor.actor.only_task is None:
        return redirect("home")
    task = tasks_visible_to(visitor.scope).first()
    if task is None:
        lines = [_("The task was done, or it is no longer needed. Nothing more is needed from you.")]
        return problem_page(request, heading=_("There is nothing left to do"), lines=lines, status=404)
    done = task.status != task.Status.OPEN
    return redirect("task_done" if done else "task", task.public_id)
