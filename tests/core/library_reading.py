"""Reads diagrams with the library's own parsers, and knows its registries of what may be stored."""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.helpers import BpmnConverter
from SpiffWorkflow.bpmn.specs.data_spec import BpmnDataStoreSpecification
from SpiffWorkflow.camunda.parser import CamundaParser
from SpiffWorkflow.camunda.serializer.config import CAMUNDA_CONFIG


class Store(BpmnDataStoreSpecification):
    """A data store that holds one value."""

    held: Any = None

    def get(self, my_task: Any) -> None:
        my_task.data[self.bpmn_id] = self.held

    def set(self, my_task: Any) -> None:
        self.held = my_task.data.pop(self.bpmn_id)


class StoreConverter(BpmnConverter):
    """What is in the store goes with the instance, as the library has it."""

    def to_dict(self, spec: Store) -> dict[str, Any]:
        return {"bpmn_id": spec.bpmn_id, "bpmn_name": spec.bpmn_name, "held": spec.held}

    def from_dict(self, dct: dict[str, Any]) -> Store:
        store = Store(dct["bpmn_id"], dct["bpmn_name"])
        store.held = dct["held"]
        return store


class Parser(BpmnParser):
    DATA_STORE_CLASSES = {"Store": Store}


def registry(xml: bytes) -> Any:
    """The library's registry for the dialect of a diagram, with our store."""
    config = CAMUNDA_CONFIG if _is_camunda(xml) else DEFAULT_CONFIG
    return BpmnWorkflowSerializer.configure({**config, Store: StoreConverter})


def _is_camunda(xml: bytes) -> bool:
    return b"camunda:collection" in xml


def specification(xml: bytes) -> tuple[Any, dict[str, Any]]:
    """A process and those that it opens, parsed anew, as another process would have them."""
    parser = CamundaParser() if _is_camunda(xml) else Parser()
    parser.add_bpmn_xml(etree.fromstring(xml))
    if parser.collaborations:
        return parser.get_collaboration("together")
    return parser.get_spec("process"), parser.get_subprocess_specs("process")
