"""Puts what call activities call into the definition that calls: one definition runs, its version fixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from engine.core.decisions import Decision
from engine.core.definition import BETWEEN, Definition, Element, Flow


def linked(drawn: Definition, called: Mapping[str, Definition]) -> Definition:
    """The definition with every called one inside the element that calls it; it itself when it calls none.

    What is inside has the ids of its own diagram behind that of the call, `call/task`, its own variables, and
    its forms and decisions behind the key of its process, `process/form`. What is not known is left as drawn.
    """
    if not any(element.call for element in drawn.elements.values()):
        return drawn
    drawn = replace(drawn, called=MappingProxyType(called))
    calling = [e for e in drawn.elements.values() if e.call is not None and e.call.key in called]
    elements, flows = dict(drawn.elements), dict(drawn.flows)
    decisions, forms, namespaces = dict(drawn.decisions), dict(drawn.forms), {}
    for call in calling:
        inner = called[call.call.key] if call.call is not None else drawn
        elements[call.id] = replace(call, type="subProcess")
        elements |= {element.id: element for element in _elements(inner, call)}
        flows |= {flow.id: flow for flow in _flows(inner, call)}
        forms |= {_behind(inner, key): form for key, form in inner.forms.items()}
        decisions |= {_behind(inner, key): _renamed(inner, made) for key, made in inner.decisions.items()}
        namespaces[call.id] = inner.variables
        namespaces |= {_id(call, scope): names for scope, names in inner.namespaces.items()}
    frozen: dict[str, Any] = {
        name: MappingProxyType(found)
        for name, found in (
            ("elements", elements),
            ("flows", flows),
            ("decisions", decisions),
            ("forms", forms),
            ("namespaces", namespaces),
        )
    }
    deepest = max([drawn.depth, *(called[call.call.key].depth for call in calling if call.call is not None)])
    return replace(drawn, **frozen, depth=deepest, source=drawn, private={})


def _id(call: Element, key: str) -> str:
    return f"{call.id}{BETWEEN}{key}"


def _behind(inner: Definition, key: str) -> str:
    """The key of a form or decision; one that comes from further inside has it already."""
    return key if BETWEEN in key else f"{inner.key}{BETWEEN}{key}"


def _renamed(inner: Definition, decision: Decision) -> Decision:
    key = _behind(inner, decision.id)
    return replace(decision, id=key, versions=tuple(replace(one, id=key) for one in decision.versions))


def _elements(inner: Definition, call: Element) -> Iterator[Element]:
    for element in inner.elements.values():
        if element.is_triggered:
            continue
        yield replace(
            element,
            id=_id(call, element.id),
            parent=_id(call, element.parent) if element.parent else call.id,
            attached_to=_id(call, element.attached_to) if element.attached_to else "",
            lane=call.lane,
            form_key=_behind(inner, element.form_key)
            if element.form_key in inner.forms
            else element.form_key,
            decision=_behind(inner, element.decision) if element.decision else "",
            differs_from=tuple(_id(call, other) for other in element.differs_from),
        )


def _flows(inner: Definition, call: Element) -> Iterator[Flow]:
    for flow in inner.flows.values():
        if not inner.elements[flow.source].is_triggered:
            source, target = _id(call, flow.source), _id(call, flow.target)
            yield replace(flow, id=_id(call, flow.id), source=source, target=target)
