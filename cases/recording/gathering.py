"""What happened to a case as the steps of a scenario, with the values as they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from cases.models import Answer, Case, FieldComment
from engine import catalog
from engine.core.definition import Definition, Element
from engine.core.expressions import template
from engine.models import Completion, Message, Task

RIGA: Final = ZoneInfo("Europe/Riga")
# What a service task threw is not kept; any code that its boundary event catches is as good.
ANY_ERROR: Final = "ERROR"
REPLAYED: Final = frozenset({"start", "task", "job", "error", "timer", "event"})

Step = dict[str, Any]


class Unrepeatable(Exception):
    """A person moved the case past its diagram, so no walk can repeat it."""


def gathered(case: Case) -> tuple[list[Step], tuple[tuple[str, str], ...]]:
    """The steps of a case and what they passed; Unrepeatable. A withdrawn case is told to its withdrawal."""
    definition = catalog.definition(case.instance.definition_id)
    history = list(Completion.objects.filter(instance=case.instance_id).order_by("version"))
    rows = _Rows(case)
    steps: list[Step] = []
    passed: list[tuple[str, str]] = []
    for step in history:
        if step.kind == Completion.Kind.CANCEL:
            break
        if step.kind not in REPLAYED:
            raise Unrepeatable
        taken = [*_commanded(step, definition, rows), *_in_step(step, definition)]
        steps += [{**one, **_on(step, definition)} for one in taken]
        passed += [(kind, element) for kind, element in step.passed]
    return steps, tuple(passed)


class _Rows:
    """What was answered in each task of a case, and what came to it, in the order of their coming."""

    def __init__(self, case: Case) -> None:
        self.tasks = {task.pk: task for task in Task.objects.filter(instance=case.instance_id)}
        self.answers = dict(Answer.objects.filter(case=case).values_list("task_id", "content"))
        self.comments: dict[int, list[str]] = {}
        for task, field in FieldComment.objects.filter(case=case).values_list("task_id", "field"):
            self.comments.setdefault(task, []).append(field)
        self.messages = list(Message.objects.filter(receiver=case.instance_id).order_by("delivered_at", "id"))

    def message(self, element: Element) -> Mapping[str, Any]:
        """The variables of the next message of this name, those that its wait takes."""
        for message in self.messages:
            if (message.kind, message.name) == (element.catches, element.code):
                self.messages.remove(message)
                return {name: value for name, value in message.variables.items() if name in element.writes}
        return {}


def _commanded(step: Completion, definition: Definition, rows: _Rows) -> Iterator[Step]:
    element = definition.elements.get(step.element)
    if element is None:
        return
    match step.kind:
        case "task":
            yield _task(step, element, definition, rows)
        case "job":
            yield {"service": element.id}
        case "error":
            yield {"service": element.id, "throws": _code(step.passed, definition)}
        case "timer":
            yield {"fire": element.id}
        case "event":
            yield {"receive": element.id, "gives": dict(rows.message(element))}


def _task(step: Completion, element: Element, definition: Definition, rows: _Rows) -> Step:
    task = rows.tasks[step.task_id or 0]
    found: Step = {"task": element.id, "by": _who(task, element, definition)}
    found["answers"] = dict(rows.answers.get(task.pk, {}))
    if fields := rows.comments.get(task.pk):
        found["return"] = dict.fromkeys(sorted(fields), "")
    return found


def _who(task: Task, element: Element, definition: Definition) -> str:
    """The role of the group, or the variable that names the person; never the person."""
    role = task.group.partition("@")[0]
    return role or " ".join(sorted(template(element.assignee, definition.types_in(element.parent)).names))


def _in_step(step: Completion, definition: Definition) -> Iterator[Step]:
    """The service tasks that were done, or threw, in the same step, one after another."""
    own = step.element if step.kind == Completion.Kind.JOB else ""
    thrown = step.kind == Completion.Kind.ERROR
    gone: list[str] = []
    for kind, key in step.passed:
        element = definition.elements.get(key)
        if element is None:
            continue
        if kind == "completed" and element.type == "serviceTask":
            if key != own:
                yield {"service": key}
            own = ""
        elif kind == "cancelled" and element.type == "serviceTask":
            gone.append(key)
        elif kind == "entered" and element.catches == "error" and gone:
            if not thrown:
                yield {"service": gone[-1], "throws": element.code or ANY_ERROR}
            thrown, gone = False, []


def _code(passed: Sequence[Sequence[str]], definition: Definition) -> str:
    for kind, key in passed:
        element = definition.elements.get(key)
        if kind == "entered" and element is not None and element.catches == "error":
            return element.code or ANY_ERROR
    return ANY_ERROR


def _on(step: Completion, definition: Definition) -> Step:
    """The day, where decision tables have versions that depend on it."""
    dated = any(decision.is_dated for decision in definition.decisions.values())
    return {"on": step.at.astimezone(RIGA).date().isoformat()} if dated else {}
