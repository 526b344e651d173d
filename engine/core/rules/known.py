"""What exists outside a process folder that its diagram may name, as frozen values for the gate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

PROCESS: Final = "process"


@dataclass(frozen=True, slots=True)
class Property:
    """A `camunda:property` that somebody reads: on which elements (none named: on all).

    A flag is `true`, a deadline the name of one.
    """

    on: frozenset[str] = frozenset()
    flag: bool = False
    deadline: bool = False


_OF_TASKS: Final = Property(frozenset({"userTask"}))
_OF_MESSAGES: Final = frozenset(
    {
        "startEvent",
        "receiveTask",
        "sendTask",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "endEvent",
    }
)
OURS: Final[Mapping[str, Property]] = MappingProxyType(
    {
        "name:en": Property(),
        "milestone:lv": Property(),
        "milestone:en": Property(),
        "who:lv": _OF_TASKS,
        "who:en": _OF_TASKS,
        "differs_from": _OF_TASKS,
        "remind": _OF_TASKS,
        "escalate": _OF_TASKS,
        "returns_to_same": Property(_OF_TASKS.on, flag=True),
        "writes": Property(
            frozenset(
                {
                    "startEvent",
                    "userTask",
                    "serviceTask",
                    "receiveTask",
                    "intermediateCatchEvent",
                    "boundaryEvent",
                }
            )
        ),
        "yes": Property(frozenset({"userTask", "subProcess", "callActivity"})),
        "correlation_key": Property(_OF_MESSAGES),
        "carries": Property(frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})),
        "valid_on": Property(frozenset({"businessRuleTask"})),
    }
)


def _nothing() -> Mapping[str, Property]:
    return MappingProxyType({})


def _none_started() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Known:
    """Topics with a handler (to `in_step` or `job`), roles, forms elsewhere, properties, names, the day.

    `started` are the names of messages that start a process, with its key.
    """

    topics: Mapping[str, str]
    roles: Collection[str]
    forms: Collection[str] = ()
    properties: Mapping[str, Property] = field(default_factory=_nothing)
    deadlines: Collection[str] = ()
    today: date | None = None
    started: Mapping[str, str] = field(default_factory=_none_started)
