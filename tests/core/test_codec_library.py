"""What the library executes and stores, the codec stores and restores, element by element."""

from __future__ import annotations

import subprocess
import sys

import pytest
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.core.codec import Codec
from engine.core.errors import StateUnreadable
from tests.core.library_diagrams import DIAGRAMS
from tests.core.library_reading import registry, specification
from tests.core.library_walks import Walk, told, without_specs

# Walks until every element was passed: at least, and at most.
ENOUGH, MOST = 2, 20
# The library gives each reference to a data store a store of its own, so what was put in cannot be taken out.
LOST = "data_stores"


@pytest.mark.parametrize("name", DIAGRAMS)
def test_stored_after_every_step_equals_never_stored_and_stored_by_the_library(name, monkeypatch):
    xml = DIAGRAMS[name]
    serializer = BpmnWorkflowSerializer(registry(xml))
    codec = Codec(serializer.registry)

    def ours(workflow):
        state = codec.dump(workflow)
        here = codec.load(state, (workflow.spec, workflow.subprocess_specs))
        elsewhere = codec.load(codec.dump(here), specification(xml))
        assert codec.dump(elsewhere) == state
        return elsewhere

    def theirs(workflow):
        return serializer.deserialize_json(serializer.serialize_json(workflow))

    reached = set()
    for seed in range(1, MOST):
        never, our, their = (Walk(xml, seed, serializer, monkeypatch) for _ in range(3))
        expected = list(never.states(lambda workflow: workflow))
        assert list(our.states(ours)) == expected
        by_library = [without_specs(state) for state in their.states(theirs)]
        assert (by_library == [without_specs(state) for state in expected]) is (name != LOST)
        assert never.ended
        reached |= never.completed
        if seed >= ENOUGH and elements(xml) <= reached:
            break
    assert elements(xml) <= reached


def elements(xml):
    spec, subprocess_specs = specification(xml)
    return {
        element.name
        for scope in (spec, *subprocess_specs.values())
        for element in scope.task_specs.values()
        if element.bpmn_id is not None
    }


def test_fault_23_loops_and_instances_opened_in_one_process_finish_in_a_fresh_one(tmp_path):
    outcomes = []
    for name in OPENED:
        workflow = BpmnWorkflow(*specification(DIAGRAMS[name]))
        workflow.do_engine_steps()
        (tmp_path / name).write_bytes(Codec().dump(workflow))
        finish(workflow)
        outcomes.append(repr((name, workflow.completed, workflow.last_task.data)))

    fresh = subprocess.run(
        [sys.executable, "-c", FRESH, tmp_path], capture_output=True, text=True, check=True
    )

    assert fresh.stdout.splitlines() == outcomes
    assert all(", True, " in outcome for outcome in outcomes)


OPENED = ("parallel_each", "one_by_one_each", "looped", "instances_of_a_subprocess")
FRESH = """
import sys
from pathlib import Path
from engine.core.codec import Codec
from tests.core.library_diagrams import DIAGRAMS
from tests.core.library_reading import specification
from tests.core.test_codec_library import OPENED, finish
for name in OPENED:
    workflow = Codec().load((Path(sys.argv[1]) / name).read_bytes(), specification(DIAGRAMS[name]))
    finish(workflow)
    print((name, workflow.completed, workflow.last_task.data))
"""


def finish(workflow):
    """Completes one task after the other with the same answers."""
    while tasks := workflow.get_tasks(state=TaskState.READY, manual=True):
        tasks[0].set_data(pick=1)
        tasks[0].run()
        workflow.do_engine_steps()


@pytest.mark.parametrize("name", ["event_subprocess", "ad_hoc", "instances_of_camunda"])
def test_fault_24_what_one_instance_changes_in_its_specification_no_other_sees(name, monkeypatch):
    xml = DIAGRAMS[name]
    codec, shared = Codec(registry(xml)), specification(xml)
    first = BpmnWorkflow(*shared)
    untouched = codec.dump(first)
    serializer = BpmnWorkflowSerializer(registry(xml))
    before = told(first, serializer)
    for seed in range(6):

        def loaded(workflow):
            return codec.load(codec.dump(workflow), shared)

        walk = Walk(xml, seed, serializer, monkeypatch)
        assert list(walk.states(loaded))
        assert told(first, serializer) == before

    assert told(codec.load(untouched, shared), serializer) == before


def test_an_instance_is_loaded_under_its_own_specification_only():
    codec = Codec()
    state = codec.dump(BpmnWorkflow(*specification(DIAGRAMS["called"])))
    other = BpmnWorkflow(*specification(DIAGRAMS["nested"]))
    other.do_engine_steps()
    spec, _ = specification(DIAGRAMS["nested"])
    spec.name = "other"

    with pytest.raises(StateUnreadable):
        codec.load(codec.dump(other), specification(DIAGRAMS["joined"]))
    with pytest.raises(StateUnreadable):
        codec.load(codec.dump(other), (spec, {}))
    assert codec.load(state, specification(DIAGRAMS["called"])).spec.name == "process"


def test_every_damage_to_a_stored_workflow_is_found():
    codec, given = Codec(), specification(DIAGRAMS["joined"])
    state = codec.dump(BpmnWorkflow(*given))
    damaged = [state[:at] for at in range(len(state))] + [state + b"\0"]
    damaged += [state[:at] + bytes((state[at] ^ 1,)) + state[at + 1 :] for at in range(len(state))]
    for content in damaged:
        with pytest.raises(StateUnreadable):
            codec.load(content, given)
