"""What handlers of processes may ask of and do to their case; inside a step it takes part in that step."""

from collections.abc import Mapping
from typing import Any

from cases import steps
from cases.models import Answer, Case
from engine.handlers import HandlerContext
from registries.models import Person

from .cases import change_case
from .writing import save_new_case


def case_of(context: HandlerContext) -> Case:
    """The case that the handler works for."""
    step = steps.of_instance(context.instance_id)
    if step is not None:
        return step.case
    starting = steps.starting()
    if starting is not None and context.instance_id is not None:
        return save_new_case(starting, context.instance_id)
    return Case.objects.get(instance_id=context.instance_id)


def answers_of(case: Case, form_key: str) -> Mapping[str, Any]:
    """The newest answers to a form of the case; empty if there are none."""
    newest = Answer.objects.filter(case=case, form_key=form_key).order_by("-id").first()
    found: Mapping[str, Any] = newest.content if newest else {}
    return found


def set_subject(case: Case, person: Person) -> None:
    """Say whom the case is about."""
    change_case(case, action="case.subject", subject=person)


def set_outcome(case: Case, outcome: str) -> None:
    """Say how the case came out, by the process's own word, such as `granted`."""
    change_case(case, action="case.outcome", outcome=outcome)
