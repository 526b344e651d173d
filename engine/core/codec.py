"""Stores any workflow and brings it back: our own in rows of a few bytes, the library's whole."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final, TypeAlias

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.core import rows, workflows
from engine.core.errors import StateUnreadable
from engine.core.graph import DAMAGES, pack, unpack
from engine.core.registered import Registered
from engine.core.rewiring import changed, changes_of
from engine.core.snapshot import restored, snapshot
from engine.core.specification import Net
from engine.core.tree import Instance

WHOLE: Final = 2
SEAL: Final = 8
LENGTH: Final = 4

# A process alone, or with the specifications of its subprocesses by name, as the library's parser gives them.
Specification: TypeAlias = Net | BpmnProcessSpec | tuple[BpmnProcessSpec, Mapping[str, BpmnProcessSpec]]


class Codec:
    """Takes the place of the library's serializer; the specification is not in the bytes but given again.

    It keeps every field that the library's serializer keeps, and every value as it was: types, keys and
    order, and what was one object in two places. It prunes nothing and asks nothing of the values but
    that they have a form: plain ones always, others by the registry that converts their class.
    """

    def __init__(self, registry: Any = None) -> None:
        self.registry = BpmnWorkflowSerializer.configure() if registry is None else registry
        self.plain = Registered(self.registry, {})

    def dump(self, workflow: BpmnWorkflow) -> bytes:
        """The state of a workflow; StateUnstorable, and TooLarge for one of our own."""
        if isinstance(workflow, Instance):
            return rows.encode(snapshot(workflow), self.plain)
        specs = workflows.specs_of(workflow)
        head = pack(changes_of(specs, self.registry), Registered(self.registry, specs))
        body = pack(workflows.told(workflow), Registered(self.registry, specs))
        content = b"".join((bytes((WHOLE,)), len(head).to_bytes(LENGTH, "big"), head, body))
        return content + _seal(content)

    def load(self, content: bytes, specification: Specification) -> BpmnWorkflow:
        """The workflow again, under the specification that it had; StateUnreadable."""
        if isinstance(specification, Net):
            return restored(specification, rows.decode(content, self.plain))
        content, seal = content[:-SEAL], content[-SEAL:]
        if content[:1] != bytes((WHOLE,)) or seal != _seal(content):
            raise StateUnreadable(because="another version, or damaged")
        process, subprocesses = specification if isinstance(specification, tuple) else (specification, {})
        return self._made(content[1:], {**subprocesses, workflows.TOP: process})

    def _made(self, content: bytes, specs: Mapping[str, Any]) -> BpmnWorkflow:
        start = LENGTH + int.from_bytes(content[:LENGTH], "big")
        try:
            changes = unpack(content[LENGTH:start], Registered(self.registry, specs))
            own = changed(specs, changes, self.registry)
            return workflows.made(unpack(content[start:], Registered(self.registry, own)), own)
        except DAMAGES as error:
            raise StateUnreadable(because="it does not fit the specification") from error


def _seal(content: bytes) -> bytes:
    return blake2b(content, digest_size=SEAL).digest()
