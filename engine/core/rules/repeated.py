"""P3, P5, P6: activities that are done several times: how often, what tells them apart, what is their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.core.definition import Definition, Element, Loop, Many
from engine.core.errors import ExpressionInvalid
from engine.core.expressions import compiled
from engine.core.many import MOST
from engine.core.regions import with_insides
from engine.core.rules.expressions import tried
from engine.core.rules.found import Found
from engine.core.rules.shape import waits_inside
from engine.core.usage import local_names, reads_of, writes_of


def repeated_violations(found: Found) -> None:
    """Adds what is wrong with loops and multi-instance activities."""
    for element in found.definition.elements.values():
        if element.many is not None:
            _many(found, element, element.many)
        if element.loop is not None:
            _loop(found, element, element.loop)
        if (element.many or element.loop) and found.known.topics.get(element.topic) == "in_step":
            found.add("many", element.id, element.topic)
    _own(found)


def _many(found: Found, element: Element, many: Many) -> None:
    types = found.definition.variables
    wrong = [
        *((many.collection or "-",) if bool(many.collection) == bool(many.cardinality) else ()),
        *((many.collection,) if many.collection and types.get(many.collection) != "list" else ()),
        *((many.item,) if many.item and (types.get(many.item) != "str" or not many.collection) else ()),
        *((many.yes,) if many.yes and _said_in(found, element).get(many.yes) != "bool" else ()),
    ]
    for name in wrong:
        found.add("many", element.id, name)
    if many.cardinality:
        tried(found, element.id, lambda text: compiled(text, types, "int"), many.cardinality)
        if many.cardinality.isdecimal() and int(many.cardinality[:9]) > MOST:
            found.add("many", element.id, many.cardinality[:20])
    if many.until:
        tried(found, element.id, lambda text: compiled(text, types, "bool"), many.until)
    _counted_by_the_engine(found, element, many)


def _said_in(found: Found, element: Element) -> Mapping[str, str]:
    """The variables among which the one is that says yes: of a call those of the called process."""
    inner = found.definition.called.get(element.call.key) if element.call is not None else None
    return inner.variables if inner is not None else found.definition.variables


def _counted_by_the_engine(found: Found, element: Element, many: Many) -> None:
    """What the engine gives to the instances or counts of them is written by nothing else."""
    counters = _names(writes_of, found.definition, element)
    says = frozenset({many.yes}) if element.type == "userTask" else frozenset()
    given = (counters | says | {many.item}) - {""}
    for other in found.definition.elements.values():
        taken = given & _names(writes_of, found.definition, other) if other.id != element.id else ()
        if taken:
            found.add("many", element.id, ", ".join(sorted(taken)))


def _loop(found: Found, element: Element, loop: Loop) -> None:
    types = found.definition.variables
    if loop.condition:
        tried(found, element.id, lambda text: compiled(text, types, "bool"), loop.condition)
    else:
        found.add("loop", element.id, "loopCondition")
    waits = waits_inside(found.definition, element.id, once=True)
    if loop.most > MOST or not (loop.most or waits):
        found.add("loop", element.id, "loopMaximum")


def _own(found: Found) -> None:
    """What is an instance's own ends with it, so nothing outside may read or write it."""
    definition = found.definition
    try:
        locals_ = local_names(definition)
    except ExpressionInvalid:
        return  # P3 tells of it.
    for scope, names in locals_.items():
        inside = with_insides(definition, frozenset({scope})) - {scope}
        for element in definition.elements.values():
            if element.id in inside:
                continue
            used = _names(reads_of, definition, element)
            if element.id != scope:
                used |= _names(writes_of, definition, element)
            for name in sorted(used & names):
                found.add("own", element.id, name, scope=scope)


def _names(
    of: Callable[[Definition, Element], frozenset[str]], definition: Definition, element: Element
) -> frozenset[str]:
    try:
        return of(definition, element)
    except ExpressionInvalid:
        return frozenset()  # P3 tells of it.
