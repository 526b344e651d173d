"""What differs between two versions of a process, element by element and variable by variable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.core.definition import Definition, Element


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` says which; `element` is an element's id, or the name of a variable or table."""

    kind: str
    element: str


def changes_between(source: Definition, target: Definition) -> tuple[Change, ...]:
    """All that a person must know before instances go from one version to the other, in the files' order."""
    return (*_elements(source, target), *_variables(source, target), *_tables(source, target))


def _elements(source: Definition, target: Definition) -> Iterator[Change]:
    for key in source.elements:
        if key not in target.elements:
            yield Change("element_gone", key)
    for key, element in target.elements.items():
        before = source.elements.get(key)
        if before is None:
            yield Change("element_added", key)
        elif not is_same_kind(before, element):
            yield Change("kind_changed", key)
        elif before.parent != element.parent:
            yield Change("place_changed", key)
        else:
            yield from (Change(kind, key) for kind in aspects(source, before, target, element))
            if _ways(source, key) != _ways(target, key):
                yield Change("ways_changed", key)


def _ways(definition: Definition, key: str) -> list[tuple[str, str, bool]]:
    return [(flow.target, flow.condition, flow.default) for flow in definition.outgoing(key)]


def _variables(source: Definition, target: Definition) -> Iterator[Change]:
    for name, kind in target.variables.items():
        if name not in source.variables:
            yield Change("variable_added", name)
        elif source.variables[name] != kind:
            yield Change("variable_retyped", name)
    for name in source.variables:
        if name not in target.variables:
            yield Change("variable_gone", name)


def _tables(source: Definition, target: Definition) -> Iterator[Change]:
    for key, decision in target.decisions.items():
        before = source.decisions.get(key)
        if before is not None and before.newest.digest != decision.newest.digest:
            yield Change("table_changed", key)


def is_same_kind(one: Element, other: Element) -> bool:
    """Whether a token rests on both in the same way: the type, what is waited for, how often it is done."""
    return _kind(one) == _kind(other)


def _kind(element: Element) -> tuple[object, ...]:
    timed = "timer" if element.timer is not None else ""
    waits_for = timed or ("condition" if element.condition else element.catches)
    return element.type, waits_for, element.many is not None, element.loop is not None


def aspects(source: Definition, one: Element, target: Definition, other: Element) -> Iterator[str]:
    """What an open task, job or event of the first version finds changed at its element in the second."""
    if (one.due, one.reminders, one.escalate) != (other.due, other.reminders, other.escalate):
        yield "due_changed"
    if one.timer != other.timer:
        yield "timer_changed"
    if (one.form_key, source.forms.get(one.form_key)) != (other.form_key, target.forms.get(other.form_key)):
        yield "form_changed"
    if (one.group, one.assignee) != (other.group, other.assignee):
        yield "group_changed"
    if one.topic != other.topic:
        yield "topic_changed"
    if (one.code, one.key, one.condition) != (other.code, other.key, other.condition):
        yield "event_changed"
    if (one.many, one.loop) != (other.many, other.loop):
        yield "many_changed"
