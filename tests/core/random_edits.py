"""Random changes to a diagram, as somebody makes them who deploys its next version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from lxml import etree

from tests.core.diagrams import late, timer, user
from tests.core.random_processes import Blocks

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
HEAD = (
    '<x xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn">{}</x>'
)


class Edits:
    """One to three changes to the files of a random process, of kinds that keep it a process."""

    def __init__(self, files: Mapping[str, bytes], seed: str) -> None:
        self.random = Random(seed)
        self.files = dict(files)
        self.name = next(name for name in files if name.endswith(".bpmn"))
        self.root = etree.fromstring(files[self.name])
        self.count = 0

    def edited(self) -> dict[str, bytes]:
        if self.random.random() < 0.15:
            # Another process altogether, in which some ids happen to be the same.
            return Blocks(self.random.randrange(500)).files()
        kinds: list[Callable[[], None]] = [
            self._insert,
            self._insert,
            self._remove,
            self._rename,
            self._due,
            self._guard,
            self._unguard,
            self._beside,
            self._straighten,
        ]
        for _ in range(self.random.randint(1, 3)):
            self.random.choice(kinds)()
        return {**self.files, self.name: etree.tostring(self.root)}

    def _key(self) -> str:
        self.count += 1
        return f"new{self.count}"

    def _all(self, *kinds: str) -> list[etree._Element]:
        return [one for kind in kinds for one in self.root.iter(f"{BPMN}{kind}")]

    def _put(self, scope: etree._Element, *parts: str) -> None:
        for part in etree.fromstring(HEAD.format("".join(parts))):
            scope.append(part)

    def _flow(self, scope: etree._Element, source: str, target: str) -> None:
        key = self._key()
        etree.SubElement(scope, f"{BPMN}sequenceFlow", id=key, sourceRef=source, targetRef=target)

    def _insert(self) -> None:
        """A task or a timer on a sequence flow."""
        flow = self.random.choice(self._all("sequenceFlow"))
        scope, key, target = flow.getparent(), self._key(), flow.get("targetRef")
        self._put(scope, self.random.choice((user, timer))(key))
        flow.set("targetRef", key)
        self._flow(scope, key, target)

    def _remove(self) -> None:
        """A task, bridged."""
        tasks = self._all("userTask", "serviceTask", "receiveTask")
        # Without the task in which its condition is answered a loop would never end, migrated or not.
        tasks = [task for task in tasks if not task.get("id").startswith("again")]
        if not tasks:
            return
        task = self.random.choice(tasks)
        key = task.get("id")
        outgoing = [flow for flow in self._all("sequenceFlow") if flow.get("sourceRef") == key]
        if len(outgoing) != 1 or any(e.get("attachedToRef") == key for e in self._all("boundaryEvent")):
            return
        for flow in self._all("sequenceFlow"):
            if flow.get("targetRef") == key:
                flow.set("targetRef", outgoing[0].get("targetRef"))
        outgoing[0].getparent().remove(outgoing[0])
        task.getparent().remove(task)

    def _rename(self) -> None:
        task = self.random.choice(self._all("userTask", "subProcess") or [self.root])
        key, new = task.get("id"), self._key()
        for one in self.root.iter():
            for name in ("id", "sourceRef", "targetRef", "attachedToRef", "default"):
                if key is not None and one.get(name) == key:
                    one.set(name, new)

    def _due(self) -> None:
        for task in self._all("userTask"):
            if self.random.random() < 0.5:
                task.set(f"{CAMUNDA}dueDate", "P20D")

    def _guard(self) -> None:
        """A deadline on a task or subprocess, from which the way goes on as from the task itself."""
        host = self.random.choice(self._all("userTask", "subProcess") or [self.root])
        outgoing = [flow for flow in self._all("sequenceFlow") if flow.get("sourceRef") == host.get("id")]
        if len(outgoing) == 1:
            key = self._key()
            self._put(host.getparent(), late(key, host.get("id")))
            self._flow(host.getparent(), key, outgoing[0].get("targetRef"))

    def _unguard(self) -> None:
        """A boundary event is gone, and the flows from it."""
        events = self._all("boundaryEvent")
        if events:
            event = self.random.choice(events)
            for flow in self._all("sequenceFlow"):
                if flow.get("sourceRef") == event.get("id"):
                    flow.getparent().remove(flow)
            event.getparent().remove(event)

    def _beside(self) -> None:
        """One more path between a parallel split and its join."""
        forks = [one for one in self._all("parallelGateway") if one.get("id").startswith("fork")]
        joins = [one for one in self._all("parallelGateway") if one.get("id").startswith("join")]
        if forks:
            fork, key = self.random.choice(forks), self._key()
            join = self.random.choice([one for one in joins if one.getparent() is fork.getparent()] or joins)
            self._put(fork.getparent(), user(key))
            self._flow(fork.getparent(), fork.get("id"), key)
            self._flow(fork.getparent(), key, join.get("id"))

    def _straighten(self) -> None:
        """What ran beside one another runs one after another: one path of a split is put behind another."""
        forks = [one for one in self._all("parallelGateway") if one.get("id").startswith("fork")]
        if not forks:
            return
        fork = self.random.choice(forks)
        out = [flow for flow in self._all("sequenceFlow") if flow.get("sourceRef") == fork.get("id")]
        if len(out) < 3:
            return
        first, second = out[0].get("targetRef"), out[1]
        ends = [flow for flow in self._all("sequenceFlow") if flow.get("sourceRef") == first]
        if len(ends) == 1:
            target = second.get("targetRef")
            second.getparent().remove(second)
            ends[0].set("targetRef", target)
