"""The library as it comes: SpiffWorkflow with its own serializer, loaded and dumped around every step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

SERVICE = re.compile(r"<(/?)bpmn:serviceTask\b")
BRACES = re.compile(r"\$\{(.*?)\}")
DURATION = re.compile(r"(<bpmn:timeDuration[^>]*>)\s*(P[0-9A-Z]+)\s*<")


def in_its_dialect(diagram: str) -> bytes:
    """The same diagram as the library reads it: plain tasks, durations as expressions, no braces."""
    plain = SERVICE.sub(r"<\1bpmn:task", diagram)
    plain = DURATION.sub(r'\1"\2"<', plain)
    return BRACES.sub(r"\1", plain).encode()


@dataclass(slots=True)
class Library:
    """The parsed diagram; `case` runs one whole case, loading and dumping around every step."""

    specification: Any
    serializer: BpmnWorkflowSerializer

    @classmethod
    def prepare(cls, diagram: str, key: str) -> Library:
        """Parse once, as an application would at its start."""
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(in_its_dialect(diagram)))
        return cls(parser.get_spec(key), BpmnWorkflowSerializer())

    def start(self, variables: Mapping[str, Any]) -> str:
        """The first step: up to the first user task."""
        workflow = BpmnWorkflow(self.specification)
        workflow.task_tree.data.update(variables)
        workflow.data.update({})
        workflow.do_engine_steps()
        workflow.refresh_waiting_tasks()
        return str(self.serializer.serialize_json(workflow))

    def complete(self, state: str, answers: Mapping[str, Any]) -> str:
        """One step: load, complete the open user task, run on, dump."""
        workflow = self.serializer.deserialize_json(state)
        workflow.refresh_waiting_tasks()
        (task,) = workflow.get_tasks(state=TaskState.READY, manual=True)
        task.data.update(answers)
        task.run()
        workflow.do_engine_steps()
        workflow.refresh_waiting_tasks()
        return str(self.serializer.serialize_json(workflow))

    def is_over(self, state: str) -> bool:
        """Whether the case came to its end."""
        return bool(self.serializer.deserialize_json(state).is_completed())
