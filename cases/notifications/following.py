"""Tells people what a step means for them: a task came to them, or their case came back for correction."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from cases import people, steps
from cases.models import Case
from engine import catalog
from engine.events import StepResult, TaskRow

from .sending import New, notify, notify_many

OPENED = "task.opened"


@dataclass(frozen=True, slots=True)
class _Announced:
    """A task that was announced to its group while many cases started."""

    case_id: int
    task: TaskRow


_gathered: ContextVar[list[_Announced] | None] = ContextVar("announced", default=None)


@contextmanager
def told_together(now: datetime) -> Iterator[None]:
    """While open, groups are not told of their tasks; at the end all are, in a few statements."""
    announced: list[_Announced] = []
    token = _gathered.set(announced)
    try:
        yield
    finally:
        _gathered.reset(token)
    members = people.persons_in_groups({one.task.group for one in announced})
    notify_many(
        (
            New(one.case_id, OPENED, person, f"{OPENED}:{one.task.id}:{person}", one.task.id)
            for one in announced
            for person in members[one.task.group]
        ),
        now=now,
    )


def tell_of_opened(step: StepResult) -> None:
    """Who a task is assigned to is told; a candidate group only where the diagram says `announce`."""
    for task in step.opened:
        if task.assignee.startswith("person:"):
            continue  # A link is sent instead (cases.links).
        if _is_gathered(step, task):
            continue
        for person in _to_be_told(step, task):
            _tell(step, task, person)


def _is_gathered(step: StepResult, task: TaskRow) -> bool:
    """Keep an announcement for later, where many cases start together."""
    announced, current = _gathered.get(), steps.of_instance(step.instance.id)
    if announced is None or current is None or task.assignee:
        return False
    if _is_announced(step, task):
        announced.append(_Announced(current.case.pk, task))
    return True


def _is_announced(step: StepResult, task: TaskRow) -> bool:
    element = catalog.definition(step.instance.definition_id).elements[task.element]
    return element.properties.get("announce") == "true"


def _to_be_told(step: StepResult, task: TaskRow) -> tuple[int, ...]:
    if task.assignee:
        holder = people.person_behind(task.assignee) if task.assignee != step.actor else None
        return (holder,) if holder is not None else ()
    return people.persons_in(task.group) if _is_announced(step, task) else ()


def _tell(step: StepResult, task: TaskRow, person: int) -> None:
    current = steps.of_instance(step.instance.id)
    is_return = current is not None and current.intent == "return"
    kind = "case.returned" if is_return else OPENED
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
