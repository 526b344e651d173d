"""P14, P15: who may start, do and be told, by roles that exist; who must be somebody else, in time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from engine.core.definition import Definition, Element
from engine.core.errors import ExpressionInvalid
from engine.core.expressions import Expression, script, template
from engine.core.regions import Branch, branches, successors
from engine.core.rules.found import Found
from engine.core.timers import NONE
from engine.core.usage import decision_of, writes_of

_PLACE = re.compile(r"@\d+\Z")


def people_violations(found: Found) -> None:
    """Adds roles that nobody can hold, and separations that would never be asked for."""
    definition = found.definition
    for role in definition.start_roles:
        _role(found, definition.key, role)
    for element in definition.elements.values():
        if element.group:
            _group(found, element, element.group)
        if element.escalate and element.escalate != NONE:
            _group(found, element, element.escalate, alone=True)
    _differences(found)


def _role(found: Found, where: str, role: str) -> None:
    if role not in found.known.roles:
        found.add("role", where, role or "-")


def _group(found: Found, element: Element, written: str, *, alone: bool = False) -> None:
    """`role@organisation`; the place is an id or one expression, the role a word or one variable."""
    try:
        parts = template(written, found.definition.variables).parts
    except ExpressionInvalid:
        return  # P3 has told of it.
    first, *rest = parts
    if isinstance(first, Expression):
        at, *place = rest or ("",)
        if at != "@" or not _one_place("@", place):
            found.add("group", element.id, written)
        else:
            _role_of_variable(found, element, first)
        return
    role, at, tail = first.partition("@")
    if (alone and not at and not rest) or _one_place(at + tail, rest):
        _role(found, element.id, role.strip())
    else:
        found.add("group", element.id, written)


def _one_place(text: object, rest: list[str | Expression]) -> bool:
    if not rest:
        return isinstance(text, str) and _PLACE.match(text) is not None
    return text == "@" and len(rest) == 1 and isinstance(rest[0], Expression)


def _role_of_variable(found: Found, element: Element, expression: Expression) -> None:
    """A role in a variable comes from a handler that lists it, or is written out in a table or script."""
    name, definition = expression.source, found.definition
    given = False
    for other in definition.elements.values():
        if name not in writes_of(definition, other):
            continue
        given = True
        for role in _written_roles(definition, other, name):
            if role is None or role not in found.known.roles:
                found.add("role", other.id, role or name)
    if not given or name not in expression.names:
        found.add("group", element.id, element.group)


def _written_roles(definition: Definition, element: Element, name: str) -> Iterator[str | None]:
    """The words that an element may put into a variable; None for what cannot be known from the files."""
    match element.type:
        case "serviceTask":
            return
        case "scriptTask":
            for target, expression in script(element.script, definition.variables):
                if target == name:
                    yield from _words(expression.source)
        case "businessRuleTask":
            try:
                decision = decision_of(definition, element)
            except (ExpressionInvalid, KeyError):
                return  # P8 has told of it.
            for table in decision.versions:
                at = table.names.index(name)
                results = [rule.outputs for rule in table.rules]
                for outputs in (*results, table.default) if table.default is not None else results:
                    yield from _words(outputs[at].source)
        case _:
            yield None


def _words(source: str) -> Iterator[str | None]:
    node = ast.parse(source, mode="eval").body
    choices = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    for choice in choices:
        yield choice.value if isinstance(choice, ast.Constant) and isinstance(choice.value, str) else None


def _differences(found: Found) -> None:
    definition = found.definition
    tasks = [e for e in definition.elements.values() if e.type == "userTask" and e.differs_from]
    if not tasks:
        return
    beside = branches(definition)
    for task in tasks:
        for key in task.differs_from:
            other = definition.elements.get(key)
            if other is None or other.type != "userTask" or other is task:
                found.add("differs", task.id, key)
            elif any(_apart(beside, split, task.id, key) for split in {branch.split for branch in beside}):
                if task.id not in other.differs_from:
                    found.add("differs_both", task.id, key)
            elif task.id not in _later(definition, key) and key in _later(definition, task.id):
                found.add("differs_late", task.id, key)


def _apart(beside: tuple[Branch, ...], split: str, one: str, other: str) -> bool:
    """Whether two tasks lie on different paths of a split, so that either may be done first."""
    paths = [branch.members for branch in beside if branch.split == split]
    return any(one in p and other in q for p in paths for q in paths if p is not q)


def _later(definition: Definition, element: str) -> frozenset[str]:
    """What can be reached after an element, into subprocesses and out of them."""
    seen: set[str] = set()
    ahead = list(_next(definition, element))
    while ahead:
        key = ahead.pop()
        if key not in seen:
            seen.add(key)
            ahead.extend(_next(definition, key))
    return frozenset(seen)


def _next(definition: Definition, key: str) -> Iterator[str]:
    element = definition.elements[key]
    yield from successors(definition, key)
    yield from (start.id for start in definition.triggers(element.parent))
    if element.type == "subProcess":
        yield from (child.id for child in definition.children(key) if child.type == "startEvent")
    if element.parent:
        yield from (event.id for event in definition.boundaries(element.parent))
        if element.type == "endEvent":
            yield from successors(definition, element.parent)
