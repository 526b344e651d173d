"""P5: nothing lets itself happen again, for ever, by what it throws without a rest."""

from __future__ import annotations

from engine.core.definition import Definition, Element
from engine.core.rules.found import Found
from engine.core.rules.shape import reached_at_once, rests_through

_WAITING = ("intermediateCatchEvent", "receiveTask")


def echo_violations(found: Found) -> None:
    """Adds what messages or signals come back to that it throws itself, by way of others too."""
    definition = found.definition
    events = {e.id: e for e in definition.elements.values() if _comes_again(definition, e)}
    ahead = {key: reached_at_once(definition, *_after(definition, key)) for key in events}
    thrown = {key: _thrown(definition, ahead[key]) for key in events}
    answers = {
        key: [
            other.id
            for other in events.values()
            if any(_is_meant(one, other) for one in thrown[key])
            and (other.type not in _WAITING or other.id in ahead[key] | ahead[other.id])
        ]
        for key in events
    }
    for key in events:
        if key in _reached(answers, key):
            found.add("echo", key, ", ".join(one.id for one in thrown[key]))


def _comes_again(definition: Definition, element: Element) -> bool:
    """Whether a message or signal may happen to an element several times without a rest between.

    An event subprocess is begun again when it has ended; what lies on a path waits again where that loops.
    """
    if not element.awaits:
        return False
    if element.type == "startEvent":
        return (
            bool(element.parent)
            and not element.interrupting
            and not rests_through(definition, element.parent)
        )
    return element.type in _WAITING or element.happens_again


def _after(definition: Definition, key: str) -> tuple[str, ...]:
    return tuple(flow.target for flow in definition.outgoing(key))


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


def _thrown(definition: Definition, ahead: frozenset[str]) -> list[Element]:
    """Those among them that throw a message or signal."""
    elements = (definition.elements[key] for key in sorted(ahead))
    return [element for element in elements if element.throws in ("message", "signal")]
