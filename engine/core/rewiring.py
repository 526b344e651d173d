"""What the library changes in a specification while an instance runs: kept with the instance alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.data_spec import BpmnDataStoreSpecification
from SpiffWorkflow.camunda.specs.multiinstance_task import (
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
)

WIRES: Final = ("_inputs", "_outputs")
COLLECTION: Final = ("cardinality", "data_input", "input_item")
STORES: Final = ("data_input_associations", "data_output_associations")

Parts = dict[str, tuple[str, ...]]


def changes_of(specs: Mapping[str, Any], registry: Any) -> dict[str, Any]:
    """What these specifications say now where a run may have changed them, by specification and element."""
    found = ((key, spec, _changing(spec, registry)) for key, spec in specs.items())
    return {
        key: {name: [getattr(spec.task_specs[name], part) for part in parts] for name, parts in names.items()}
        for key, spec, names in found
        if names
    }


def changed(specs: Mapping[str, Any], changes: Mapping[str, Any], registry: Any) -> dict[str, Any]:
    """The specifications for one instance: what its run may change is a copy that says what it said then."""
    return {
        key: _changed(spec, changes.get(key, {}), _changing(spec, registry)) for key, spec in specs.items()
    }


def _changed(spec: Any, changes: Mapping[str, Any], parts: Parts) -> Any:
    if not parts:
        return spec
    copy = deepcopy(spec, {id(store): store for store in spec.data_stores.values()})
    for name, values in changes.items():
        for part, value in zip(parts[name], values, strict=True):
            setattr(copy.task_specs[name], part, value)
    return copy


def _changing(spec: Any, registry: Any) -> Parts:
    """The attributes that a run may change, by element.

    An event subprocess, and a conditional path of an ad-hoc one, is connected to the start of its
    specification when it is first triggered; a multi-instance of the `camunda` dialect learns what
    its collection is when it is first reached; a data store holds what was put into it.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, element in spec.task_specs.items():
        if isinstance(element, ParallelMultiInstanceTask | SequentialMultiInstanceTask):
            found[name] = COLLECTION
        if any(type(store) in registry.typenames for store in _stores(element)):
            found[name] = (*found.get(name, ()), *STORES)
    later = (
        *getattr(spec.start, "trigger_specs", ()),
        *(path.name for path in getattr(spec, "conditional_paths", ())),
    )
    for name in (spec.start.name, spec.end.name, *later) if later else ():
        found[name] = (*found.get(name, ()), *WIRES)
    return found


def _stores(element: Any) -> Iterator[Any]:
    for part in STORES:
        for data in getattr(element, part, ()):
            if isinstance(data, BpmnDataStoreSpecification):
                yield data
