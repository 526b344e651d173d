# mypy: allow-subclassing-any
"""The library's workflow and tasks as we run them: small ids, one set of variables, nothing predicted."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, MutableMapping
from datetime import date
from typing import Any, Final

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.core.decisions import Outcome
from engine.core.errors import TooManyInstances
from engine.core.waits import Passed, Sent

MAYBE: Final[int] = TaskState.MAYBE
FUTURE: Final[int] = TaskState.FUTURE
WAITING: Final[int] = TaskState.WAITING
READY: Final[int] = TaskState.READY
STARTED: Final[int] = TaskState.STARTED
COMPLETED: Final[int] = TaskState.COMPLETED
CANCELLED: Final[int] = TaskState.CANCELLED
MOST_SCOPES: Final = 2000
OPEN_STATES: Final = (WAITING, READY, STARTED)

for _name in ("spiff", "spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Token(Task):
    """A task of the library: small id, no clock, no log, one set of variables, the flow it came by."""

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Token | None = None,
        state: int = MAYBE,
        id: int | None = None,  # noqa: A002 (the library's name)
        flow: int = 0,
    ) -> None:
        top = workflow.top_workflow
        if id is None:
            top.last_id += 1
            id = top.last_id  # noqa: A001
        self.id = id
        self.workflow = workflow
        self.task_spec = task_spec
        self.flow = flow
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0.0
        self.data = workflow.variables
        self.internal_data: dict[str, Any] = {}
        self._state = state
        self._children: list[int] = []
        self._parent: int | None = None
        workflow.tasks[id] = self
        if parent is not None:
            self._parent = parent.id
            parent._children.append(id)

    def _add_child(self, task_spec: Any, state: int = MAYBE, flow: int = 0) -> Token:
        return Token(self.workflow, task_spec, self, state, None, flow)

    def _set_state(self, value: int) -> None:
        self._state = value

    def _inherit_data(self) -> None:
        """Variables belong to the instance, so a token has nothing to inherit."""

    def cancel(self) -> None:
        """Takes the token away if it is open; its element takes away what it holds."""
        if self._state < COMPLETED:
            self._state = CANCELLED
            self.task_spec._on_cancel(self)

    @property
    def is_open(self) -> bool:
        """Whether the token still rests or moves."""
        return self._state < COMPLETED


class Local(MutableMapping[str, Any]):
    """The variables as one instance of a subprocess sees them: its own ones before those around it."""

    def __init__(self, names: frozenset[str], around: MutableMapping[str, Any]) -> None:
        self.own: dict[str, Any] = {}
        self.names = names
        self._around = around

    def __getitem__(self, name: str) -> Any:
        return self.own[name] if name in self.names else self._around[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self.names:
            self.own[name] = value
        else:
            self._around[name] = value

    def __delitem__(self, name: str) -> None:
        del (self.own if name in self.names else self._around)[name]

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        yield from (name for name in self._around if name not in self.names)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Scope:
    """What a process instance and an open subprocess share: tokens, and an end when none is open."""

    spec: Any
    variables: MutableMapping[str, Any]

    @property
    def own(self) -> dict[str, Any]:
        """The variables that end with this scope."""
        return self.variables.own if isinstance(self.variables, Local) else {}

    tasks: dict[int, Token]
    top_workflow: Any
    task_tree: Token
    completed: bool

    def open_at(self, root_id: int | None = None) -> Token:
        """Creates the finished root that every token of the scope hangs from."""
        self.task_tree = Token(self, self.spec.start, None, COMPLETED, root_id)
        return self.task_tree

    def arm(self) -> None:
        """Lets the event subprocesses of the scope wait for what begins them."""
        for trigger in self.spec.triggers:
            if trigger.is_armed:
                self.task_tree._add_child(trigger, WAITING)

    def enter(self, node: Any) -> None:
        """Puts the first token on the start event."""
        child = self.open_at()._add_child(node, FUTURE)
        self.arm()
        node._update(child)

    def open_tokens(self) -> Iterator[Token]:
        """The tokens that are not finished, oldest first."""
        return (token for token in list(self.tasks.values()) if token._state < COMPLETED)

    def cancel_open(self) -> None:
        """Takes every open token away, the oldest first, also after it was stored and reloaded."""
        for token in sorted(self.open_tokens(), key=lambda one: one.id):
            token.cancel()

    def is_completed(self) -> bool:
        """Whether the scope has ended."""
        return self.completed

    def _task_completed_notify(self, _: Token) -> None:
        if not self.completed and self.is_idle():
            self.completed = True
            if self.spec.triggers:
                self.cancel_open()
            self.ended()

    def is_idle(self) -> bool:
        """Whether no token is left but those that only wait for an event subprocess to begin."""
        return not any(t._state < COMPLETED and not t.task_spec.aside for t in self.tasks.values())

    def ended(self) -> None:
        """What happens when the last token of the scope is gone."""


class Instance(Scope, BpmnWorkflow):
    """A process instance in memory."""

    def __init__(self, net: Any) -> None:
        self.last_id = 0
        self.net = net
        self.queue: deque[Token] = deque()
        self.passed: list[Passed] = []
        self.decided: list[tuple[str, Outcome]] = []
        self.today: date | None = None
        self.sent: list[Sent] = []
        # How many of several subprocesses this step has opened: each may pass as many elements as a step.
        self.begun = 0
        super().__init__(net.scopes[""], net.subprocess_specs, script_engine=net, deserializing=True)
        self.variables: MutableMapping[str, Any] = self.data

    def open_subprocess(self, token: Token) -> Subprocess:
        """The scope of a subprocess that a token has reached; TooManyInstances."""
        if len(self.subprocesses) >= MOST_SCOPES:
            raise TooManyInstances(element=token.task_spec.name, count=len(self.subprocesses) + 1)
        scope = Subprocess(self.net.scopes[token.task_spec.spec], token, self)
        self.subprocesses[token.id] = scope
        return scope

    def scopes(self) -> tuple[Scope, ...]:
        """The instance itself and every open subprocess."""
        return (self, *self.subprocesses.values())

    def token(self, key: int) -> Token | None:
        """The token with this id, wherever it is."""
        for scope in self.scopes():
            if key in scope.tasks:
                return scope.tasks[key]
        return None

    def note(self, kind: Any, token: Token) -> None:
        """Remembers that an element was entered, completed or cancelled, unless it is not in the diagram."""
        element = token.task_spec.element
        if element is not None:
            self.passed.append(Passed(kind, element.id))


class Subprocess(Scope, BpmnSubWorkflow):
    """An open subprocess: over the variables around it, and those that are its own."""

    def __init__(self, spec: Any, host: Token, instance: Instance) -> None:
        super().__init__(spec, host.id, instance, deserializing=True)
        names = instance.net.locals.get(spec.name)
        around = {} if spec.is_called else host.data
        self.variables = host.data if names is None else Local(names, around)

    def _calculate_depth(self) -> int:
        return 0

    def get_task_from_id(self, task_id: int) -> Token | None:
        """The token of this scope with this id."""
        return self.tasks.get(task_id)

    def ended(self) -> None:
        """The subprocess is over: its token goes on."""
        instance: Instance = self.top_workflow
        del instance.subprocesses[self.parent_task_id]
        host = instance.token(self.parent_task_id)
        assert host is not None, "an open subprocess has a token"  # noqa: S101
        host.task_spec.left(host, self.variables)
        host._set_state(READY)
        instance.queue.append(host)
