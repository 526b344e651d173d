"""Answers of a case for reading: the newest of each form, with those that they replaced."""

from collections.abc import Iterable, Mapping

from cases import people
from cases.forms import Form, FormContext, expanded
from cases.models import Answer, Case, FieldComment
from cases.services.answers import form_of, open_fields
from engine import catalog
from engine.core.definition import Definition
from engine.errors import DefinitionNotFound

from .views import AnswerView, CommentView


def answers_of(case: Case, context: FormContext) -> tuple[AnswerView, ...]:
    """The newest answers to every form, as first answered; with the former ones if the form was corrected."""
    definition = catalog.definition(case.instance.definition_id)
    given: dict[str, list[Answer]] = {}
    for answer in Answer.objects.filter(case=case).order_by("id"):
        given.setdefault(answer.form_key, []).append(answer)
    comments = list(FieldComment.objects.filter(case=case, answered_at__isnull=False).order_by("id"))
    named = people.names(
        [*(answers[-1].author for answers in given.values()), *(comment.author for comment in comments)]
    )
    forms = {
        key: expanded(form, context) for key in given if (form := _form(definition, case, key)) is not None
    }
    # A second decision or agreement is given anew; only what a form sends back is a correction.
    correctable = {form.return_rule.form for form in forms.values() if form.return_rule is not None}
    views = []
    for key, form in forms.items():
        newest = given[key][-1]
        former = given[key][-2].content if key in correctable and len(given[key]) > 1 else None
        # The step that gives an answer closes the comments that it was to answer.
        closed = [one for one in comments if one.form_key == key and one.answered_at == newest.given_at]
        views.append(
            AnswerView(
                form=form,
                content=newest.content,
                former=former,
                who=named.get(newest.author, newest.author),
                at=newest.given_at,
                context=context,
                comments=comment_views(closed, named) if former is not None else (),
                opened=open_fields(form, frozenset(one.field for one in closed)),
            )
        )
    return tuple(views)


def comment_views(comments: Iterable[FieldComment], named: Mapping[str, str]) -> tuple[CommentView, ...]:
    """An officer's words with the officer's name."""
    return tuple(
        CommentView(one.field, one.text, named.get(one.author, one.author), one.written_at)
        for one in comments
    )


def _form(definition: Definition, case: Case, key: str) -> Form | None:
    try:
        return form_of(definition, case.instance.definition_id, key)
    except DefinitionNotFound:
        return None
