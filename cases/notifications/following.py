"""Tells people what a step means for them: a task came to them, or their case came back for correction."""

from cases import people, steps
from cases.models import Case
from engine import catalog
from engine.events import StepResult, TaskRow

from .sending import notify


def tell_of_opened(step: StepResult) -> None:
    """Who a task is assigned to is told; a candidate group only where the diagram says `announce`."""
    for task in step.opened:
        if task.assignee.startswith("person:"):
            continue  # A link is sent instead (cases.links).
        for person in _to_be_told(step, task):
            _tell(step, task, person)


def _to_be_told(step: StepResult, task: TaskRow) -> tuple[int, ...]:
    if task.assignee:
        holder = people.person_behind(task.assignee) if task.assignee != step.actor else None
        return (holder,) if holder is not None else ()
    element = catalog.definition(step.instance.definition_id).elements[task.element]
    return people.persons_in(task.group) if element.properties.get("announce") == "true" else ()


def _tell(step: StepResult, task: TaskRow, person: int) -> None:
    current = steps.of_instance(step.instance.id)
    is_return = current is not None and current.intent == "return"
    kind = "case.returned" if is_return else "task.opened"
    case, applicant = Case.objects.values_list("pk", "applicant__person").get(instance_id=step.instance.id)
    if is_return and person == applicant:
        return  # The case's own transition tells the applicant of a return (cases.reactions).
    notify(
        case,
        kind=kind,
        recipient_id=person,
        task_id=task.id,
        natural_key=f"{kind}:{task.id}:{person}",
        now=step.now,
    )
