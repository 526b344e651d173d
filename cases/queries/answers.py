"""Answers of a case for reading: the newest of each form, with those that they replaced."""

from cases import people
from cases.forms import Form, FormContext
from cases.models import Answer, Case
from cases.services.answers import form_of
from engine import catalog
from engine.core.definition import Definition
from engine.errors import DefinitionNotFound

from .views import AnswerView


def answers_of(case: Case, context: FormContext) -> tuple[AnswerView, ...]:
    """The newest answers to every form, as first answered; with the former ones if the form was corrected."""
    definition = catalog.definition(case.instance.definition_id)
    given: dict[str, list[Answer]] = {}
    for answer in Answer.objects.filter(case=case).order_by("id"):
        given.setdefault(answer.form_key, []).append(answer)
    named = people.names(answers[-1].author for answers in given.values())
    forms = {key: form for key in given if (form := _form(definition, case, key)) is not None}
    # A second decision or agreement is given anew; only what a form sends back is a correction.
    correctable = {form.return_rule.form for form in forms.values() if form.return_rule is not None}
    return tuple(
        AnswerView(
            form=form,
            content=given[key][-1].content,
            former=given[key][-2].content if key in correctable and len(given[key]) > 1 else None,
            who=named.get(given[key][-1].author, given[key][-1].author),
            at=given[key][-1].given_at,
            context=context,
        )
        for key, form in forms.items()
    )


def _form(definition: Definition, case: Case, key: str) -> Form | None:
    try:
        return form_of(definition, case.instance.definition_id, key)
    except DefinitionNotFound:
        return None
