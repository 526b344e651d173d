"""What a process folder says, as frozen values: elements, sequence flows, lanes, declared variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from engine.core.schedules import Schedule
from engine.core.waits import NO_PROPERTIES, DueRule, ReminderRule

if TYPE_CHECKING:
    from engine.core.decisions import Decision


def _nothing() -> Mapping[str, str]:
    return NO_PROPERTIES


# Between the id of a call activity and that of an element of the process that it calls.
BETWEEN: Final = "/"


def _none_called() -> Mapping[str, Any]:
    return MappingProxyType({})


VariableType = Literal["str", "int", "bool", "date", "decimal", "list"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a diagram breaks: where, why, and what to draw instead, in English and Latvian."""

    rule: str
    element: str
    name: str
    message_en: str
    message_lv: str
    advice_en: str
    advice_lv: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of the diagram."""

    id: str
    name: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class FormFields:
    """What a process knows of a form: the JSON type of each field, `date` for a day, and what they become."""

    types: Mapping[str, str]
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is an expression without its `${}`."""

    id: str
    source: str
    target: str
    name: str = ""
    name_en: str = ""
    condition: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """Several instances of one task: one for each key of a list, or a number of them.

    `item` is the variable that each instance sees its own key in; `until` ends them early; the task counts in
    `<id>_done` how many are done and in `<id>_yes` how many of them said yes in the variable `yes`.
    """

    sequential: bool
    collection: str = ""
    item: str = ""
    cardinality: str = ""
    until: str = ""
    yes: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """Another process as part of this one, by its key.

    `inputs` are its variables with expressions over ours, `outputs` its variables with ours that take them.
    """

    key: str
    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """The same activity again while `condition` holds, at most `most` times when that is not 0.

    The condition is looked at after each time, or with `tests_before` before it.
    """

    condition: str
    tests_before: bool = False
    most: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node of the diagram with everything that it carries.

    `catches` and `throws` say "error", "escalation", "message", "signal"; `code` is its code or its name,
    and an error or escalation that is caught without one is any. `by_event` marks an event subprocess, whose
    start event says by what, and whether it interrupts. `condition` is what a
    conditional event waits for, an expression without its `${}`. `key` is what a message is correlated by,
    `carries` the variables that it takes along. `schedule` says when a start event comes by itself.
    `texts` keeps what was written where a rule must quote it; `unsupported` names parts that no rule accepts.
    """

    id: str
    type: str
    name: str = ""
    name_en: str = ""
    lane: str = ""
    parent: str = ""
    form_key: str = ""
    group: str = ""
    assignee: str = ""
    due: DueRule | None = None
    topic: str = ""
    attached_to: str = ""
    interrupting: bool = True
    timer: DueRule | None = None
    schedule: Schedule | None = None
    catches: str = ""
    throws: str = ""
    code: str = ""
    condition: str = ""
    many: Many | None = None
    loop: Loop | None = None
    call: Call | None = None
    key: str = ""
    carries: tuple[str, ...] = ()
    terminate: bool = False
    by_event: bool = False
    script: str = ""
    decision: str = ""
    result_variable: str = ""
    map_result: str = ""
    milestone_lv: str = ""
    milestone_en: str = ""
    differs_from: tuple[str, ...] = ()
    reminders: tuple[ReminderRule, ...] = ()
    escalate: str = ""
    returns_to_same: bool = False
    writes: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=_nothing)
    texts: Mapping[str, str] = field(default_factory=_nothing)
    unsupported: tuple[str, ...] = ()

    @property
    def counters(self) -> tuple[str, str]:
        """The variables that count how many of its instances are done, and how many said yes."""
        drawn = self.id.rpartition(BETWEEN)[2]
        return f"{drawn}_done", f"{drawn}_yes"

    @property
    def awaits(self) -> bool:
        """Whether it rests until a message or signal arrives."""
        return self.catches in ("message", "signal")

    @property
    def happens_again(self) -> bool:
        """Whether a boundary event begins its path each time its trigger comes while its activity is open."""
        return bool(self.attached_to) and not self.interrupting and self.timer is None

    @property
    def is_triggered(self) -> bool:
        """Whether the process begins here by a message, a signal or the calendar, and not by a person."""
        by_itself = self.awaits or "schedule" in self.texts
        return self.type == "startEvent" and not self.parent and by_itself


@dataclass(frozen=True, eq=False)
class Definition:
    """One version of a process, shared between threads and known by its digest.

    One that calls others holds them inside its call activities: `source` is what its own diagram says,
    `called` are the others by key, `namespaces` their variables by the element that calls.
    `unsupported` names what no rule accepts beside the flow nodes, behind the id of where it stands.
    """

    key: str
    name: str
    name_en: str
    digest: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    lanes: Mapping[str, Lane]
    variables: Mapping[str, VariableType]
    start_roles: tuple[str, ...]
    decisions: Mapping[str, Decision]
    forms: Mapping[str, FormFields]
    properties: Mapping[str, str] = field(default_factory=_nothing)
    unsupported: tuple[tuple[str, str], ...] = ()
    depth: int = 0
    source: Definition | None = None
    called: Mapping[str, Definition] = field(default_factory=_none_called)
    namespaces: Mapping[str, Mapping[str, VariableType]] = field(default_factory=_none_called)
    private: dict[str, Any] = field(default_factory=dict, repr=False)

    def children(self, parent: str = "") -> tuple[Element, ...]:
        """The elements that lie directly in a subprocess, or in the process itself."""
        return self._neighbours("children").get(parent, ())

    @property
    def plain_start(self) -> Element | None:
        """The start event at which people begin, if there is one."""
        starts = (child for child in self.children() if child.type == "startEvent")
        return next((start for start in starts if not start.is_triggered), None)

    @property
    def thrown(self) -> frozenset[tuple[str, str]]:
        """The kind and code of the errors and escalations for its caller, which `throws:CODE` names."""
        named = {name.partition(":"): kind for name, kind in self.properties.items()}
        return frozenset((kind, code) for (group, _, code), kind in named.items() if group == "throws")

    def outgoing(self, element: str) -> tuple[Flow, ...]:
        """The sequence flows that leave an element, in the order of the file."""
        return self._neighbours("outgoing").get(element, ())

    def incoming(self, element: str) -> tuple[Flow, ...]:
        """The sequence flows that reach an element, in the order of the file."""
        return self._neighbours("incoming").get(element, ())

    def boundaries(self, element: str) -> tuple[Element, ...]:
        """The boundary events that stand on an element."""
        return self._neighbours("boundaries").get(element, ())

    def types_in(self, scope: str = "") -> Mapping[str, VariableType]:
        """The variables that are declared for what lies in a scope: of the process that drew it."""
        while scope:
            if scope in self.namespaces:
                return self.namespaces[scope]
            scope = self.elements[scope].parent
        return self.variables

    def triggers(self, scope: str = "") -> tuple[Element, ...]:
        """The start events of the event subprocesses that lie directly in a scope."""
        return tuple(
            start
            for element in self.children(scope)
            if element.by_event
            for start in self.children(element.id)
            if start.type == "startEvent"
        )

    def _neighbours(self, kind: str) -> dict[str, tuple[Any, ...]]:
        found: dict[str, tuple[Any, ...]] | None = self.private.get(kind)
        if found is None:
            found = {}
            flows, elements = self.flows.values(), self.elements.values()
            pairs: dict[str, list[tuple[str, Any]]] = {
                "children": [(element.parent, element) for element in elements],
                "outgoing": [(flow.source, flow) for flow in flows],
                "incoming": [(flow.target, flow) for flow in flows],
                "boundaries": [(element.attached_to, element) for element in elements if element.attached_to],
            }
            for key, thing in pairs[kind]:
                found[key] = (*found.get(key, ()), thing)
            self.private[kind] = found
        return found
