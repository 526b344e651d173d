"""The course of cases over their diagrams: tasks done, open and ahead, and the marks of the live diagram."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from accounts.scope import Scope
from cases import people
from cases.models import Case, FieldComment
from cases.services.answers import form_of, open_fields
from engine import catalog
from engine import queries as engine_queries
from engine.core.definition import Definition, Element
from engine.core.errors import StateUnreadable
from engine.core.machine import Machine
from engine.locked import LIVE
from engine.models import Completion, ProcessInstance, Task, Wait

from .ahead import Ahead
from .views import DiagramView, Milestone, StepItem

SHOWN: Final = ("userTask", "serviceTask")


@dataclass(frozen=True, slots=True)
class _Course:
    """What one case has behind it, where it stands and what lies ahead."""

    definition: Definition
    met: tuple[StepItem, ...]
    ahead: Ahead


def steps(case: Case) -> tuple[StepItem, ...]:
    """The tasks that the case met, in their order, and those that may still follow, nearest first."""
    course = _courses([case])[case.pk]
    following = (
        _item(element, "ahead", sure=course.ahead.is_sure({element.id}))
        for element in course.ahead.elements
        if element.type in SHOWN
    )
    return (*course.met, *following)


def milestones(scope: Scope, public_ids: Iterable[UUID]) -> Mapping[UUID, tuple[Milestone, ...]]:
    """What each of these visible cases has come to and has before it, in the order of its diagram."""
    cases = Case.objects.visible_to(scope).filter(public_id__in=list(public_ids)).select_related("instance")
    found = list(cases.defer("instance__state", "instance__state_sha256"))
    courses = _courses(found)
    return {case.public_id: tuple(_milestones(courses[case.pk])) for case in found}


def diagram(case: Case) -> DiagramView:
    """The diagram with what is done, what is active, and which sequence flows were taken."""
    marks = engine_queries.marks(case.instance_id)
    return DiagramView(
        xml=catalog.diagram_of(case.instance.definition), done=marks.done, now=marks.now, flows=marks.flows
    )


def _courses(cases: Sequence[Case]) -> dict[int, _Course]:
    """The course of each case by its id, in a number of statements that does not depend on theirs."""
    instances = [case.instance_id for case in cases]
    tasks = _by_instance(Task.objects.filter(instance_id__in=instances).order_by("id"))
    history = _by_instance(Completion.objects.filter(instance_id__in=instances).order_by("version"))
    waiting = Wait.OPEN
    waits = Wait.objects.filter(instance_id__in=instances, status__in=waiting).exclude(wait_id="")
    named = people.names(task.completed_by or task.assignee for rows in tasks.values() for task in rows)
    running = ProcessInstance.objects.filter(pk__in=instances, status__in=LIVE)
    states = {key: bytes(state) for key, state in running.values_list("pk", "state")}
    jobs = _by_instance(waits.order_by("id"))
    comments = _commented(cases)
    return {
        case.pk: _course(
            catalog.definition(case.instance.definition_id),
            tasks.get(case.instance_id, []),
            history.get(case.instance_id, []),
            jobs.get(case.instance_id, []),
            states.get(case.instance_id),
            named,
            _kept(case, tasks.get(case.instance_id, []), comments.get(case.pk, {})),
        )
        for case in cases
    }


def _commented(cases: Sequence[Case]) -> dict[int, dict[str, set[str]]]:
    """The fields that wait for a correction, by case and form."""
    found: dict[int, dict[str, set[str]]] = {}
    rows = FieldComment.objects.filter(case__in=cases, answered_at=None)
    for case, form_key, field in rows.values_list("case_id", "form_key", "field"):
        found.setdefault(case, {}).setdefault(form_key, set()).add(field)
    return found


def _kept(case: Case, tasks: Sequence[Task], commented: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    """What the open corrections of a case will not change, by element."""
    found: dict[str, frozenset[str]] = {}
    for task in tasks:
        fields = commented.get(task.form_key)
        if task.status != Task.Status.OPEN or not fields:
            continue
        definition = catalog.definition(case.instance.definition_id)
        form = form_of(definition, case.instance.definition_id, task.form_key)
        opened = open_fields(form, frozenset(fields))
        closed = (variable for field, variable in form.variables.items() if field not in opened)
        found[task.element] = frozenset(closed)
    return found


def _by_instance(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.instance_id, []).append(row)
    return found


def _course(
    definition: Definition,
    tasks: Sequence[Task],
    history: Sequence[Completion],
    jobs: Sequence[Wait],
    state: bytes | None,
    named: Mapping[str, str],
    kept: Mapping[str, frozenset[str]],
) -> _Course:
    opened = [task.element for task in tasks if task.status == Task.Status.OPEN]
    now = tuple(dict.fromkeys([*opened, *(job.element for job in jobs)]))
    begin = now or (_start(definition),)
    variables = _variables(definition, state) if state is not None else None
    ahead = Ahead(definition, begin if state is not None else (), variables, kept)
    return _Course(definition, tuple(_met(definition, tasks, history, now, named)), ahead)


def _variables(definition: Definition, state: bytes) -> Mapping[str, Any] | None:
    try:
        return Machine.load(definition, state).variables
    except StateUnreadable:
        return None


def _met(
    definition: Definition,
    tasks: Sequence[Task],
    history: Sequence[Completion],
    now: Sequence[str],
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
    yield from (item for name, item in met.items() if name not in now)
    for name in now:
        element = definition.elements.get(name)
        if element is not None and element.type in SHOWN:
            yield _now(element, latest.get(name), named)


def _done(element: Element, task: Task | None, step: Completion, named: Mapping[str, str]) -> StepItem:
    return _item(element, "done", who=named.get(task.completed_by, "") if task else "", at=step.at)


def _now(element: Element, task: Task | None, named: Mapping[str, str]) -> StepItem:
    if task is None:
        return _item(element, "now")
    who = named.get(task.assignee, "")
    return _item(element, "now", who=who, at=task.opened_at, due_at=task.due_at)


def _item(element: Element, state: str, **more: Any) -> StepItem:
    values = {"who": "", "at": None, "due_at": None, **more}
    return StepItem(element.id, element.name, element.name_en, state, **values)  # type: ignore[arg-type]


def _start(definition: Definition) -> str:
    starts = (element.id for element in definition.elements.values() if element.type == "startEvent")
    return next(starts, "")


def _inside(definition: Definition, holder: Element) -> Iterator[str]:
    """The elements of a subprocess or called process, however deep."""
    for element in definition.elements.values():
        around = element.parent
        while around and around != holder.id:
            around = definition.elements[around].parent
        if around:
            yield element.id


def _milestones(course: _Course) -> Iterator[Milestone]:
    """One per label; a label that surely comes again is not behind the case."""
    met = {step.element: step for step in course.met}
    ahead = {element.id for element in course.ahead.elements}
    labels: dict[tuple[str, str], set[str]] = {}
    for element in course.definition.elements.values():
        if element.milestone_lv:
            names = labels.setdefault((element.milestone_lv, element.milestone_en), set())
            names |= {element.id, *_inside(course.definition, element)}
    reached_now = False
    for (lv, en), names in labels.items():
        steps = [met[name] for name in names if name in met]
        now = next((step for step in steps if step.state == "now"), None)
        done = max((step for step in steps if step.at), key=lambda step: str(step.at), default=None)
        again = course.ahead.is_sure(names) if names & ahead else False
        if now is not None:
            yield Milestone(lv, en, "now", now.at)
        elif done is not None and not again and not reached_now:
            yield Milestone(lv, en, "done", done.at)
        elif names & ahead or done is not None:
            yield Milestone(lv, en, "ahead", None)
        reached_now = reached_now or now is not None
