"""The machine: one process instance in memory, moved by commands from wait states to wait states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from time import thread_time
from typing import Any, Final

from engine.core.asides import TriggerNode
from engine.core.boundaries import catch, happen, host_of
from engine.core.codec import Codec
from engine.core.decisions import Outcome
from engine.core.definition import Definition, Element
from engine.core.errors import (
    BudgetExceeded,
    ErrorNotCaught,
    MachineBroken,
    StateUnreadable,
    TooDeep,
    UndeclaredVariable,
    WaitNotFound,
    WriteRefused,
    WrongType,
)
from engine.core.gateways import settle
from engine.core.many import seen_by
from engine.core.nodes import BoundaryNode, CatchNode, ReceiveNode, ServiceNode, UserNode
from engine.core.pruning import depth, prune
from engine.core.specification import Net, net_of, start_of
from engine.core.surroundings import Around, Held, Seen, around, held_by, seen_from
from engine.core.tree import READY, Instance, Token
from engine.core.values import checked
from engine.core.waits import (
    MessageWait,
    Passed,
    Sent,
    ServiceWait,
    TimerWait,
    UserTaskWait,
    Variables,
    Wait,
)

MOST_ELEMENTS: Final = 200
MOST_SECONDS: Final = 2.0
DEEPEST: Final = 900
CODEC: Final = Codec()
_TASKS: Final = (UserNode, ServiceNode, ReceiveNode)
_RESTING: Final = (*_TASKS, CatchNode, TriggerNode, BoundaryNode)


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """A decision was asked in this step: by which element, which version, what fired and with what.

    Inputs are [column, value] pairs, outputs the variables written. Without a rule the default held.
    """

    element: str
    decision: str
    rule_ids: tuple[str, ...]
    digest: str = ""
    rule_numbers: tuple[int, ...] = ()
    inputs: tuple[tuple[str, Any], ...] = ()
    outputs: tuple[tuple[str, Any], ...] = ()


class Machine:
    """One process instance; after any error but a refused argument it is broken and must be loaded again."""

    def __init__(self, net: Net, instance: Instance) -> None:
        self._net = net
        self._instance = instance
        self._broken = False

    @classmethod
    def start(
        cls, definition: Definition, variables: Variables, today: date | None = None, *, at: str = ""
    ) -> Machine:
        """A new instance, run from its plain start event, or the one `at` this id, to its first wait states.

        StartNotFound, UndeclaredVariable, WrongType, BudgetExceeded.
        """
        net = net_of(definition)
        values = checked(net.variables, variables)
        instance = Instance(net)
        instance.data.update(values)
        instance.today = today
        machine = cls(net, instance)
        start = start_of(net, at)
        machine._step(lambda: instance.enter(start))
        return machine

    @classmethod
    def load(cls, definition: Definition, state: bytes) -> Machine:
        """The instance that was dumped; StateUnreadable."""
        net = net_of(definition)
        instance = CODEC.load(state, net)
        try:
            checked(net.variables, instance.data)
            for scope in instance.subprocesses.values():
                checked(scope.spec.types, scope.own)
        except (WrongType, UndeclaredVariable):
            raise StateUnreadable(because="a variable has another type") from None
        return cls(net, instance)

    def set_day(self, today: date) -> None:
        """Says which day it is, for the decision tables whose versions depend on it."""
        self._instance.today = today

    def complete(self, wait_id: str, variables: Variables | None = None) -> None:
        """Finishes a user or service task; WaitNotFound, UndeclaredVariable, WrongType, WriteRefused."""
        token = self._waiting(wait_id, UserNode, ServiceNode)
        values = checked(token.workflow.spec.types, variables or {})
        element = token.task_spec.element
        if element.many is not None:
            token.internal_data["yes"] = values.pop(element.many.yes, None) is True
        self._may_write(element, values)

        def act() -> None:
            token.data.update(values)
            token.run()

        self._step(act)

    def throw(self, wait_id: str, code: str) -> None:
        """Throws an error from a task to the nearest boundary event; WaitNotFound, ErrorNotCaught."""
        token = self._waiting(wait_id, UserNode, ServiceNode)

        def act() -> None:
            if catch(token, "error", code) is None:
                raise ErrorNotCaught(element=token.task_spec.name, code=code)

        self._step(act)

    def fire(self, wait_id: str) -> None:
        """Lets a timer that is armed go off; WaitNotFound."""
        token = self._event(wait_id, awaits=False)
        self._step(lambda: happen(token))

    def receive(self, wait_id: str, variables: Variables | None = None) -> None:
        """Gives an awaited message or signal to its wait, with those of its variables that the wait writes.

        WaitNotFound, UndeclaredVariable, WrongType.
        """
        token = self._event(wait_id, awaits=True)
        element = token.task_spec.element
        taken = {name: value for name, value in (variables or {}).items() if name in element.writes}
        values = checked(token.workflow.spec.types, taken)

        def act() -> None:
            token.data.update(values)
            happen(token)

        self._step(act)

    def look_again(self) -> None:
        """Lets happen what needs no command: joins to which nothing more can come, conditions that hold."""
        self._must_be_whole()
        self._step(lambda: None)

    def change(self, act: Callable[[Instance], None]) -> None:
        """One step of what `act` does to the instance, run to the next wait states."""
        self._must_be_whole()
        self._step(lambda: act(self._instance))

    def waits(self) -> tuple[Wait, ...]:
        """The wait states, oldest first."""
        found = (self._wait(token) for scope in self._instance.scopes() for token in scope.open_tokens())
        return tuple(sorted((wait for wait in found if wait is not None), key=lambda wait: int(wait.id)))

    @property
    def ended(self) -> bool:
        """Whether no token is left."""
        return self._instance.completed

    @property
    def variables(self) -> dict[str, Any]:
        """Copies of the instance's variables."""
        return {
            name: list(value) if isinstance(value, list) else value
            for name, value in self._instance.data.items()
        }

    def variables_at(self, wait_id: str) -> dict[str, Any]:
        """Copies of the variables that a wait state sees; WaitNotFound."""
        seen = seen_by(self._waiting(wait_id, *_RESTING))
        return {name: list(value) if isinstance(value, list) else value for name, value in seen.items()}

    def seen_at(self, wait_id: str = "") -> Seen:
        """What a wait sees, and whose it is; without one, what the process itself knows; WaitNotFound."""
        token = self._waiting(wait_id, *_RESTING) if wait_id else None
        return seen_from(self._instance, token)

    def around(self, wait_id: str) -> tuple[Around, ...]:
        """The subprocesses and calls around a wait, outermost first; WaitNotFound."""
        return around(self._waiting(wait_id, *_RESTING))

    def held(self) -> Held:
        """Copies of the values of the process, under 0, and of each scope with variables of its own."""
        return held_by(self._instance)

    def passed(self) -> tuple[Passed, ...]:
        """What was entered, completed, cancelled and taken since start or load, in order."""
        return tuple(self._instance.passed)

    def decisions(self) -> tuple[DecisionMade, ...]:
        """The decision tables asked since start or load, in order."""
        return tuple(_made(element, outcome) for element, outcome in self._instance.decided)

    def sent(self) -> tuple[Sent, ...]:
        """The messages and signals thrown since start or load, in order."""
        return tuple(self._instance.sent)

    def dump(self) -> bytes:
        """The state as bytes, after pruning; TooDeep, TooLarge."""
        self._must_be_whole()
        prune(self._instance)
        if any(depth(scope) > DEEPEST for scope in self._instance.scopes()):
            raise TooDeep
        return CODEC.dump(self._instance)

    def _wait(self, token: Token) -> Wait | None:
        node, key = token.task_spec, str(token.id)
        element = node.element
        match node:
            case UserNode():
                variables = seen_by(token)
                return UserTaskWait(
                    id=key,
                    element=element.id,
                    form_key=element.form_key,
                    group=self._net.groups[element.id].render(variables),
                    assignee=self._net.assignees[element.id].render(variables),
                    due=element.due,
                )
            case ServiceNode():
                return ServiceWait(id=key, element=element.id, topic=element.topic)
            case CatchNode() | ReceiveNode() | TriggerNode():
                return self._armed(token, "")
            case BoundaryNode():
                return self._armed(token, _wait_id(host_of(token)))
        return None

    def _armed(self, token: Token, host: str) -> Wait | None:
        element, key = token.task_spec.element, str(token.id)
        if element.condition:
            return None
        if element.timer is not None:
            return TimerWait(key, element.id, element.timer, host, element.interrupting)
        return MessageWait(
            id=key,
            element=element.id,
            kind=element.catches,
            name=element.code,
            key=self._net.keys[element.id].render(token.data),
            host=host,
            interrupting=element.interrupting,
            first=str(token.flow) if element.happens_again and token.flow else "",
        )

    def _event(self, wait_id: str, *, awaits: bool) -> Token:
        token = self._waiting(wait_id, CatchNode, ReceiveNode, TriggerNode, BoundaryNode)
        if token.task_spec.element.awaits is not awaits:
            raise WaitNotFound(id=wait_id[:20])
        return token

    def _waiting(self, wait_id: str, *kinds: type) -> Token:
        self._must_be_whole()
        token = self._instance.token(int(wait_id)) if wait_id.isdecimal() and len(wait_id) < 20 else None
        if token is None or not token.is_open or not isinstance(token.task_spec, kinds):
            raise WaitNotFound(id=wait_id[:20])
        return token

    def _may_write(self, element: Element, values: Mapping[str, Any]) -> None:
        writable = self._net.writable.get(element.id) if element.many is None else frozenset()
        if writable is not None:
            for name in values:
                if name not in writable:
                    raise WriteRefused(element=element.id, name=name)

    def _must_be_whole(self) -> None:
        if self._broken:
            raise MachineBroken

    def _step(self, act: Any) -> None:
        self._broken = True
        self._instance.begun = 0
        act()
        self._run()
        self._broken = False

    def _run(self) -> None:
        queue = self._instance.queue
        count, began = 0, thread_time()
        while queue or settle(self._instance):
            token = queue.popleft() if queue else None
            if token is not None and token._state != READY:
                continue
            count += 1
            if count > MOST_ELEMENTS * (1 + self._instance.begun) or thread_time() - began > MOST_SECONDS:
                raise BudgetExceeded(elements=count)
            if token is not None:
                token.run()


def _wait_id(host: Token | None) -> str:
    return str(host.id) if host is not None and isinstance(host.task_spec, _TASKS) else ""


def _made(element: str, outcome: Outcome) -> DecisionMade:
    table = outcome.table
    return DecisionMade(
        element=element,
        decision=table.id,
        rule_ids=tuple(rule.id for rule in outcome.rules),
        digest=table.digest,
        rule_numbers=tuple(rule.number for rule in outcome.rules),
        inputs=tuple(zip(table.columns, outcome.inputs, strict=True)),
        outputs=tuple(outcome.values.items()),
    )
