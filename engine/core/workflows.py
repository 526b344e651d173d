"""Between any workflow of the library and plain values: all that its own serializer keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from engine.core.errors import StateUnreadable

TOP: Final = ""
_CONNECTING: Final = Lock()


def told(workflow: BpmnWorkflow) -> tuple[Any, ...]:
    """Every scope with its tasks, the events that nobody took, and who waits for events, in their order."""
    scopes = list(_scopes(workflow))
    tasks = [task for _, scope in scopes for task in scope.tasks.values()]
    places = {task.id: place for place, task in enumerate(tasks)}
    listening = (places.get(key) for key in workflow.event_manager.tasks)
    return (
        tuple((places.get(host), *_told_scope(scope, places)) for host, scope in scopes),
        workflow.bpmn_events,
        tuple(place for place in listening if place is not None),
    )


def made(state: Any, specs: Mapping[str, Any]) -> BpmnWorkflow:
    """The workflow again; LookupError, TypeError or ValueError for what is no state of it."""
    scopes, workflow_events, listening = state
    subprocess_specs = {key: spec for key, spec in specs.items() if key != TOP}
    workflow = BpmnWorkflow(specs[TOP], subprocess_specs, deserializing=True)
    tasks: list[Task] = []
    for host, *rest in scopes:
        scope = workflow if host is None else _subprocess(workflow, tasks[host])
        _fill(scope, rest, tasks)
        _connect_loops(scope.spec)
    workflow.bpmn_events = workflow_events
    workflow.event_manager.tasks = {tasks[place].id: tasks[place] for place in listening}
    return workflow


def specs_of(workflow: BpmnWorkflow) -> dict[str, Any]:
    """The specifications of a workflow by name, its own under the empty one."""
    return {TOP: workflow.spec, **workflow.subprocess_specs}


def _scopes(workflow: BpmnWorkflow) -> Iterator[tuple[Any, Any]]:
    """The workflow and its subprocesses, each after the one that holds its task; not those without a task."""
    yield None, workflow
    known = set(workflow.tasks)
    for host, scope in workflow.subprocesses.items():
        if host in known:
            known.update(scope.tasks)
            yield host, scope


def _told_scope(scope: Any, places: Mapping[Any, int]) -> tuple[Any, ...]:
    last = scope.last_task
    return (
        scope.spec.name,
        scope.data,
        scope.correlations,
        scope.success,
        scope.completed,
        None if last is None else places.get(last.id),
        places[scope.task_tree.id],
        tuple(_told_task(task, places) for task in scope.tasks.values()),
    )


def _told_task(task: Task, places: Mapping[Any, int]) -> tuple[Any, ...]:
    return (
        task.id,
        task.task_spec.name,
        task.state,
        _place(task._parent, places),
        tuple(_place(child, places) for child in task._children),
        task.last_state_change,
        task.triggered,
        task.internal_data,
        task.data,
    )


def _place(key: Any, places: Mapping[Any, int]) -> Any:
    """Where a task stands among all of them; the id of one that is gone, boxed so that it is no place."""
    return None if key is None else places.get(key, (key,))


def _subprocess(workflow: BpmnWorkflow, host: Task) -> BpmnSubWorkflow:
    spec = workflow.subprocess_specs[host.task_spec.spec]
    scope = BpmnSubWorkflow(spec, host.id, workflow, deserializing=True)
    scope.completed_event.connect(host.task_spec._on_subworkflow_completed, host)
    workflow.subprocesses[host.id] = scope
    return scope


def _fill(scope: Any, rest: Any, tasks: list[Task]) -> None:
    name, scope.data, scope.correlations, scope.success, scope.completed, last, root, rows = rest
    if name != scope.spec.name:
        raise StateUnreadable(because="it belongs to another specification", met=scope.spec.name)
    tasks.extend(Task(scope, scope.spec.task_specs[row[1]], state=row[2], id=row[0]) for row in rows)
    for row in rows:
        task = scope.tasks[row[0]]
        _, _, _, parent, children, changed, triggered, task.internal_data, task.data = row
        task._parent = _key(parent, tasks)
        task._children = [_key(child, tasks) for child in children]
        task.last_state_change, task.triggered = changed, triggered
    scope.task_tree = tasks[root]
    scope.last_task = None if last is None else tasks[last]


def _key(place: Any, tasks: list[Task]) -> Any:
    if isinstance(place, tuple):
        return place[0]
    return None if place is None else tasks[place].id


def _connect_loops(spec: Any) -> None:
    """Tells every loop of the instances that it finishes; the library does so only where it opens them."""
    for loop in spec.task_specs.values():
        if isinstance(loop, LoopTask):
            finished = spec.task_specs[loop.task_spec].completed_event
            with _CONNECTING:
                if not finished.is_connected(loop.merge_child):
                    finished.connect(loop.merge_child)
