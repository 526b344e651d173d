"""P5: no boundary event lets itself happen again, for ever, by what its path throws without a rest."""

from __future__ import annotations

from engine.core.definition import Definition, Element
from engine.core.regions import catcher
from engine.core.rules.found import Found
from engine.core.rules.shape import start_of_scope, waits_inside


def echo_violations(found: Found) -> None:
    """Adds the events from which messages or signals come back to them, by other such events too."""
    definition = found.definition
    events = {e.id: e for e in definition.elements.values() if e.happens_again and e.awaits}
    thrown = {key: _thrown_at_once(definition, key) for key in events}
    answers = {
        key: [other.id for other in events.values() if any(_is_meant(one, other) for one in thrown[key])]
        for key in events
    }
    for key in events:
        if key in _reached(answers, key):
            found.add("echo", key, ", ".join(one.id for one in thrown[key]))


def _is_meant(throwing: Element, event: Element) -> bool:
    """Whether what is thrown reaches an event; the same key is written the same."""
    said = (throwing.throws, throwing.code, throwing.key)
    return said == (event.catches, event.code, event.key)


def _reached(answers: dict[str, list[str]], key: str) -> set[str]:
    seen: set[str] = set()
    open_ends = list(answers[key])
    while open_ends:
        other = open_ends.pop()
        if other not in seen:
            seen.add(other)
            open_ends += answers[other]
    return seen


def _thrown_at_once(definition: Definition, event: str) -> list[Element]:
    """What throws a message or signal on the path of an event before anything on it has waited."""
    seen: set[str] = set()
    open_ends = [flow.target for flow in definition.outgoing(event)]
    while open_ends:
        key = open_ends.pop()
        if key in seen:
            continue
        seen.add(key)
        if definition.elements[key].type == "subProcess":
            open_ends.append(start_of_scope(definition, key))
        if not waits_inside(definition, key):
            open_ends += (flow.target for flow in definition.outgoing(key))
        caught = catcher(definition, key)
        open_ends += (flow.target for flow in definition.outgoing(caught.id)) if caught is not None else ()
    elements = (definition.elements[key] for key in sorted(seen))
    return [element for element in elements if element.throws in ("message", "signal")]
