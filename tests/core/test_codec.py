"""The stored form: the same bytes for the same state, readable after releases, safe to read from anyone."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from random import Random

import pytest
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

from engine.core import pruning
from engine.core.codec import Codec
from engine.core.errors import CoreError, StateUnreadable, TooDeep, TooLarge, WrongType
from engine.core.machine import CODEC, Machine
from engine.core.parser import parse
from engine.core.registered import Registered
from engine.core.rows import ScopeRow, State, TokenRow, decode, encode
from tests.core import library_walks
from tests.core.diagrams import (
    APPROVAL_VALUES,
    approval,
    broken,
    chain,
    each,
    end,
    flow,
    parallel,
    process,
    service,
    start,
    user,
)
from tests.core.golden_states import FOLDER, states, told, whole_diagram
from tests.core.library_reading import registry, specification
from tests.core.library_walks import without_specs

PLAIN = Registered(CODEC.registry, {})
RELEASES = sorted(folder.name for folder in FOLDER.iterdir())


@pytest.mark.parametrize("release", RELEASES)
def test_fault_18_states_of_every_release_load_and_go_on(release):
    folder = FOLDER / release
    definition = parse({"process.bpmn": (folder / "process.bpmn").read_bytes()})
    for kept in json.loads((folder / "states.json").read_text()):
        machine = Machine.load(definition, bytes.fromhex(kept.pop("state")))
        assert told(machine) == kept
        for wait in machine.waits():
            other = Machine.load(definition, machine.dump())
            other.fire(wait.id) if type(wait).__name__ == "TimerWait" else other.complete(wait.id)
            assert other.passed()


@pytest.mark.parametrize("release", RELEASES)
def test_fault_18_workflows_of_the_library_that_every_release_stored_load_as_they_were(release):
    for kept in json.loads((FOLDER / release / "workflows.json").read_text()).values():
        xml = kept["diagram"].encode()
        serializer = BpmnWorkflowSerializer(registry(xml))
        codec = Codec(serializer.registry)
        workflow = codec.load(bytes.fromhex(kept["state"]), specification(xml))
        assert without_specs(library_walks.told(workflow, serializer)) == kept["told"]
        assert codec.dump(workflow).hex() == kept["state"]


def test_the_same_state_has_the_same_bytes():
    definition = parse({"process.bpmn": whole_diagram()})
    for machine in states(definition):
        state = machine.dump()
        assert machine.dump() == state
        assert Machine.load(definition, state).dump() == state
    twin = parse({"process.bpmn": whole_diagram()})
    assert [m.dump() for m in states(twin)] == [m.dump() for m in states(definition)]


def test_a_state_goes_through_the_codec_unchanged():
    state = State(
        b"12345678", 7, False, (1, -1, "ā", None, True, ["a"]), (ScopeRow(0, 1, (TokenRow(2, 3, 16, 4, 0),)),)
    )
    assert decode(encode(state, PLAIN), PLAIN) == state


def test_damaged_and_hostile_bytes_are_refused_and_never_crash():
    definition = parse({"process.bpmn": whole_diagram()})
    random = Random(5)
    began = time.process_time()
    for machine in states(definition):
        state = machine.dump()
        for _ in range(400):
            hostile = bytearray(state)
            for _ in range(random.randint(1, 4)):
                hostile[random.randrange(len(hostile))] = random.randrange(256)
            attempt(
                definition, bytes(hostile[: random.choice((len(hostile), random.randrange(len(hostile))))])
            )
    for _ in range(500):
        attempt(definition, random.randbytes(random.randint(0, 60)))
    assert time.process_time() - began < 10


def attempt(definition, content):
    """Loads, and if the bytes happen to be a state, runs it: only our own errors may come out."""
    try:
        machine = Machine.load(definition, content)
        for wait in machine.waits():
            machine.fire(wait.id) if type(wait).__name__ == "TimerWait" else machine.complete(wait.id)
    except CoreError:
        pass


@pytest.mark.parametrize(
    "content", [b"", b"\x01", b"\x02" + b"\0" * 40, b"\x01" + b"\xff" * 40, b"\x80" * 2000]
)
def test_what_is_no_state_is_unreadable(content):
    with pytest.raises(StateUnreadable):
        Machine.load(approval(), content)


def test_a_state_of_another_definition_is_unreadable():
    state = Machine.start(approval(), APPROVAL_VALUES).dump()
    with pytest.raises(StateUnreadable):
        Machine.load(process(start(), user("a"), end(), chain("start", "a", "end")), state)


def test_every_truncation_and_every_addition_is_unreadable():
    definition = approval()
    state = Machine.start(definition, APPROVAL_VALUES).dump()
    for content in (*(state[:at] for at in range(len(state))), state + b"\0"):
        with pytest.raises(StateUnreadable):
            Machine.load(definition, content)


def test_pruning_keeps_every_instance_flat_and_what_is_too_deep_is_not_stored(monkeypatch):
    definition = approval()
    machine = Machine.start(definition, APPROVAL_VALUES)
    machine.complete(machine.waits()[0].id)
    machine.dump()
    assert pruning.depth(machine._instance) == 2

    token = machine._instance.task_tree
    for _ in range(901):
        token = token._add_child(token.task_spec, 64)
    assert pruning.depth(machine._instance) == 901
    monkeypatch.setattr("engine.core.machine.prune", lambda _: None)
    with pytest.raises(TooDeep):
        machine.dump()


def beside_one_another(tasks: int):
    """Multi-instance tasks of 500 each, all at once."""
    keys = [f"u{n}" for n in range(tasks)]
    signed = [each(user(key), number="500") for key in keys]
    paths = [flow("split", key) + flow(key, "join") for key in keys]
    return process(
        start(), parallel("split"), *signed, parallel("join"), end(), chain("start", "split"), *paths,
        chain("join", "end"),
    )  # fmt: skip


def test_what_would_be_too_large_to_read_is_not_stored():
    nine, eleven = beside_one_another(9), beside_one_another(11)
    assert broken(eleven) == []
    assert len(Machine.load(nine, Machine.start(nine, {}).dump()).waits()) == 4500
    machine = Machine.start(eleven, {})
    with pytest.raises(TooLarge, match="5511"):
        machine.dump()


@pytest.mark.parametrize("many", ["MOST_SCOPES", "MOST_TOKENS", "MOST_VALUES"])
def test_every_bound_of_reading_is_one_of_writing(monkeypatch, many):
    machine = Machine.start(approval(), APPROVAL_VALUES)
    monkeypatch.setattr(f"engine.core.rows.{many}", 0)
    with pytest.raises(TooLarge):
        machine.dump()


def test_a_number_is_taken_as_long_as_it_can_be_read():
    definition = process(
        start(),
        service("ask"),
        user("u"),
        end(),
        chain("start", "ask", "u", "end"),
        variables={"q": "decimal"},
    )
    longest = Decimal("1." + "1" * 15_998)
    machine = Machine.start(definition, {})
    (wait,) = machine.waits()
    with pytest.raises(WrongType):
        machine.complete(wait.id, {"q": Decimal("1." + "1" * 15_999)})
    machine.complete(wait.id, {"q": longest})
    assert Machine.load(definition, machine.dump()).variables == {"q": longest}
