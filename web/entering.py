"""What a person typed into a task's form: read, kept as a draft, checked before it is shown for sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from cases import documents, forms
from cases.errors import CaseError, FieldError, FormError
from cases.forms import Field
from cases.forms.checking import error
from cases.models import Document
from cases.queries import TaskView
from cases.services import demonstration
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
        return str(_attached(visitor, view, field, name, content).public_id)

    answers, errors = forms.parse_post(view.form, request.POST, request.FILES, store=store)
    for field in view.form.fields:
        if field.signs and field.name == request.POST.get("sign"):
            try:
                answers[field.name] = str(_demonstrated(visitor, view, field).public_id)
            except documents.UploadRefused as refused:
                errors = (*errors, error(field, refused.code))
    return Typed({name: value for name, value in answers.items() if is_open(view, name)}, errors)


def _attached(visitor: Visitor, view: TaskView, field: Field, name: str, content: bytes) -> Document:
    return documents.attach(
        view.context.case,
        task=view.context.task,  # type: ignore[arg-type]
        field=field.name,
        title_lv=field.label_lv,
        title_en=field.label_en,
        name=name,
        content=content,
        author=visitor.actor,
        now=visitor.now,
        signs=field.signs,
    )


def _demonstrated(visitor: Visitor, view: TaskView, field: Field) -> Document:
    """The paper, signed and brought as the outside tool and the person would; in the demonstration alone."""
    name, content = demonstration.signed(
        view.context.case, view.context.task, field.signs, visitor.actor, now=visitor.now
    )
    return _attached(visitor, view, field, name, content)


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
    return version_in(request.POST)


def version_in(post: QueryDict) -> int:
    """The same of what was posted."""
    text = post.get("draft_version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
