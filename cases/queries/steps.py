"""The course of a case over its diagram: tasks done, open and ahead, and the marks of the live diagram."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from cases import people
from cases.models import Case
from engine import catalog
from engine import queries as engine_queries
from engine.core.definition import Definition, Element
from engine.models import Completion, Task

from .views import DiagramView, StepItem

SHOWN: Final = ("userTask", "serviceTask")


def steps(case: Case) -> tuple[StepItem, ...]:
    """The tasks of the diagram: those done and open in their order, then those that may lie ahead."""
    definition = catalog.definition(case.instance.definition_id)
    tasks = list(Task.objects.filter(instance_id=case.instance_id).order_by("id"))
    history = list(Completion.objects.filter(instance_id=case.instance_id).order_by("version"))
    open_now = set(engine_queries.tokens(case.instance_id))
    named = people.names(task.completed_by or task.assignee for task in tasks)
    met = [*_met(definition, tasks, history, open_now, named)]
    known = {item.element for item in met}
    ended = case.instance.status != "running"
    ahead = () if ended else _ahead(definition, open_now or {_start(definition)})
    return (
        *met,
        *(
            StepItem(element.id, element.name, element.name_en, "ahead", "", None, None)
            for element in ahead
            if element.id not in known
        ),
    )


def diagram(case: Case) -> DiagramView:
    """The diagram with what is done, what is active, and which sequence flows were taken."""
    files = catalog.files_of(case.instance.definition)
    marks = engine_queries.marks(case.instance_id)
    xml = next(text for name, text in files.items() if name.endswith(".bpmn"))
    return DiagramView(xml=xml, done=marks.done, now=marks.now, flows=marks.flows)


def _met(
    definition: Definition,
    tasks: Sequence[Task],
    history: Sequence[Completion],
    open_now: set[str],
    named: Mapping[str, str],
) -> Iterator[StepItem]:
    """One item per element that was reached, at its latest visit, in the order of that."""
    latest = {task.element: task for task in tasks if task.status != Task.Status.CANCELLED}
    met: dict[str, StepItem] = {}
    for step in history:
        for kind, name in step.passed:
            element = definition.elements.get(name)
            if element is None or element.type not in SHOWN or kind != "completed":
                continue
            met.pop(name, None)
            met[name] = _done(element, latest.get(name), step, named)
    yield from (item for name, item in met.items() if name not in open_now)
    for name in open_now:
        element = definition.elements.get(name)
        if element is not None and element.type in SHOWN:
            yield _now(element, latest.get(name), named)


def _done(element: Element, task: Task | None, step: Completion, named: Mapping[str, str]) -> StepItem:
    who = named.get(task.completed_by, "") if task is not None else ""
    return StepItem(element.id, element.name, element.name_en, "done", who, step.at, None)


def _now(element: Element, task: Task | None, named: Mapping[str, str]) -> StepItem:
    who = named.get(task.assignee, "") if task is not None else ""
    opened = task.opened_at if task is not None else None
    due_at = task.due_at if task is not None else None
    return StepItem(element.id, element.name, element.name_en, "now", who, opened, due_at)


def _start(definition: Definition) -> str:
    starts = (element.id for element in definition.elements.values() if element.type == "startEvent")
    return next(starts, "")


def _ahead(definition: Definition, begin: set[str]) -> tuple[Element, ...]:
    """The tasks that can still be reached, nearest first."""
    waiting, seen, found = sorted(begin), set(begin), []
    while waiting:
        name = waiting.pop(0)
        element = definition.elements.get(name)
        if element is None:
            continue
        following = [flow.target for flow in definition.outgoing(name)]
        if element.type == "subProcess":
            inner = (child.id for child in definition.children(name) if child.type == "startEvent")
            following = [*inner, *following]
        elif element.parent and not following:
            following = [flow.target for flow in definition.outgoing(element.parent)]
        for target in following:
            if target in seen:
                continue
            seen.add(target)
            waiting.append(target)
            reached = definition.elements.get(target)
            if reached is not None and reached.type in SHOWN:
                found.append(reached)
    return tuple(found)
