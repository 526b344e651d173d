"""What a case is about that nobody has asked for: a message, a signal or the calendar began its process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from engine.core.values import Value
from engine.triggers import Beginning
from registries.models import Organisation, Person

__all__ = ["About", "Beginning", "about", "begins"]


@dataclass(frozen=True, slots=True)
class About:
    """The organisation that the case is of, the person whom it is about, and values of declared variables."""

    organisation: Organisation
    subject: Person | None = None
    given: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))


Rule = Callable[[Beginning], About]

_rules: Final[dict[str, Rule]] = {}


def begins(process_key: str) -> Callable[[Rule], Rule]:
    """Let the function say what a case of this process is about that begins by itself.

    What it raises leaves an incident, and the message is kept until it passes.
    """

    def register(rule: Rule) -> Rule:
        _rules[process_key] = rule
        return rule

    return register


def about(beginning: Beginning) -> About:
    """What its process says; where it says nothing, the case is the ministry's."""
    rule = _rules.get(beginning.definition.key)
    if rule is not None:
        return rule(beginning)
    ministries = Organisation.objects.active().filter(kind=Organisation.Kind.MINISTRY)
    return About(ministries.order_by("pk")[:1].get())
