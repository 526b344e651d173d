"""The registry of service-task handlers: Python that a topic of a diagram names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.errors import TopicTaken, TopicUnknown

Runs = Literal["in_step", "job"]
Repeat = Literal["safe", "keyed", "by_hand"]


class BpmnError(Exception):
    """Raised by a handler: thrown into the diagram, to the error boundary of that code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """What a handler may know; `arguments` are ids, `job_id` is the natural key of what leaves the house."""

    instance_id: int | None
    element: str
    topic: str
    variables: Mapping[str, Any]
    now: datetime
    actor: str
    job_id: int | None = None
    task_id: int | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)


Call = Callable[[HandlerContext], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Handler:
    """A registered handler.

    `in_step` runs inside the step's transaction and touches the database alone; `job` runs later, outside.
    `safe` may run twice, `keyed` too as the receiver drops the repeat, `by_hand` only if a person says so.
    `title` is what administrators read where no element of a diagram has a name, in Latvian and English.
    """

    topic: str
    call: Call
    runs: Runs
    repeat: Repeat
    title: tuple[str, str] | None = None


_handlers: dict[str, Handler] = {}


def handler(
    topic: str, *, runs: Runs, repeat: Repeat = "safe", title: tuple[str, str] | None = None
) -> Callable[[Call], Call]:
    """Register the function for a topic; TopicTaken if another function has it."""

    def register(call: Call) -> Call:
        found = _handlers.get(topic)
        if found is not None and _place(found.call) != _place(call):
            raise TopicTaken(topic=topic, first=_place(found.call), second=_place(call))
        _handlers[topic] = Handler(topic, call, runs, repeat, title)
        return call

    return register


def _place(call: Call) -> str:
    return f"{call.__module__}.{call.__qualname__}"


def handler_of(topic: str) -> Handler:
    """The handler of a topic; TopicUnknown."""
    try:
        return _handlers[topic]
    except KeyError:
        raise TopicUnknown(topic=topic) from None


def topics() -> Mapping[str, Handler]:
    """All registered handlers by topic."""
    return dict(_handlers)
