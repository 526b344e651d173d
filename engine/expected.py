"""Which messages and signals processes take, with which variables; what nobody takes is refused outside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from engine import catalog
from engine.core.definition import Definition, Element
from engine.core.errors import UndeclaredVariable, WrongType
from engine.core.values import decoded
from engine.errors import MessageTooLarge, MessageUnknown
from engine.locked import LIVE
from engine.models import ProcessInstance

Kind = Literal["message", "signal"]
LARGEST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Expected:
    """A message or signal that processes take: the types that they declare for each of its variables.

    `processes` are the keys of those that take it, `starts` of those that it starts.
    """

    kind: Kind
    name: str
    variables: Mapping[str, frozenset[str]]
    processes: tuple[str, ...]
    starts: tuple[str, ...]


def expected(kind: Kind) -> tuple[Expected, ...]:
    """What the current versions take and those of which an instance lives, by name."""
    found: dict[str, list[tuple[Definition, Element]]] = {}
    for definition, element in _catching(kind):
        found.setdefault(element.code, []).append((definition, element))
    return tuple(_expected(kind, name, found[name]) for name in sorted(found))


def _catching(kind: Kind) -> Iterator[tuple[Definition, Element]]:
    current = {row.pk for row in catalog.all_current()}
    live = ProcessInstance.objects.filter(status__in=LIVE)
    alive = set(live.order_by().values_list("definition", flat=True).distinct())
    for pk in sorted(current | alive):
        definition = catalog.definition(pk)
        for element in definition.elements.values():
            # A start event of a version that is not current any more starts nothing.
            if element.catches == kind and (pk in current or not element.is_triggered):
                yield definition, element


def _expected(kind: Kind, name: str, catching: list[tuple[Definition, Element]]) -> Expected:
    types: dict[str, set[str]] = {}
    for definition, element in catching:
        declared = definition.types_in(element.parent)
        for variable in element.writes:
            types.setdefault(variable, set()).add(declared[variable])
    return Expected(
        kind=kind,
        name=name,
        variables={variable: frozenset(kinds) for variable, kinds in sorted(types.items())},
        processes=tuple(sorted({definition.key for definition, _ in catching})),
        starts=tuple(sorted({definition.key for definition, element in catching if element.is_triggered})),
    )


def check(kind: Kind, name: str, variables: Mapping[str, Any]) -> Expected:
    """Refuse what no process takes; MessageUnknown, MessageTooLarge, UndeclaredVariable, WrongType.

    Values are JSON: a date and a decimal are text.
    """
    found = next((one for one in expected(kind) if one.name == name), None)
    if found is None:
        raise MessageUnknown(name=name[:100])
    if len(json.dumps(variables, default=str)) > LARGEST:
        raise MessageTooLarge(most=LARGEST)
    for variable, value in variables.items():
        kinds = found.variables.get(variable)
        if kinds is None:
            raise UndeclaredVariable(name=variable[:100])
        _fits(variable, kinds, value)
    return found


def _fits(variable: str, kinds: frozenset[str], value: Any) -> None:
    refused: WrongType | None = None
    if any(not _can_be_stored(text) for text in (value if isinstance(value, list) else [value])):
        raise WrongType(name=variable, declared=", ".join(sorted(kinds)), met="characters without meaning")
    for kind in sorted(kinds):
        try:
            decoded({variable: kind}, {variable: value})
        except WrongType as error:
            refused = error
        else:
            return
    if refused is not None:
        raise refused


def _can_be_stored(value: Any) -> bool:
    """Whether a text holds neither zero nor half a character."""
    return not isinstance(value, str) or not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value)
