"""Two versions of one draft: both are shown, the person chooses, and neither is lost before that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from cases.queries import TaskView
from web.about_task import about, draft_words
from web.answers import typed_rows
from web.entering import Typed
from web.pages import render
from web.stopped import carried
from web.visitors import Visitor

KEEP = "keep-"
SAVED = "saved"


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose two answers differ; an empty one was not answered."""

    name: str
    label: str
    typed: str
    saved: str


def differences(view: TaskView, typed: Mapping[str, Any]) -> list[Difference]:
    """What the draft that stands says otherwise than what was typed, in the form's order."""
    saved = view.draft.content if view.draft else {}
    ours = {row.name: row for row in typed_rows(view, typed)}
    theirs = {row.name: row for row in typed_rows(view, saved)}
    found = []
    for field in view.form.fields:
        mine, other = ours.get(field.name), theirs.get(field.name)
        row = mine or other
        if row is not None and (mine.text if mine else "") != (other.text if other else ""):
            found.append(
                Difference(field.name, row.label, mine.text if mine else "", other.text if other else "")
            )
    return found


def chosen(request: HttpRequest, view: TaskView, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with the answers of the saved draft where the person chose those."""
    saved = view.draft.content if view.draft else {}
    answers = dict(typed)
    for field in view.form.fields:
        if request.POST.get(f"{KEEP}{field.name}") == SAVED:
            answers.pop(field.name, None)
            if field.name in saved:
                answers[field.name] = saved[field.name]
    return answers


def versions_page(
    request: HttpRequest, visitor: Visitor, view: TaskView, typed: Typed, found: list[Difference]
) -> HttpResponse:
    """Both versions side by side; the form brings everything typed, and sends what was chosen."""
    files = {field.name for field in view.form.fields if field.kind == "file"}
    given = {f"{name}-kept": str(value) for name, value in typed.answers.items() if name in files}
    posted = [(name, value) for name, value in carried(request) if name not in ("draft_version", *given)]
    context = {
        **about(request, visitor, view),
        **draft_words(view),
        "section": "inbox",
        "failed": True,
        "differences": found,
        "carried": [*posted, *given.items()],
        "sends": request.POST.get("action", "continue"),
        "heading": _("There are two versions of your draft"),
    }
    return render(request, "versions.html", context, status=409)
