"""States as releases stored them: `python -m tests.core.golden_states 0.2.0` keeps those of a new release.

`states.json` has our own instances, `workflows.json` the library's, which the codec stores whole.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

from engine.core.codec import Codec
from engine.core.definition import Definition
from engine.core.machine import Machine
from engine.core.parser import parse
from engine.core.waits import TimerWait
from tests.core.diagrams import (
    chain,
    diagram,
    end,
    exclusive,
    failed,
    flow,
    late,
    parallel,
    script,
    service,
    start,
    subprocess,
    timer,
    user,
)
from tests.core.library_diagrams import DIAGRAMS
from tests.core.library_reading import registry
from tests.core.library_walks import Walk, without_specs

FOLDER = Path(__file__).parent / "golden"
KINDS = {
    "word": "str",
    "count": "int",
    "ok": "bool",
    "day": "date",
    "price": "decimal",
    "keys": "list",
    "own": "int",
}
VALUES = {
    "word": "Rēzekne",
    "count": -41,
    "ok": False,
    "day": date(2025, 9, 1),
    "price": Decimal("12.50"),
    "keys": ["a", "b", "a"],
}


def whole_diagram() -> bytes:
    """Every element that can wait, with an open subprocess inside another and parallel paths."""
    return diagram(
        start(), user("first", group="head@${count}"), end(),
        subprocess(
            "outer", start("so"), parallel("p"), user("left", writes="word"),
            late("remind", "left", interrupting=False),
            script("told", "own = 1"), end("e_told"), parallel("j"), end("eo"),
            subprocess("inner", start("si"), service("ask"), failed("no", "ask", "NO"),
                       timer("pause"), exclusive("m"), end("ei"), chain("si", "ask", "m", "ei"),
                       chain("no", "pause", "m")),
            chain("so", "p", "left", "j", "eo"), chain("p", "inner", "j"), chain("remind", "told", "e_told"),
        ),
        late("too_late", "outer", "workdays(30)"), exclusive("all"), exclusive("again", "again_end"),
        chain("start", "first", "outer", "all", "again", "end"), chain("too_late", "all"),
        flow("again", "end", "ok", key="odd"),
        variables=KINDS, errors=("NO",),
    )  # fmt: skip


def states(definition: Definition) -> Iterator[Machine]:
    """The instance after each step of one walk, timers and an error included."""
    machine = Machine.start(definition, VALUES)
    yield machine
    for element, act in (
        ("first", "complete"),
        ("remind", "fire"),
        ("ask", "throw"),
        ("pause", "fire"),
        ("left", "complete"),
    ):
        machine = Machine.load(definition, machine.dump())
        (wait,) = [wait for wait in machine.waits() if wait.element == element]
        if act == "complete":
            machine.complete(wait.id)
        elif isinstance(wait, TimerWait):
            machine.fire(wait.id)
        else:
            machine.throw(wait.id, "NO")
        yield machine


def told(machine: Machine) -> dict[str, object]:
    """What a stored state must say after it was loaded."""
    return {
        "waits": [repr(wait) for wait in machine.waits()],
        "variables": {
            name: repr(value) for name, value in sorted(machine.variables.items()) if value is not None
        },
        "ended": machine.ended,
    }


def workflows() -> dict[str, Any]:
    """Instances of the library in the middle of a walk: what they are, and how they are stored."""
    kept = {}
    for name in ("instances_of_a_subprocess", "event_subprocess", "correlated", "data_stores"):
        xml = DIAGRAMS[name]
        serializer = BpmnWorkflowSerializer(registry(xml))
        dumped: list[bytes] = []
        with pytest.MonkeyPatch.context() as patch:
            walk = Walk(xml, 1, serializer, patch)
            seen = list(walk.states(lambda one, to=dumped, by=serializer: _dumped(one, to, by)))
        middle = len(seen) // 2
        kept[name] = {
            "diagram": xml.decode(),
            "state": dumped[middle].hex(),
            "told": without_specs(seen[middle]),
        }
    return kept


def _dumped(workflow: Any, to: list[bytes], serializer: Any) -> Any:
    to.append(Codec(serializer.registry).dump(workflow))
    return workflow


def keep(release: str) -> None:
    """Writes the states of this release beside those of earlier ones."""
    folder = FOLDER / release
    folder.mkdir(parents=True)
    (folder / "workflows.json").write_text(json.dumps(workflows(), ensure_ascii=False) + "\n")
    (folder / "process.bpmn").write_bytes(whole_diagram())
    definition = parse({"process.bpmn": whole_diagram()})
    kept = [{"state": machine.dump().hex(), **told(machine)} for machine in states(definition)]
    (folder / "states.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    keep(sys.argv[1])
