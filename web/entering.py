"""What a person typed into a task's form: read, kept as a draft, checked before it is shown for sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cases import documents, forms
from cases.errors import CaseError, FieldError, FormError
from cases.forms import Field
from cases.queries import TaskView
from web.answers import is_open
from web.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Typed:
    """The answers as they were typed, and what was wrong with the files."""

    answers: dict[str, Any]
    errors: tuple[FieldError, ...]


def read(request: HttpRequest, visitor: Visitor, view: TaskView) -> Typed:
    """The posted answers to the fields that may change; good files stay even if another is refused."""

    def store(field: Field, name: str, content: bytes) -> str:
        document = documents.attach(
            view.context.case,
            task=view.context.task,  # type: ignore[arg-type]
            field=field.name,
            title_lv=field.label_lv,
            title_en=field.label_en,
            name=name,
            content=content,
            author=visitor.actor.name,
            now=visitor.now,
        )
        return str(document.public_id)

    answers, errors = forms.parse_post(view.form, request.POST, request.FILES, store=store)
    return Typed({name: value for name, value in answers.items() if is_open(view, name)}, errors)


def read_text(request: HttpRequest, view: TaskView) -> dict[str, Any]:
    """The posted answers without new files, for a draft that saves itself."""
    answers, _errors = forms.parse_post(view.form, request.POST)
    return {name: value for name, value in answers.items() if is_open(view, name)}


def merged(view: TaskView, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The whole form: after a return the closed answers stand as they were."""
    if view.open_fields is None:
        return dict(answers)
    closed = {name: value for name, value in view.previous.items() if name not in view.open_fields}
    return {**closed, **answers}


def faults(view: TaskView, answers: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """What the validator finds wrong with the whole form."""
    try:
        forms.check(view.form, merged(view, answers), context=view.context)
    except FormError as refused:
        return refused.errors
    return ()


def errors_of(refused: CaseError) -> tuple[FieldError, ...]:
    """A refusal as lines of the error summary, so that the page can show it above what was typed."""
    if isinstance(refused, FormError) and refused.errors:
        return refused.errors
    told = str(refused.message)
    return (FieldError("", refused.code, told, told),)


def posted_version(request: HttpRequest) -> int:
    """The version of the draft that the page was made from; 0 if there was none."""
    text = request.POST.get("draft_version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
