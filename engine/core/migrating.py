"""Brings stored instances from one version of a process to another, or says why they cannot follow.

Elements are the same when their ids are. An open element that is gone needs a choice; whatever might leave
an instance unable to come to its end is blocked. A verdict depends on where the tokens rest, and where the
other version would let something happen at once, on the values too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from engine.core import rows, soundness
from engine.core.definition import Definition
from engine.core.errors import CoreError, MigrationRefused, StateUnreadable, UndeclaredVariable, WrongType
from engine.core.exposure import exposed
from engine.core.gateways import InclusiveNode
from engine.core.machine import CODEC, Machine
from engine.core.mapping import Finding, Mapper, renumbered
from engine.core.rows import State
from engine.core.specification import net_of
from engine.core.tree import CANCELLED, WAITING, Instance, Token
from engine.core.values import checked
from engine.core.waits import Scalar


class Verdict(IntEnum):
    """What becomes of an instance, from the best to the worst; of several findings the worst counts."""

    SAFE = 0
    REARMED = 1
    CHOSEN = 2
    CHOICE = 3
    BLOCKED = 4


WEIGHTS: Final[Mapping[str, Verdict]] = {
    "due_changed": Verdict.REARMED,
    "timer_changed": Verdict.REARMED,
    "timer_added": Verdict.REARMED,
    "timer_dropped": Verdict.REARMED,
    "form_changed": Verdict.SAFE,
    "group_changed": Verdict.SAFE,
    "topic_changed": Verdict.SAFE,
    "event_changed": Verdict.SAFE,
    "event_added": Verdict.SAFE,
    "event_dropped": Verdict.SAFE,
    "variable_dropped": Verdict.SAFE,
    "moved": Verdict.CHOSEN,
    "value_given": Verdict.CHOSEN,
    "happens_at_once": Verdict.CHOSEN,
    "joins_at_once": Verdict.CHOSEN,
    "element_gone": Verdict.CHOICE,
    "value_needed": Verdict.CHOICE,
    "target_unfit": Verdict.BLOCKED,
    "value_unfit": Verdict.BLOCKED,
    "subprocess_gone": Verdict.BLOCKED,
    "place_changed": Verdict.BLOCKED,
    "join_changed": Verdict.BLOCKED,
    "gateway_changed": Verdict.BLOCKED,
    "many_changed": Verdict.BLOCKED,
    "cannot_finish": Verdict.BLOCKED,
    "must_go_on": Verdict.BLOCKED,
    "unreadable": Verdict.BLOCKED,
}
_AT_ONCE: Final = ("happens_at_once", "joins_at_once")


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person has chosen: for open elements that are gone another one, for new variables a value."""

    elements: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on an instance and all that it rests on."""

    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def may_go(self) -> bool:
        """Whether the instance can be migrated now."""
        return self.verdict < Verdict.CHOICE

    @property
    def at_once(self) -> tuple[str, ...]:
        """The events and gateways that would let the instance move within the migration itself."""
        return tuple(one.element for one in self.findings if one.kind in _AT_ONCE)

    @property
    def heaviest(self) -> Finding:
        """The first of the findings that decide the verdict, where there are any."""
        return max(self.findings, key=lambda one: WEIGHTS[one.kind])

    def resting(self, elements: Iterable[str]) -> Judgement:
        """The same for an instance that rests: where these elements would let it move it must go on first."""
        found = tuple(Finding("must_go_on", element) for element in elements)
        return Judgement(Verdict.BLOCKED, (*self.findings, *found)) if found else self

    def require(self) -> None:
        """MigrationRefused unless the instance can be migrated now."""
        if not self.may_go:
            raise MigrationRefused(because=", ".join(dict.fromkeys(one.kind for one in self.findings)))


class Migration:
    """From one version to another with the choices made: judges stored states and makes new ones."""

    def __init__(self, source: Definition, target: Definition, choices: Choices | None = None) -> None:
        self.source, self.target = net_of(source), net_of(target)
        self.choices = choices or Choices()
        self._judged: dict[Any, Judgement] = {}
        self._problems: dict[Any, tuple[str, str] | None] = {}
        # Whether something may happen by what the values are, so that no verdict is shared.
        self._looks = bool(self.target.conditional or self.target.joins)
        self._values, self._unfit = _values(target, self.choices)
        self._exposed = {
            name: exposed(target, name) for name, kind in target.variables.items() if self._is_new(name, kind)
        }

    def judge(self, content: bytes) -> Judgement:
        """The verdict on a stored state; nothing changes. A state that cannot be read is blocked."""
        try:
            state = self._read(content)
        except StateUnreadable:
            return Judgement(Verdict.BLOCKED, (Finding("unreadable"),))
        if self._looks:
            return self._judgement(state)
        key = self._shape(state)
        found = self._judged.get(key)
        if found is None:
            found = self._judged[key] = self._judgement(state)
        return found

    def migrated(self, content: bytes) -> bytes:
        """The same instance under the target; MigrationRefused unless the judgement lets it go."""
        self.judge(content).require()
        state = self._read(content)
        return self._written(self._mapper(state), state)

    def _read(self, content: bytes) -> State:
        state = rows.decode(content, CODEC.plain)
        if state.digest != bytes.fromhex(self.source.definition.digest[:16]):
            raise StateUnreadable(because="it belongs to another definition")
        return state

    def _mapper(self, state: State) -> Mapper:
        mapper = Mapper(self.source, self.target, self.choices.elements, state)
        mapper.map()
        return mapper

    def _judgement(self, state: State) -> Judgement:
        mapper = self._mapper(state)
        findings = [*mapper.findings, *self._unfit]
        if all(WEIGHTS[one.kind] < Verdict.CHOICE for one in findings):
            findings += self._of_machine(mapper, state)
        worst = max((WEIGHTS[one.kind] for one in findings), default=Verdict.SAFE)
        return Judgement(worst, tuple(dict.fromkeys(findings)))

    def _of_machine(self, mapper: Mapper, state: State) -> list[Finding]:
        """What is found once it is loaded under the target: of its values, and of its way to the end."""
        try:
            instance = CODEC.load(self._written(mapper, state), self.target)
            machine = Machine(self.target, instance)
            places = self._places(instance)
            found = self._of_values(state, places)
            if all(WEIGHTS[one.kind] < Verdict.CHOICE for one in found):
                found += _at_once(machine, instance)
                found += self._of_end(machine, instance, places)
        except CoreError:
            return [Finding("unreadable")]
        return found

    def _places(self, instance: Instance) -> tuple[str, ...]:
        """The elements from which its tokens go on."""
        flows = self.target.definition.flows
        at = soundness.markings(instance)
        joins = (flows[flow].target for one in at for flow in one.waiting)
        return tuple(dict.fromkeys((*(element for one in at for element in one.active), *joins)))

    def _of_values(self, state: State, places: tuple[str, ...]) -> list[Finding]:
        found = []
        known = dict(zip(self.source.names, state.values, strict=False))
        for name, value in known.items():
            if value is not None and name not in self.target.variables:
                found.append(Finding("variable_dropped", name))
        for name, readers in self._exposed.items():
            retyped = name in self.source.variables and known.get(name) is not None
            if name in self._values:
                found.append(Finding("value_given", name))
            elif retyped or not readers.isdisjoint(places):
                found.append(Finding("value_needed", name))
        return found

    def _of_end(self, machine: Machine, instance: Instance, places: tuple[str, ...]) -> list[Finding]:
        """Whether it rests somewhere, and comes to its end on every walk."""
        if machine.ended:
            return []
        if not machine.waits():
            return [Finding("cannot_finish", *places[:1])]
        problem = self._problem(instance)
        return [] if problem is None else [Finding("cannot_finish", problem[1])]

    def _problem(self, instance: Instance) -> tuple[str, str] | None:
        """What keeps it from its end; the same wherever the same elements hold tokens, so found once."""
        at = soundness.markings(instance)
        if at not in self._problems:
            self._problems[at] = soundness.problem_at(self.target.definition, at)
        return self._problems[at]

    def _written(self, mapper: Mapper, state: State) -> bytes:
        known = dict(zip(self.source.names, state.values, strict=False))
        values = tuple(self._value(name, known) for name in self.target.names)
        return rows.encode(mapper.state(values), CODEC.plain)

    def _value(self, name: str, known: Mapping[str, Any]) -> Any:
        kind = self.target.variables[name]
        if not self._is_new(name, kind):
            value = known[name]
            return checked({name: kind}, {name: value})[name] if value is not None else None
        return self._values.get(name)

    def _is_new(self, name: str, kind: str) -> bool:
        before = self.source.variables.get(name)
        return before != kind and not (before == "int" and kind == "decimal")

    def _shape(self, state: State) -> Any:
        """All of a state that its verdict depends on: where tokens rest, and which values are there."""
        joins = {node.index for node in self.source.nodes if getattr(node, "arriving", None)}
        scopes = []
        for scope in state.scopes:
            at = {token.id: number for number, token in enumerate(scope.tokens, start=1)}
            tokens = (
                (t.node, t.state, t.flow if t.node in joins else 0, at.get(t.parent, 0)) for t in scope.tokens
            )
            own = tuple(value is not None for value in scope.values)
            scopes.append((bool(scope.host), tuple(tokens), own))
        return state.ended, tuple(scopes), tuple(value is not None for value in state.values)


def _at_once(machine: Machine, instance: Instance) -> list[Finding]:
    """Lets happen what would within the migration: conditions that hold, joins to which nothing comes."""
    waiting = [
        token
        for scope in instance.scopes()
        for token in scope.open_tokens()
        if token._state == WAITING and _looks(token)
    ]
    machine.look_again()
    return [
        Finding("joins_at_once" if token.task_spec.condition is None else "happens_at_once", element.id)
        for token in waiting
        if token._state not in (WAITING, CANCELLED) and (element := token.task_spec.element) is not None
    ]


def _looks(token: Token) -> bool:
    return token.task_spec.condition is not None or isinstance(token.task_spec, InclusiveNode)


def undone(before: bytes, after: bytes, closed: Iterable[str]) -> tuple[bytes, dict[str, str]]:
    """The state as it was before a migration, and the new ids of waits whose rows were closed by it.

    What is over stays over, so what was closed opens again under an id that has never been.
    """
    state, last_id = rows.decode(before, CODEC.plain), rows.decode(after, CODEC.plain).last_id
    ids = {int(key): last_id + at for at, key in enumerate(sorted(closed, key=int), start=1)}
    found = renumbered(state, ids, last_id + len(ids))
    return rows.encode(found, CODEC.plain), {str(old): str(new) for old, new in ids.items()}


def _values(target: Definition, choices: Choices) -> tuple[dict[str, Any], list[Finding]]:
    """The chosen values as the target declares them, and those that do not fit it."""
    values: dict[str, Any] = {}
    unfit = []
    for name, value in choices.values.items():
        try:
            values |= checked(target.variables, {name: value})
        except (UndeclaredVariable, WrongType):
            unfit.append(Finding("value_unfit", name))
    return values, unfit
