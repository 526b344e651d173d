"""Which variables the elements of a diagram read and write, and which they may write."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.decisions import CompiledDecision, compiled_decision
from engine.core.definition import BETWEEN, Definition, Element
from engine.core.errors import ExpressionInvalid
from engine.core.expressions import compiled, script, template
from engine.core.regions import branches, with_insides


def result_names(definition: Definition, element: Element) -> dict[str, str]:
    """The variable that takes each output of the decision of a business rule task."""
    decision = definition.decisions.get(element.decision)
    if decision is None:
        return {}
    outputs = decision.newest.outputs
    if len(outputs) == 1 and element.result_variable and element.map_result != "singleResult":
        return {outputs[0].name: element.result_variable}
    return {output.name: output.name for output in outputs}


def decision_of(definition: Definition, element: Element) -> CompiledDecision:
    """The decision of a business rule task over the declared variables; ExpressionInvalid."""
    decision = definition.decisions[element.decision]
    results = result_names(definition, element)
    types = definition.types_in(element.parent)
    return compiled_decision(decision, types, results, element.properties.get("valid_on", ""))


def reads_of(definition: Definition, element: Element) -> frozenset[str]:
    """The variables that an element and the conditions behind it read.

    A conditional event is not counted: it looks when a step has come to rest, so no other path races it.
    """
    types = definition.types_in(element.parent)
    names: set[str] = set()
    for text in (element.group, element.assignee, element.escalate, element.key):
        names |= template(text, types).names
    names |= set(element.carries)
    if element.many is not None:
        names |= {element.many.collection} - {""}
        for text in (element.many.cardinality, element.many.until):
            names |= compiled(text, types).names if text else frozenset()
    if element.call is not None:
        names = names.union(*(compiled(text, types).names for _, text in element.call.inputs))
    if element.loop is not None and element.loop.condition:
        names |= compiled(element.loop.condition, types).names
    for flow in definition.outgoing(element.id):
        if flow.condition:
            names |= compiled(flow.condition, types).names
    if element.type == "scriptTask":
        for _, expression in script(element.script, types):
            names |= expression.names
    if element.decision in definition.decisions:
        names |= _decision_reads(definition, element)
    return frozenset(names)


def _decision_reads(definition: Definition, element: Element) -> frozenset[str]:
    try:
        decision = decision_of(definition, element)
    except (ExpressionInvalid, KeyError):
        return frozenset()
    read = [decision.day] if decision.day is not None else []
    for table in decision.versions:
        read += [
            *table.inputs,
            *(table.default or ()),
            *(cell for rule in table.rules for cell in rule.outputs),
        ]
    return frozenset().union(*(expression.names for expression in read))


def writes_of(definition: Definition, element: Element) -> frozenset[str]:
    """The variables that an element is known to write; one with several instances writes what it counts."""
    if element.many is not None:
        return frozenset(element.counters)
    if element.call is not None:
        return frozenset(target for _, target in element.call.outputs)
    if element.type == "scriptTask":
        return frozenset(name for name, _ in script(element.script, definition.types_in(element.parent)))
    if element.type == "businessRuleTask":
        return frozenset(result_names(definition, element).values())
    if element.writes:
        return frozenset(element.writes)
    form = definition.forms.get(element.form_key) if element.type == "userTask" else None
    return frozenset(form.variables.values()) if form is not None else frozenset()


def local_names(definition: Definition) -> dict[str, frozenset[str]]:
    """For each multi-instance subprocess the variables that each of its instances has for itself.

    These are the key of its own, what says yes, and all that is written inside.
    """
    return {
        element.id: frozenset().union(
            {element.many.item, element.many.yes} - {""},
            *(writes_of(definition, inner) for inner in _inside(definition, element.id)),
        )
        for element in definition.elements.values()
        if element.many is not None and element.type == "subProcess" and element.call is None
    }


def _inside(definition: Definition, scope: str) -> Iterator[Element]:
    """The elements in a subprocess, but not in those inside that are done several times."""
    for element in definition.children(scope):
        yield element
        if element.many is None and element.call is None:
            yield from _inside(definition, element.id)


def writable_names(definition: Definition) -> dict[str, frozenset[str]]:
    """The variables that elements may write, for those that may not write all of them.

    A path beside another writes what its elements list in `writes` or what their forms give; the path
    that goes on beside a timer that does not interrupt writes all but what the timer's path touches.
    Inside a multi-instance subprocess an element writes what it lists, which is the instance's own.
    """
    if definition.source is not None:
        return _of_all(definition, definition.source)
    elements = definition.elements
    listed = {key: writes_of(definition, element) for key, element in elements.items()}
    paths = branches(definition)
    beside_others = {member for path in paths for member in path.members}
    used = {key: listed[key] | reads_of(definition, elements[key]) for key in beside_others}
    writable = {key: frozenset(element.writes) for key, element in elements.items() if element.writes}
    for branch in paths:
        beside = {m for p in paths if p.split == branch.split and p != branch for m in p.members}
        touched = frozenset().union(*(used[member] for member in beside))
        free = frozenset(definition.variables) - touched
        for member in branch.members:
            names = listed[member] if elements[member].writes or not branch.continues else free
            writable[member] = writable.get(member, names) & names
    for scope in local_names(definition):
        for inner in with_insides(definition, frozenset({scope})) - {scope}:
            writable.setdefault(inner, listed[inner])
    return writable


def _of_all(definition: Definition, drawn: Definition) -> dict[str, frozenset[str]]:
    """What may be written in the diagram itself, and in each that it calls."""
    writable = writable_names(drawn)
    for call in drawn.elements.values():
        inner = definition.called.get(call.call.key) if call.call is not None else None
        for key, names in writable_names(inner).items() if inner is not None else ():
            writable[f"{call.id}{BETWEEN}{key}"] = names
    return writable
