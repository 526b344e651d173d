"""Objects of the library inside its data: events, and whatever its registry of classes converts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent


class Registered:
    """What `graph` asks about objects that are no plain values, for the specifications of one workflow."""

    def __init__(self, registry: Any, specs: Mapping[str, Any]) -> None:
        self.registry = registry
        self.specs = specs
        self.places: dict[int, tuple[str, str, int]] | None = None

    def told(self, value: Any) -> Any:
        """An event by its parts, a definition by its place, another object by its converter; else None."""
        if type(value) is BpmnEvent:
            return "event", value.event_definition, value.payload, value.correlations
        place = self._place(value) if isinstance(value, EventDefinition) else None
        if place is not None:
            return "definition", *place
        name = self.registry.typenames.get(type(value))
        return None if name is None else ("object", self.registry.convert_to_dict[name](value))

    def made(self, told: Any) -> Any:
        """The object again; whatever its converter raises."""
        kind, *parts = told
        if kind == "event":
            return BpmnEvent(*parts)
        if kind == "definition":
            spec, task_spec, number = parts
            return list(_definitions(self.specs[spec].task_specs[task_spec]))[number]
        return self.registry.restore(*parts)

    def _place(self, definition: Any) -> tuple[str, str, int] | None:
        if self.places is None:
            self.places = {
                id(found): (key, name, number)
                for key, spec in self.specs.items()
                for name, task_spec in spec.task_specs.items()
                for number, found in enumerate(_definitions(task_spec))
            }
        return self.places.get(id(definition))


def _definitions(task_spec: Any) -> Iterator[Any]:
    """The event definition of an element, then those that it is made of."""
    whole = getattr(task_spec, "event_definition", None)
    if whole is not None:
        yield whole
        yield from getattr(whole, "event_definitions", ())
