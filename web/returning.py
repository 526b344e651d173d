"""Returning a case for correction: an officer's words beside each answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import queries
from cases.errors import CaseError, NotAllowed, NotFound, TaskNotOpen
from cases.forms import Form
from cases.queries import TaskView
from cases.services import keeping, tasks
from web import words
from web.about_task import about
from web.addresses import in_place
from web.answers import AnswerRow, language
from web.check import after_completing
from web.entering import errors_of
from web.pages import Problem, render, task_page
from web.stopped import gone_page, refused_page, taken_over_if_asked
from web.typed import typed_before
from web.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Commented:
    """A question of the returned form, its answer, and the officer's words."""

    name: str
    label: str
    text: str
    comment: str


@task_page
@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """A comment per field; only the commented fields open for the applicant."""
    view = queries.task_detail(visitor.scope, public_id)
    form = view.returned_form
    given = _given(request.POST, form)
    if view.status != "open":
        return gone_page(request, visitor, view, _comment_rows(form, given))
    fresh = taken_over_if_asked(request, visitor, view)
    if fresh.against is not None:
        again = in_place(request, "task_return", public_id)
        return refused_page(request, visitor, fresh, _comment_rows(form, given), again=again)
    if not fresh.can_return or form is None:
        return redirect(in_place(request, "task", public_id))
    if request.method == "GET" and (before := typed_before(visitor, public_id, "comments")):
        given = _given(before, form)
        messages.warning(
            request, _("This is what you typed before you were signed out. It has not been sent yet.")
        )
    if request.method == "GET" or fresh is not view:
        return _return_page(request, visitor, fresh, form, given)
    return _send(request, visitor, fresh, form, given)


def _send(
    request: HttpRequest, visitor: Visitor, view: TaskView, form: Form, given: Mapping[str, str]
) -> HttpResponse:
    try:
        done = tasks.return_task(
            view.public_id,
            user=visitor.actor,
            comments={name: text for name, text in given.items() if text},
            answers=_kept(view),
            idempotency_key=request.POST.get("idempotency_key", "")[:100],
        )
    except (NotAllowed, TaskNotOpen):
        fresh, rows = queries.task_detail(visitor.scope, view.public_id), _comment_rows(form, given)
        if fresh.status != "open":
            return gone_page(request, visitor, fresh, rows)
        again = in_place(request, "task_return", view.public_id)
        return refused_page(request, visitor, fresh, rows, again=again)
    except NotFound:
        raise
    except CaseError as refused:
        problems = [_problem(view, one.field, words.pick(one, "message")) for one in errors_of(refused)]
        return _return_page(request, visitor, view, form, given, problems)
    keeping.forget(visitor.actor, view.public_id, page="comments")
    return after_completing(request, visitor, view, done.case_number, told=_returned(view, visitor))


def _returned(view: TaskView, visitor: Visitor) -> str:
    """To whom the case went and until when it is to be back."""
    turn = queries.whose_turn(view.context.case, visitor.scope)
    told = {"number": view.case_number, "who": words.pick(turn, "who")}
    if turn.until is None:
        return _("%(number)s is returned for correction: %(who)s.") % told
    told["until"] = words.until_day(turn.until, words.day_of(visitor.now))
    return _("%(number)s is returned for correction: %(who)s, %(until)s.") % told


def _given(post: QueryDict, form: Form | None) -> dict[str, str]:
    """The comments as they were typed, by field."""
    fields = form.fields if form is not None else ()
    return {field.name: post.get(f"comment-{field.name}", "").strip() for field in fields}


def _comment_rows(form: Form | None, given: Mapping[str, str]) -> list[AnswerRow]:
    fields = form.fields if form is not None else ()
    return [
        AnswerRow(field.name, words.pick(field, "label"), given[field.name])
        for field in fields
        if given[field.name]
    ]


def _kept(view: TaskView) -> dict[str, object]:
    rule = view.form.return_rule
    kept = dict(view.draft.content) if view.draft else {}
    return {**kept, rule.field: rule.value} if rule else kept


def _problem(view: TaskView, field: str, text: str) -> Problem:
    fields = view.returned_form.fields if view.returned_form else ()
    names = [one.name for one in fields]
    target = field if field in names else next(iter(names), "")
    return Problem(text, f"comment-{target}")


def _return_page(
    request: HttpRequest,
    visitor: Visitor,
    view: TaskView,
    form: Form,
    comments: Mapping[str, str],
    problems: list[Problem] | None = None,
) -> HttpResponse:
    context = {
        **about(request, visitor, view),
        "section": "inbox",
        "rows": _rows(view, form, comments),
        "submit_label": _("Return for correction"),
        "idempotency_key": str(uuid4()),
        "failed": bool(problems),
        "problems": problems or [],
        "problems_title": _("This cannot be sent yet"),
    }
    return render(request, "returning.html", context, status=422 if problems else 200)


def _rows(view: TaskView, form: Form, comments: Mapping[str, str]) -> list[Commented]:
    answer = next((one for one in view.earlier if one.form.key == form.key), None)
    if answer is None:
        return []
    texts = {row.name: row.text for row in answer.rows(language())}
    return [
        Commented(
            field.name, words.pick(field, "label"), texts.get(field.name, "–"), comments.get(field.name, "")
        )
        for field in form.fields
        if field.shown(answer.content)
    ]
