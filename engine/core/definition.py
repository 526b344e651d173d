"""What a process folder says, as frozen values: elements, sequence flows, lanes, declared variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from engine.core.waits import NO_PROPERTIES, DueRule, ReminderRule

if TYPE_CHECKING:
    from engine.core.decisions import Decision


def _nothing() -> Mapping[str, str]:
    return NO_PROPERTIES


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
class Element:
    """A flow node of the diagram with everything that it carries.

    `catches` and `throws` say "error", "escalation", "message", "signal"; `code` is its code or its name,
    and an error or escalation that is caught without one is any. `condition` is what a
    conditional event waits for, an expression without its `${}`. `key` is what a message is correlated by,
    `carries` the variables that it takes along.
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
    catches: str = ""
    throws: str = ""
    code: str = ""
    condition: str = ""
    many: Many | None = None
    key: str = ""
    carries: tuple[str, ...] = ()
    terminate: bool = False
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
    def awaits(self) -> bool:
        """Whether it rests until a message or signal arrives."""
        return self.catches in ("message", "signal")


@dataclass(frozen=True, eq=False)
class Definition:
    """One version of a process, shared between threads and known by its digest."""

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
    depth: int = 0
    private: dict[str, Any] = field(default_factory=dict, repr=False)

    def children(self, parent: str = "") -> tuple[Element, ...]:
        """The elements that lie directly in a subprocess, or in the process itself."""
        return self._neighbours("children").get(parent, ())

    def outgoing(self, element: str) -> tuple[Flow, ...]:
        """The sequence flows that leave an element, in the order of the file."""
        return self._neighbours("outgoing").get(element, ())

    def incoming(self, element: str) -> tuple[Flow, ...]:
        """The sequence flows that reach an element, in the order of the file."""
        return self._neighbours("incoming").get(element, ())

    def boundaries(self, element: str) -> tuple[Element, ...]:
        """The boundary events that stand on an element."""
        return self._neighbours("boundaries").get(element, ())

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
