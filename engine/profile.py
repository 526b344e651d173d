"""What diagrams may name that the engine does not know by itself: roles, and properties that others read."""

from __future__ import annotations

from collections.abc import Iterable

from engine import handlers
from engine.core.rules.known import PROCESS, Known, Property

__all__ = ["PROCESS", "known", "register_property", "register_roles"]

_roles: set[str] = set()
_properties: dict[str, Property] = {}


def register_roles(names: Iterable[str]) -> None:
    """Let diagrams name these roles: who may start, candidate groups, who is told of a missed deadline."""
    _roles.update(names)


def register_property(name: str, *, on: Iterable[str], flag: bool = False) -> None:
    """Let elements of these types (`process`: the process) carry a property; a flag is `true`."""
    _properties[name] = Property(frozenset(on), flag)


def known() -> Known:
    """What the gate may take for known: registered roles and properties, and the topics with a handler."""
    topics = {topic: handler.runs for topic, handler in handlers.topics().items()}
    return Known(topics=topics, roles=frozenset(_roles), properties=dict(_properties))
