"""Random processes on random paths: storing changes nothing, and a plain token game agrees."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from engine.core.machine import Machine
from engine.core.many import EachNode
from engine.core.parser import called_by, parse
from engine.core.rules import walks
from engine.core.waits import MessageWait, ServiceWait, TimerWait
from tests.core.diagrams import broken
from tests.core.random_processes import Blocks, Telling, brought, is_caught, starts
from tests.core.token_game import Game

PROCESSES, PATHS, COMMANDS = 100, 3, 40


@pytest.mark.parametrize("batch", range(10))
def test_stored_and_reloaded_after_each_step_equals_never_stored(batch):
    for seed in range(batch * PROCESSES // 10, (batch + 1) * PROCESSES // 10):
        definition = Blocks(seed).definition()
        for path in range(PATHS):
            print(f"seed {seed}, path {path}")
            walk(definition, Random(f"{seed}/{path}"))


def test_what_called_processes_tell_comes_to_their_callers():
    told: Counter[str] = Counter()
    for seed in range(60):
        definition = Telling(seed).definition()
        for path in range(PATHS):
            print(f"seed {seed}, path {path}")
            told += walk(definition, Random(f"{seed}/{path}"))
    assert min(told[kind] for kind in ("error", "escalation", "beside")) > 2


def told_by_calls(definition, passed):
    """How often a called process told its caller, by how the event on the call caught it."""
    entered = [definition.elements[one.element] for one in passed if one.kind == "entered"]
    on_calls = [e for e in entered if e.attached_to and definition.elements[e.attached_to].call is not None]
    return Counter("beside" if not e.interrupting else e.catches for e in on_calls)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(15))
def test_many_more_random_processes(batch):
    for seed in range(1000 + batch * 100, 1000 + (batch + 1) * 100):
        definition = Blocks(seed).definition()
        for path in range(2 * PATHS):
            print(f"seed {seed}, path {path}")
            walk(definition, Random(f"{seed}/{path}"))


def walk(definition, random):
    at = random.choice(starts(definition))
    variables = brought(definition, at, {"pick": random.randint(0, 9), "total": 0})
    kept, stored, game = (
        Machine.start(definition, variables, at=at),
        Machine.start(definition, variables, at=at),
        Game(definition, variables, at),
    )
    seen = len(kept.passed())
    for _ in range(COMMANDS):
        stored = Machine.load(definition, stored.dump())
        assert stored.waits() == kept.waits()
        assert sorted(wait.element for wait in kept.waits()) == game.open_elements()
        assert kept.variables == stored.variables == game.variables
        assert kept.ended is stored.ended is game.ended
        for wait in kept.waits():
            assert stored.variables_at(wait.id) == kept.variables_at(wait.id)
        if kept.ended:
            break
        command(random, definition, kept, stored, game)
        passed, seen = kept.passed()[seen:], len(kept.passed())
        assert stored.passed() == passed
    return told_by_calls(definition, kept.passed())


def alike(machine, element):
    """The ids of the waits at an element, first by what is around them: one of several after its holder."""
    waits = [wait.id for wait in machine.waits() if wait.element == element]
    return sorted(waits, key=lambda wait: around(machine._instance.token(int(wait)).workflow))


def around(scope):
    if scope is scope.top_workflow:
        return ()
    host = scope.top_workflow.token(scope.parent_task_id)
    holder = (host.parent.id,) if isinstance(host.task_spec, EachNode) else ()
    return (*around(host.workflow), *holder, host.id)


def command(random, definition, kept, stored, game):
    wait = random.choice(kept.waits())
    place = alike(kept, wait.element).index(wait.id)
    assert kept.variables_at(wait.id) == game.seen_at(wait.element, place)
    if isinstance(wait, TimerWait | MessageWait):
        game.fire(wait.element, place)
        for machine in (kept, stored):
            (machine.fire if isinstance(wait, TimerWait) else machine.receive)(wait.id)
        return
    if isinstance(wait, ServiceWait) and is_caught(definition, wait.element) and random.random() < 0.5:
        assert game.throw(wait.element, "E", place)
        for machine in (kept, stored):
            machine.throw(wait.id, "E")
        return
    free = wait.element not in kept._net.writable and definition.elements[wait.element].many is None
    values = {"pick": random.randint(0, 9)} if free else {}
    game.complete(wait.element, values, place)
    for machine in (kept, stored):
        machine.complete(wait.id, values)


def test_the_random_processes_are_such_that_the_gate_accepts(monkeypatch):
    monkeypatch.setattr(walks, "WALKS", 20)
    for seed in range(40):
        assert broken(Blocks(seed).definition()) == [], seed
    for seed in range(25):
        telling = Telling(seed).files()
        assert broken(parse(telling)) == [], seed
        for key in called_by(telling):
            of_it = f"calls/{key}/"
            inner = {
                name.removeprefix(of_it): text for name, text in telling.items() if name.startswith(of_it)
            }
            assert broken(parse(inner)) == [], (seed, key)
