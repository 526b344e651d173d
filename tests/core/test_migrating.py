"""Instances that go from one version of a process to the next: what is safe comes to its end."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from engine.core.definition import Definition
from engine.core.errors import CoreError, MigrationRefused
from engine.core.machine import Machine
from engine.core.migrating import Choices, Migration, Verdict
from engine.core.parser import parse
from engine.core.rules import walks
from engine.core.waits import MessageWait, ServiceWait, TimerWait, UserTaskWait
from tests.core.diagrams import (
    aside,
    broken,
    chain,
    end,
    files,
    flow,
    inclusive,
    late,
    once,
    parallel,
    start,
    timer,
    triggered,
    user,
)
from tests.core.random_edits import Edits
from tests.core.random_processes import Blocks
from tests.core.random_processes import begun as started
from tests.core.ways_out import led_out

PROCESSES, PATHS = 60, 3
MOST = 600
# After so many steps only a repair leads on: the diagram itself would go on for ever.
ENDLESS = 300


def defined(*parts: str, **more: object) -> Definition:
    return parse(files(start(), end(), *parts, **more))  # type: ignore[arg-type]


def simple(*keys: str, **more: str) -> Definition:
    return defined(*(user(key, **more) for key in keys), chain("start", *keys, "end"))


def begun(definition: Definition, **variables: object) -> Machine:
    return Machine.start(definition, variables)  # type: ignore[arg-type]


def verdict(source: Definition, target: Definition, machine: Machine, **chosen: object) -> Verdict:
    return Migration(source, target, Choices(**chosen)).judge(machine.dump()).verdict  # type: ignore[arg-type]


def kinds(source: Definition, target: Definition, machine: Machine) -> list[str]:
    return [one.kind for one in Migration(source, target).judge(machine.dump()).findings]


def meanwhile(by: str = "message") -> str:
    begins = triggered("begun", by=by, interrupting=False)
    return aside("meanwhile", begins, user("handle"), end("handled"), chain("begun", "handle", "handled"))


@pytest.mark.parametrize(("by", "kind"), [("message", "event_added"), ("timer", "timer_added")])
def test_an_event_subprocess_of_the_new_version_is_armed(by, kind):
    source = simple("first")
    target = defined(user("first"), chain("start", "first", "end"), meanwhile(by), variables={"pick": "int"})
    machine = begun(source)

    assert kind in kinds(source, target, machine)
    after = Machine.load(target, Migration(source, target).migrated(machine.dump()))
    assert sorted(wait.element for wait in after.waits()) == ["begun", "first"]


def test_an_event_subprocess_stays_armed_or_under_way_and_falls_away_with_its_drawing():
    parts = [user("first"), chain("start", "first", "end"), meanwhile()]
    source = defined(*parts, variables={"pick": "int"})
    longer = defined(*parts[:1], user("next"), chain("start", "first", "next", "end"), meanwhile(),
                     variables={"pick": "int"})  # fmt: skip
    without = defined(*parts[:2], variables={"pick": "int"})
    machine = begun(source, pick=1)

    after = Machine.load(longer, Migration(source, longer).migrated(machine.dump()))
    assert after.waits() == machine.waits()
    assert kinds(source, without, machine) == ["event_dropped"]

    (wait,) = [wait for wait in machine.waits() if isinstance(wait, MessageWait)]
    machine.receive(wait.id)
    after = Machine.load(longer, Migration(source, longer).migrated(machine.dump()))
    assert sorted(wait.element for wait in after.waits()) == ["first", "handle"]
    assert verdict(source, without, machine) in (Verdict.BLOCKED, Verdict.CHOICE)


def test_what_stands_at_an_unchanged_element_keeps_its_place_and_finishes():
    source, target = simple("first", "second"), simple("first", "between", "second")
    machine = begun(source)
    migration = Migration(source, target)

    after = Machine.load(target, migration.migrated(machine.dump()))

    assert migration.judge(machine.dump()).verdict == Verdict.SAFE
    assert after.waits() == machine.waits()
    for expected in ("first", "between", "second"):
        (wait,) = after.waits()
        assert wait.element == expected
        after.complete(wait.id)
    assert after.ended


def test_a_changed_due_date_is_rearmed():
    source, target = simple("task"), simple("task", due="P9D")

    assert verdict(source, target, begun(source)) == Verdict.REARMED


def test_an_open_element_that_is_gone_needs_a_choice_and_goes_where_it_is_sent():
    source, target = simple("old", "last"), simple("new", "last")
    machine = begun(source)
    assert verdict(source, target, machine) == Verdict.CHOICE
    with pytest.raises(MigrationRefused):
        Migration(source, target).migrated(machine.dump())

    migration = Migration(source, target, Choices({"old": "new"}))

    assert migration.judge(machine.dump()).verdict == Verdict.CHOSEN
    (wait,) = Machine.load(target, migration.migrated(machine.dump())).waits()
    assert (wait.element, wait.id) == ("new", machine.waits()[0].id)


def test_sent_to_a_task_with_another_form_it_is_another_task():
    source = simple("old", "last")
    target = defined(user("new", form="other"), user("last"), chain("start", "new", "last", "end"))
    machine = begun(source)

    content = Migration(source, target, Choices({"old": "new"})).migrated(machine.dump())

    (wait,) = Machine.load(target, content).waits()
    assert wait.id != machine.waits()[0].id


def test_a_choice_of_another_kind_or_of_nothing_is_blocked():
    source = simple("old")
    target = defined(timer("pause"), user("task"), chain("start", "pause", "task", "end"))
    machine = begun(source)

    assert verdict(source, target, machine, elements={"old": "pause"}) == Verdict.BLOCKED
    assert verdict(source, target, machine, elements={"old": "nowhere"}) == Verdict.BLOCKED


def test_a_new_deadline_is_armed_on_what_stands_and_an_old_one_taken_away():
    plain = simple("task")
    guarded = defined(
        user("task"), late("late", "task"), end("over"), chain("start", "task", "end"), flow("late", "over")
    )
    machine = begun(plain)

    forth = Migration(plain, guarded).migrated(machine.dump())
    after = Machine.load(guarded, forth)
    after = Machine.load(guarded, after.dump())
    task, event = after.waits()
    back = Machine.load(plain, Migration(guarded, plain).migrated(after.dump()))

    assert kinds(plain, guarded, machine) == ["timer_added"]
    assert isinstance(event, TimerWait)
    assert (task, event.host) == (machine.waits()[0], task.id)
    assert back.waits() == machine.waits()
    after.fire(event.id)
    assert after.ended


def test_a_timer_that_went_off_and_did_not_interrupt_is_not_armed_again():
    def version(due: str) -> Definition:
        parts = [user("task", due=due), user("beside"), late("late", "task", interrupting=False)]
        return defined(*parts, end("over"), chain("start", "task", "end"), chain("late", "beside", "over"))

    source, target = version("P5D"), version("P6D")
    machine = begun(source)
    machine.fire(next(wait.id for wait in machine.waits() if isinstance(wait, TimerWait)))

    after = Machine.load(target, Migration(source, target).migrated(machine.dump()))

    assert [wait.element for wait in after.waits()] == ["task", "beside"]


def conditional(condition: str, *over: str) -> Definition:
    """A task with a condition on it that leads to an end, past what is given."""
    path = chain("event", *over, "over")
    parts = [user("task"), *map(user, over), once("event", "task", condition), end("over")]
    return defined(*parts, chain("start", "task", "end"), path, variables={"pick": "int"})


@pytest.mark.parametrize("over", [(), ("next",)])
def test_where_a_condition_holds_at_once_another_person_must_confirm_and_nowhere_else(over):
    source, target = conditional("pick > 90", *over), conditional("pick > 5", *over)
    migration = Migration(source, target)
    found = [migration.judge(begun(source, pick=pick).dump()) for pick in (1, 9, 1)]

    assert [one.verdict for one in found] == [Verdict.SAFE, Verdict.CHOSEN, Verdict.SAFE]
    assert (found[0].at_once, found[1].at_once) == ((), ("event",))
    assert [one.kind for one in found[1].findings] == ["event_changed", "happens_at_once"]


def test_an_event_subprocess_whose_condition_holds_begins_at_once():
    begins = triggered("begun", condition="pick > 5", interrupting=False)
    parts = [user("first"), chain("start", "first", "end")]
    watching = aside("meanwhile", begins, user("handle"), end("handled"), chain("begun", "handle", "handled"))
    source = defined(*parts, variables={"pick": "int"})
    target = defined(*parts, watching, variables={"pick": "int"})

    assert kinds(source, target, begun(source, pick=9)) == ["event_added", "happens_at_once"]
    assert kinds(source, target, begun(source, pick=1)) == ["event_added"]


def test_what_waits_at_a_join_to_which_nothing_more_comes_would_go_on_at_once():
    def version(*ways: str, last: str) -> Definition:
        tasks = [user(key) for key in ("left", "right", "last")]
        gateways = [parallel("fork"), inclusive("join"), *tasks, end("beside")]
        return defined(*gateways, chain("start", "fork", "left", "join", last, "end"), *ways)

    right = chain("fork", "right", "join")
    source = version(right, last="last")
    target = version(chain("fork", "right", "beside"), chain("start", "join"), last="last")
    machine = begun(source)
    machine.complete(next(wait.id for wait in machine.waits() if wait.element == "left"))

    found = Migration(source, target).judge(machine.dump())
    assert (found.verdict, found.at_once) == (Verdict.CHOSEN, ("join",))


def test_the_finding_that_is_told_is_the_heaviest():
    source, target = simple("old", "last"), simple("new", "last")
    found = Migration(source, target, Choices(values={"nothing": 1})).judge(begun(source).dump())

    assert [one.kind for one in found.findings] == ["element_gone", "value_unfit"]
    assert found.heaviest.kind == "value_unfit"


def both(*branches: str) -> Definition:
    flows = [chain("fork", branch, "join") for branch in branches]
    tasks = [user(branch) for branch in branches]
    return defined(
        parallel("fork"), parallel("join"), *tasks, *flows, flow("start", "fork"), flow("join", "end")
    )


def test_one_more_branch_at_a_join_is_blocked_while_its_split_has_been_passed():
    source, target = both("left", "right"), both("left", "right", "third")
    machine = begun(source)

    assert kinds(source, target, machine) == ["cannot_finish"]
    machine.complete(machine.waits()[0].id)
    assert kinds(source, target, machine) == ["cannot_finish"]


def test_branches_that_became_a_sequence_are_blocked():
    source, target = both("left", "right"), simple("left", "right")

    assert kinds(source, target, begun(source)) == ["cannot_finish"]


def test_what_waits_at_a_join_keeps_waiting_there():
    source, target = both("left", "right"), both("right", "left")
    machine = begun(source)
    machine.complete(machine.waits()[0].id)

    after = Machine.load(target, Migration(source, target).migrated(machine.dump()))

    after.complete(after.waits()[0].id)
    assert after.ended


def test_a_new_variable_that_is_read_before_it_is_written_needs_a_value():
    source = simple("task")
    target = defined(
        user("task"), user("next", group="officer@${place}"), chain("start", "task", "next", "end"),
        variables={"place": "int"},
    )  # fmt: skip
    machine = begun(source)
    assert verdict(source, target, machine) == Verdict.CHOICE

    migration = Migration(source, target, Choices(values={"place": 7}))

    after = Machine.load(target, migration.migrated(machine.dump()))
    after.complete(after.waits()[0].id)
    (wait,) = after.waits()
    assert isinstance(wait, UserTaskWait)
    assert wait.group == "officer@7"
    assert verdict(source, target, machine, values={"place": "seven"}) == Verdict.BLOCKED


def test_variables_follow_by_name_and_whole_numbers_become_decimals():
    way = (user("task"), chain("start", "task", "end"))
    source = defined(*way, variables={"a": "int", "z": "str"})
    target = defined(*way, variables={"a": "decimal", "b": "str"})
    machine = begun(source, a=4, z="x")

    after = Machine.load(target, Migration(source, target).migrated(machine.dump()))

    assert kinds(source, target, machine) == ["variable_dropped"]
    assert after.variables == {"a": 4}


def test_a_state_of_another_version_is_blocked():
    source, target = simple("a"), simple("a", "b")

    assert kinds(target, source, begun(source)) == ["unreadable"]


@pytest.mark.parametrize("batch", range(6))
def test_whatever_is_safe_comes_to_its_end(batch, monkeypatch):
    assert _verdicts(range(batch * PROCESSES // 6, (batch + 1) * PROCESSES // 6), monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(10))
def test_many_more_random_migrations(batch, monkeypatch):
    _verdicts(range(1000 + batch * 100, 1000 + (batch + 1) * 100), monkeypatch)


def _verdicts(seeds, monkeypatch) -> Counter[Verdict]:
    monkeypatch.setattr(walks, "WALKS", 100)
    met: Counter[Verdict] = Counter()
    for seed in seeds:
        source, target = Blocks(seed).definition(), _edited(seed)
        if target is None or target.digest == source.digest:
            continue
        migration = Migration(source, target, Choices(values={"pick": 3, "total": 0}) if seed % 2 else None)
        for path in range(PATHS):
            print(f"seed {seed}, path {path}")
            met[_one(source, target, migration, Random(f"{seed}/{path}"))] += 1
    return met


def _edited(seed: int) -> Definition | None:
    try:
        target = parse(Edits(Blocks(seed).files(), f"edit {seed}").edited())
    except CoreError:
        return None
    return target if broken(target) == [] else None


def _one(source: Definition, target: Definition, migration: Migration, random: Random) -> Verdict:
    machine = started(source, random)
    for _ in range(random.randint(0, 12)):
        if machine.ended:
            break
        _command(source, machine, random)
    if machine.ended:
        return Verdict.SAFE
    content = machine.dump()
    judgement = migration.judge(content)
    if not judgement.may_go:
        with pytest.raises(MigrationRefused):
            migration.migrated(content)
        return judgement.verdict
    after = Machine.load(target, migration.migrated(content))
    after.look_again()
    for step in range(MOST):
        if after.ended:
            return judgement.verdict
        # Somebody changes their mind, or a loop whose condition nobody may write would go on for ever, in a
        # process that is called too.
        number = random.randint(0, 9)
        for scope in after._instance.scopes():
            scope.variables["pick"] = number
        _command(target, after, random)
        if step > ENDLESS and not after.ended:
            after = led_out(target, after, random)
        after = Machine.load(target, after.dump())
    raise AssertionError("it does not come to its end")


def _command(definition: Definition, machine: Machine, random: Random) -> None:
    wait = random.choice(machine.waits())
    if isinstance(wait, TimerWait):
        machine.fire(wait.id)
    elif isinstance(wait, MessageWait):
        machine.receive(wait.id)
    elif (
        isinstance(wait, ServiceWait)
        and any(event.catches == "error" for event in definition.boundaries(wait.element))
        and random.random() < 0.5
    ):
        machine.throw(wait.id, "E")
    else:
        element = definition.elements[wait.element]
        free = wait.element not in machine._net.writable and element.many is None
        machine.complete(wait.id, {"pick": random.randint(0, 9)} if free else {})
