"""The small signs inside the elements of a drawn BPMN diagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_GATEWAYS: Final[Mapping[str, str]] = {
    "exclusiveGateway": "M-7 -7 L7 7 M7 -7 L-7 7",
    "parallelGateway": "M0 -10 V10 M-10 0 H10",
    "inclusiveGateway": "M-9 0 a9 9 0 1 0 18 0 a9 9 0 1 0 -18 0",
    "eventBasedGateway": ("M-11 0 a11 11 0 1 0 22 0 a11 11 0 1 0 -22 0 M0 -7 L7 -2 L4 6 L-4 6 L-7 -2 Z"),
}
_EVENTS: Final[Mapping[str, str]] = {
    "timerEventDefinition": "M-8 0 a8 8 0 1 0 16 0 a8 8 0 1 0 -16 0 M0 -6 V0 L4 3",
    "messageEventDefinition": "M-8 -5 H8 V6 H-8 Z M-8 -5 L0 1 L8 -5",
    "signalEventDefinition": "M0 -7 L8 6 H-8 Z",
    "errorEventDefinition": "M-7 6 L-3 -6 L2 2 L7 -7 L3 6 L-2 -1 Z",
    "escalationEventDefinition": "M0 -8 L6 7 L0 1 L-6 7 Z",
    "conditionalEventDefinition": "M-6 -7 H6 V7 H-6 Z M-4 -4 H4 M-4 0 H4 M-4 4 H4",
    "terminateEventDefinition": "M-8 0 a8 8 0 1 0 16 0 a8 8 0 1 0 -16 0",
}
_TASKS: Final[Mapping[str, str]] = {
    "userTask": "M4 15 a6 6 0 0 1 12 0 Z M7 5 a3 3 0 1 0 6 0 a3 3 0 1 0 -6 0",
    "serviceTask": "M5 9 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0 M8 9 a2 2 0 1 0 4 0 a2 2 0 1 0 -4 0",
    "scriptTask": "M5 4 H15 V15 H5 Z M7 7 H13 M7 10 H13 M7 13 H11",
    "businessRuleTask": "M4 4 H17 V15 H4 Z M4 8 H17 M8 8 V15",
    "sendTask": "M4 5 H16 V14 H4 Z M4 5 L10 10 L16 5",
    "receiveTask": "M4 5 H16 V14 H4 Z M4 5 L10 10 L16 5",
    "manualTask": "M4 8 H14 M4 12 H14 V6",
}
_FULL: Final = ("endEvent", "intermediateThrowEvent")


def gateway_symbol(kind: str, x: float, y: float) -> str:
    """The sign in the middle of a gateway."""
    return _path(_GATEWAYS.get(kind, ""), x, y)


def event_symbol(node: Any, kind: str, x: float, y: float) -> str:
    """The sign in the middle of an event, filled where it is thrown."""
    names = [str(child.tag).rpartition("}")[2] for child in node]
    found = next((_EVENTS[name] for name in names if name in _EVENTS), "")
    return _path(found, x, y, "symbol full" if kind in _FULL else "symbol")


def task_symbol(node: Any, kind: str, x: float, y: float, box: Any) -> str:
    """The sign in the corner of a task, and the marks of several instances or a loop below."""
    names = [str(child.tag).rpartition("}")[2] for child in node]
    middle, below = box.x + box.width / 2, box.y + box.height - 14
    many = "M-5 0 V10 M0 0 V10 M5 0 V10" if "multiInstanceLoopCharacteristics" in names else ""
    loop = "M4 9 a5 5 0 1 0 -5 1" if "standardLoopCharacteristics" in names else ""
    return _path(_TASKS.get(kind, ""), x, y) + _path(many or loop, middle, below)


def _path(drawing: str, x: float, y: float, klass: str = "symbol") -> str:
    return f'<path class="{klass}" transform="translate({x} {y})" d="{drawing}"/>' if drawing else ""
