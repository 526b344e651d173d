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
    """The newest answers to every form of the case, in the order in which the forms were first answered."""
    definition = catalog.definition(case.instance.definition_id)
    given: dict[str, list[Answer]] = {}
    for answer in Answer.objects.filter(case=case).order_by("id"):
        given.setdefault(answer.form_key, []).append(answer)
    named = people.names(answers[-1].author for answers in given.values())
    return tuple(
        AnswerView(
            form=form,
            content=answers[-1].content,
            former=answers[-2].content if len(answers) > 1 else None,
            who=named.get(answers[-1].author, answers[-1].author),
            at=answers[-1].given_at,
            context=context,
        )
        for key, answers in given.items()
        if (form := _form(definition, case, key)) is not None
    )


def _form(definition: Definition, case: Case, key: str) -> Form | None:
    try:
        return form_of(definition, case.instance.definition_id, key)
    except DefinitionNotFound:
        return None
