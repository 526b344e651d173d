"""Faults of the library that lost or blew up what is stored: each shown not to happen here."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from engine.core.errors import (
    ExpressionFailed,
    MachineBroken,
    UndeclaredVariable,
    WrongType,
)
from engine.core.machine import Machine
from engine.core.specification import net_of
from tests.core.diagrams import (
    APPROVAL_VALUES,
    approval,
    broken,
    chain,
    end,
    exclusive,
    flow,
    late,
    parallel,
    process,
    script,
    start,
    user,
)
from tests.core.diagrams import subprocess as inside
from tests.core.random_processes import Blocks
from tests.core.test_faults_tokens import rounds_of_three
from tests.core.test_machine import again, at, elements
from tests.core.test_many import signing
from tests.core.test_random import walk

ROOT = Path(__file__).parents[2]


def test_fault_1_every_variable_of_every_type_comes_back_as_it_was():
    kinds = {
        "str": "text",
        "int": "int",
        "bool": "bool",
        "date": "date",
        "decimal": "decimal",
        "list": "list",
    }
    declared = {
        f"{name}_{at}": kind for name, kind in zip(kinds.values(), kinds, strict=True) for at in range(20)
    }
    definition = process(
        start(), user("a"), user("b"), end(), chain("start", "a", "b", "end"), variables=declared
    )
    random = Random(1)
    for _ in range(50):
        values = {name: random_value(random, kind) for name, kind in declared.items()}
        machine = Machine.start(definition, values)
        for _ in range(3):
            before = machine.variables
            machine = again(definition, machine)
            for wait in machine.waits():
                seen = machine.variables_at(wait.id)
                assert {name: seen.get(name) for name in values} == values
                assert {name: type(seen.get(name)) for name in values} == {
                    n: type(v) for n, v in values.items()
                }
            assert machine.variables.items() >= {n: v for n, v in before.items() if v is not None}.items()


def random_value(random: Random, kind: str):
    if random.random() < 0.1:
        return None
    return {
        "str": lambda: "".join(random.choice("aāčēģ\n\0'🙂\ud800") for _ in range(random.randint(0, 30))),
        "int": lambda: random.randint(-(2**63) + 1, 2**63 - 1),
        "bool": lambda: random.random() < 0.5,
        "date": lambda: date.fromordinal(random.randint(1, date.max.toordinal())),
        "decimal": lambda: Decimal(random.randint(-(10**12), 10**12)).scaleb(-random.randint(0, 6)),
        "list": lambda: [str(random.randint(0, 5)) for _ in range(random.randint(0, 9))],
    }[kind]()


def circle():
    return process(
        start(), exclusive("m"), user("a"), exclusive("g", "g_m"), end(), chain("start", "m", "a", "g", "m"),
        flow("g", "end", "done"), variables={"done": "bool", "rounds": "int"},
    )  # fmt: skip


def test_fault_2_a_loop_of_1200_rounds_loses_nothing_and_stays_as_small():
    definition = circle()
    machine = Machine.start(definition, {"rounds": 0})
    sizes = []
    for number in range(1, 1201):
        machine.complete(at(machine, "a"), {"rounds": number})
        sizes.append(len(machine.dump()))
        assert not machine.ended
        if number % 100 == 0:
            machine = again(definition, machine)
    assert max(sizes) - min(sizes) <= 8
    machine.complete(at(machine, "a"), {"done": True})
    assert machine.ended
    assert machine.variables == {"rounds": 1200, "done": True}


def test_fault_2_a_loop_while_another_token_waits_loses_nothing_either():
    definition = process(
        start(), parallel("p"), user("other"), exclusive("m"), user("a"), exclusive("g", "g_m"),
        parallel("j"),
        end(), chain("start", "p", "other", "j", "end"), chain("p", "m", "a", "g", "m"),
        flow("g", "j", "done"),
        variables={"done": "bool"},
    )  # fmt: skip
    assert [rule for rule, _ in broken(definition)] == ["P4"]
    machine = Machine.start(definition, {"done": False})
    for _ in range(1100):
        machine.complete(at(machine, "a"))
        machine.dump()
    assert sorted(elements(machine)) == ["a", "other"]
    assert len(machine._instance.tasks) == 3


def test_fault_2_the_variables_of_paths_that_ended_are_kept():
    definition = process(
        start(), parallel("p"), script("s", "n = 7"), end("e1"), user("b"), end(),
        chain("start", "p", "s", "e1"), chain("p", "b", "end"), variables={"n": "int"},
    )  # fmt: skip
    machine = again(definition, Machine.start(definition, {}))
    machine.complete(at(machine, "b"))
    assert again(definition, machine).variables == {"n": 7}


def test_fault_2_a_subprocess_that_was_taken_away_leaves_nothing_behind():
    definition = process(
        start(), inside("s", start("s1"), user("a"), end("e1"), chain("s1", "a", "e1")), late("l", "s"),
        user("b"), end(), chain("start", "s", "b", "end"), flow("l", "b"),
    )  # fmt: skip
    machine = Machine.start(definition, {})
    machine.fire(at(machine, "l"))
    assert machine._instance.subprocesses == {}
    assert elements(again(definition, machine)) == ["b"]


def test_fault_2_a_subprocess_that_has_ended_is_dropped_at_once_and_never_stored():
    definition = process(
        start(), inside("s", start("s1"), user("a"), end("e1"), chain("s1", "a", "e1")), user("b"), end(),
        chain("start", "s", "b", "end"),
    )  # fmt: skip
    machine = Machine.start(definition, {})
    orphans = dict(machine._instance.subprocesses)
    machine.complete(at(machine, "a"))
    assert machine._instance.subprocesses == {}
    state = machine.dump()
    machine._instance.subprocesses.update(orphans)
    assert machine.dump() == state
    assert elements(Machine.load(definition, state)) == ["b"]


def test_fault_9_the_state_holds_nothing_of_the_definition():
    keys = [f"a_very_long_element_name_{at}" for at in range(200)]
    long = process(start(), *(user(key) for key in keys), end(), chain("start", *keys, "end"))
    state = Machine.start(long, {}).dump()
    assert len(state) < 40
    assert b"element" not in state


def test_fault_9_the_approval_case_needs_at_most_1500_bytes():
    for definition in (approval(), approval(inside_subprocess=True)):
        machine = Machine.start(definition, APPROVAL_VALUES)
        sizes = [len(machine.dump())]
        for element in ("submit", "approve", "decide"):
            machine = again(definition, machine)
            machine.complete(at(machine, element))
            sizes.append(len(machine.dump()))
        assert max(sizes) <= 1500


def test_fault_10_a_round_around_a_split_costs_the_same_however_many_there_were():
    definition = rounds_of_three()
    machine = Machine.start(definition, {})
    tokens, sizes = [], []
    for _ in range(300):
        for key in ("a", "b", "c", "look"):
            machine.complete(at(machine, key), {"done": False} if key == "look" else {})
            tokens.append(len(machine._instance.tasks))
            sizes.append(len(machine.dump()))
    assert max(tokens[4:8]) == max(tokens[-4:])
    assert max(sizes) - max(sizes[:4]) <= 12


def test_fault_13_only_declared_typed_bounded_scalars_enter_the_engine():
    definition = process(
        start(), user("a"), exclusive("g", "g_e"), end("e"), end("f"), chain("start", "a", "g", "e"),
        flow("g", "f", "n > 9"), variables={"n": "int", "note": "str"},
    )  # fmt: skip
    machine = Machine.start(definition, {"n": 0})
    state = machine.dump()
    for name in ("typename", "len", "__class__", "answer"):
        with pytest.raises(UndeclaredVariable):
            machine.complete(at(machine, "a"), {name: "x"})
    for values in ({"n": "9"}, {"note": "x" * 200_000}, {"note": {"deep": 1}}, {"n": 10**30}):
        with pytest.raises(WrongType):
            machine.complete(at(machine, "a"), values)
    assert machine.dump() == state
    machine.complete(at(machine, "a"), {"n": 10})
    assert machine.passed()[-1].element == "f"


def test_fault_15_a_step_that_fails_leaves_nothing_half_written():
    definition = process(
        start(), user("a"), script("s", "n = 1\nk = 1 / zero"), end(), chain("start", "a", "s", "end"),
        variables={"n": "int", "k": "decimal", "zero": "int"},
    )  # fmt: skip
    machine = Machine.start(definition, {"zero": 0})
    state = machine.dump()
    with pytest.raises(ExpressionFailed):
        machine.complete(at(machine, "a"))
    for act in (machine.dump, lambda: machine.complete("3"), lambda: machine.fire("3")):
        with pytest.raises(MachineBroken):
            act()
    assert Machine.load(definition, state).variables == {"zero": 0}


def fingerprint(definition):
    net = net_of(definition)
    return [
        (n.name, tuple(n._inputs), tuple(n._outputs), [link.flow for link in n.links], n.manual, n.data)
        for n in net.nodes
    ]


def test_fault_22_a_thousand_runs_in_four_threads_change_nothing_that_they_share():
    definitions = [Blocks(seed).definition() for seed in range(10)]
    before = [fingerprint(definition) for definition in definitions]
    problems: list[BaseException] = []

    def run(number: int) -> None:
        try:
            for turn in range(25):
                for at_, definition in enumerate(definitions):
                    walk(definition, Random(f"{number} {turn} {at_}"))
        except BaseException as problem:  # noqa: BLE001
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert [fingerprint(definition) for definition in definitions] == before


@pytest.mark.parametrize("sequential", [False, True])
def test_fault_23_several_instances_opened_here_are_finished_in_a_fresh_process(sequential):
    machine = Machine.start(signing(sequential=sequential), {"signers": ["a", "b"]})
    machine.complete(machine.waits()[0].id, {"agreed": True})
    program = (
        "import sys; from engine.core.machine import Machine; from tests.core.test_many import signing;"
        f"machine = Machine.load(signing(sequential={sequential}), bytes.fromhex(sys.argv[1]));"
        "machine.complete(machine.waits()[0].id, {'agreed': True});"
        "print([wait.element for wait in machine.waits()], machine.variables['sign_yes'])"
    )
    command = [sys.executable, "-c", program, machine.dump().hex()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT)
    assert done.stdout.strip() == "['after'] 2"
